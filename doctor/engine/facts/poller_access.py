"""What a poller needs from the role of its function to read its source."""

from collections.abc import Iterator
from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.permissions import Permissions
from doctor.engine.facts.role_needs import KEY_READS, Lacks, key_of, key_wants, unread
from doctor.engine.operations.role_policies import Wanted
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Shape
from doctor.model.sources import Stream
from doctor.model.triggers import Queue

_INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)
"""What pollers of brokers need, which read from inside the brokers' VPC."""
_READS = {"sqs": ("sqs:GetQueueAttributes",), "kinesis": ("kinesis:DescribeStreamSummary",)}


class PollerAccess(Fact):
    """Each poller of one version with what the role does not let it do."""

    reads = ("lambda:ListEventSourceMappings", *Permissions.reads)
    parts: ClassVar[tuple[str, ...]] = (*_READS["sqs"], *_READS["kinesis"], *KEY_READS)

    those: tuple[tuple[EventSourceMapping, Lacks], ...]
    permissions: Permissions
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide them; raises ``Unseen`` when pollers, or the role of a function that has any, were not read."""
        world.require("lambda:ListEventSourceMappings")
        permissions = world.fact(Permissions, subject)
        found, unseen = [], None
        for mapping in world.mappings(subject):
            if permissions.unseen is not None:
                raise Unseen(permissions.unseen)
            source = mapping.event_source_arn
            if not source:
                continue  # brokers of one's own have no ARN
            resource = world.get("/".join(source.split("/")[:2]), Shape)
            purpose = f"read {arns.service(source)}'s {arns.name(source)}"
            wants = (*polling_wants(source), *key_wants(world, resource, "Decrypt"))
            found.append((mapping, Lacks.of(permissions, purpose, (mapping, "event_source_arn"), wants)))
            unseen = unseen or unread(world, _READS.get(arns.service(source), ()), source)
            if isinstance(resource, Queue | Stream) and key_of(world, resource):
                unseen = unseen or unread(world, KEY_READS, key_of(world, resource))
        return cls(those=tuple(found), permissions=permissions, unseen=unseen)

    def require_all(self) -> None:
        """Raise ``Unseen`` when a source, or its key, was not read: there may be more that is missing."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def polling_wants(source: str) -> Iterator[Wanted | tuple[Wanted, ...]]:
    """What the role must allow for a source to be polled: see the execution role's permissions in the guide's chapter on each source."""
    match arns.service(source):
        case "sqs":
            yield from (
                Wanted(f"sqs:{one}", source) for one in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            )
        case "kinesis":
            stream = "/".join(source.split("/")[:2])
            yield (Wanted("kinesis:DescribeStream", stream), Wanted("kinesis:DescribeStreamSummary", stream))
            yield from (Wanted(f"kinesis:{one}", stream) for one in ("GetRecords", "GetShardIterator", "ListShards"))
            if "/consumer/" in source:
                yield Wanted("kinesis:SubscribeToShard", source)
        case "dynamodb":
            yield from (
                Wanted(f"dynamodb:{one}", source) for one in ("DescribeStream", "GetRecords", "GetShardIterator")
            )
            yield (Wanted("dynamodb:ListStreams", source), Wanted("dynamodb:ListStreams", "*"))
        case "kafka":
            yield (Wanted("kafka:DescribeClusterV2", source), Wanted("kafka:DescribeCluster", source))
            yield Wanted("kafka:GetBootstrapBrokers", source)
            yield from (Wanted(one, "*") for one in _INTERFACES)
        case "mq":
            yield Wanted("mq:DescribeBroker", source)
            yield from (Wanted(one, "*") for one in _INTERFACES)
