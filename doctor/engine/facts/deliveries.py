"""What Lambda needs from the role of a function to deliver records of its invocations."""

from collections.abc import Iterator
from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.permissions import Permissions
from doctor.engine.facts.role_needs import KEY_READS, Lacks, Told, key_of, key_wants, unread
from doctor.engine.operations.role_policies import Wanted
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import Alias, Function
from doctor.model.record import Shape
from doctor.model.sources import Topic
from doctor.model.triggers import Queue

_READS = {"sqs": "sqs:GetQueueAttributes", "sns": "sns:GetTopicAttributes", "s3": "s3:GetBucketPolicy"}


class Deliveries(Fact):
    """Dead-letter queue and destinations of one version, each with what the role does not let Lambda do."""

    reads = Permissions.reads
    parts: ClassVar[tuple[str, ...]] = (
        "lambda:ListFunctionEventInvokeConfigs",
        "lambda:ListEventSourceMappings",
        *_READS.values(),
        *KEY_READS,
    )

    those: tuple[Lacks, ...]
    permissions: Permissions
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide them; raises ``Unseen`` when the role of a function that has any was not read."""
        permissions = world.fact(Permissions, subject)
        unseen = world.gap("lambda:ListFunctionEventInvokeConfigs", arns.unqualified(subject.arn))
        unseen = unseen or world.gap("lambda:ListEventSourceMappings")
        found = []
        for target, purpose, told in configured(world, subject):
            if permissions.unseen is not None:
                raise Unseen(permissions.unseen)
            resource = world.get(target, Shape)
            wants = (*delivery_wants(target), *key_wants(world, resource, "GenerateDataKey", "Decrypt"))
            found.append(Lacks.of(permissions, f"{purpose} {arns.name(target)}", told, wants))
            read = _READS.get(arns.service(target))
            unseen = unseen or unread(world, (read,) if read else (), target)
            if isinstance(resource, Queue | Topic) and key_of(world, resource):
                unseen = unseen or unread(world, KEY_READS, key_of(world, resource))
        return cls(those=tuple(found), permissions=permissions, unseen=unseen)

    def require_all(self) -> None:
        """Raise ``Unseen`` when there may be more places to deliver to, or more that is missing."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def configured(world: World, subject: Function) -> Iterator[tuple[str, str, Told]]:
    """Each place with what goes there, and which resource says so in which field."""
    target = subject.dead_letter_config.target_arn
    if target:
        yield target, "put failed events into", (subject, "dead_letter_config")
    owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
    for owner in owners:
        if owner.event_invoke_config is not None:
            config = owner.event_invoke_config.destination_config
            for one, what in ((config.on_failure, "failed events"), (config.on_success, "results")):
                if one.destination:
                    yield one.destination, f"deliver {what} to", (owner, "event_invoke_config")
    for mapping in world.mappings(subject):
        target = mapping.destination_config.on_failure.destination
        if target.startswith("arn:"):
            yield target, "deliver discarded records to", (mapping, "destination_config")


def delivery_wants(target: str) -> Iterator[Wanted]:
    """What the role must allow for something to be delivered there."""
    match arns.service(target):
        case "sqs":
            yield Wanted("sqs:SendMessage", target)
        case "sns":
            yield Wanted("sns:Publish", target)
        case "lambda":
            yield Wanted("lambda:InvokeFunction", target)
        case "events":
            yield Wanted("events:PutEvents", target)
        case "s3":
            yield Wanted("s3:PutObject", f"{target}/aws/lambda/x")
            yield Wanted("s3:ListBucket", target)
