"""What a function's code needs of the keys that its queues, topics, streams and buckets are encrypted with."""

from collections.abc import Iterator
from typing import Any, ClassVar, Self

from msgspec.structs import replace

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.foreseen import PACKAGE, calls_of, require_package
from doctor.engine.facts.permissions import Permissions
from doctor.engine.facts.role_needs import KEY_READS, Lack, key_named, key_of
from doctor.engine.operations.role_policies import Wanted
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.finding import Evidence
from doctor.model.function import Function
from doctor.model.record import Record, Shape
from doctor.model.sources import Bucket, Key, Stream, Topic
from doctor.model.triggers import Queue

_READS = {"s3:GetObject", "s3:GetObjectVersion", "sqs:ReceiveMessage", "kinesis:GetRecords"}
_WRITES = {
    "s3:PutObject": ("GenerateDataKey",),
    "sqs:SendMessage": ("GenerateDataKey", "Decrypt"),
    "sns:Publish": ("GenerateDataKey", "Decrypt"),
    "kinesis:PutRecord": ("GenerateDataKey",),
    "kinesis:PutRecords": ("GenerateDataKey",),
}
"""What each service does with the caller's right to the key."""


class EncryptedCall(Record):
    """A call of the source to something encrypted, and what keeps the key from it."""

    action: str
    resource: Queue | Topic | Stream | Bucket
    field: str
    """Where the resource names its key, in Python's spelling."""
    key: Key
    lacks: tuple[Lack, ...]
    evidence: Evidence


class EncryptedCalls(Fact):
    """The calls in the source of one version to what is encrypted with a customer's key that was read."""

    reads = Permissions.reads
    parts: ClassVar[tuple[str, ...]] = (PACKAGE, *KEY_READS)

    those: tuple[EncryptedCall, ...]
    permissions: Permissions
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide them; raises ``Unseen`` when the package was not read, or the role of a function that makes such calls."""
        require_package(world, subject)
        permissions = world.fact(Permissions, subject)
        found: list[EncryptedCall] = []
        gaps: list[Gap | None] = []
        for action, resource, evidence in _calls(world, subject, gaps):
            arn, field = _key(world, resource)
            gaps += [world.gap(read, arn) for read in KEY_READS] if arn else []
            key = world.get(arn, Key) if arn else None
            if key is None or key.key_manager == "AWS":
                continue
            if permissions.unseen is not None:
                raise Unseen(permissions.unseen)
            lacks = tuple(_lacks(permissions, action, resource, arn))
            found.append(
                EncryptedCall(action=action, resource=resource, field=field, key=key, lacks=lacks, evidence=evidence)
            )
        unseen = next((gap for gap in gaps if gap is not None), None)
        return cls(those=tuple(found), permissions=permissions, unseen=unseen)

    def require_all(self) -> None:
        """Raise ``Unseen`` when a key was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


Encrypted = Queue | Topic | Stream | Bucket


_RESOURCES = (
    "sqs:GetQueueAttributes",
    "sns:GetTopicAttributes",
    "kinesis:DescribeStreamSummary",
    "s3:GetBucketLocation",
)


def _calls(world: World, function: Function, gaps: list[Gap | None]) -> Iterator[tuple[str, Encrypted, Evidence]]:
    """The calls, each with what it is about; where that was not read, the gap is added to ``gaps``."""
    from doctor.iam.asked import asked
    from doctor.iam.layers import carrier

    seen = set()
    for one, call in calls_of(function):
        here = replace(call, account=arns.account(function.arn), region=arns.region(function.arn))
        for need in asked(here):
            arn = carrier(need.resource or need.within.rstrip("/"))
            resource = world.snapshot.resources.get(arn)
            wanted = need.action in _READS or need.action in _WRITES
            if wanted and isinstance(resource, Encrypted) and (need.action, arn) not in seen:
                seen.add((need.action, arn))
                world.get(arn, type(resource))
                field = f"Package.source.calls[{one.path}].operation"
                told = Evidence(resource=function.arn, field=field, value=one.operation, source="lambda:GetFunction")
                yield need.action, resource, told
            elif wanted and resource is None:
                gaps += [world.gap(read, arn) for read in _RESOURCES if read.startswith(f"{arns.service(arn)}:")]


def _key(world: World, resource: Encrypted) -> tuple[str, str]:
    """ARN of the key, and the field that names it."""
    if not isinstance(resource, Bucket):
        return key_of(world, resource), "key_id" if isinstance(resource, Stream) else "kms_master_key_id"
    for rule in resource.server_side_encryption_rules:
        default: dict[str, Any] = rule.get("ApplyServerSideEncryptionByDefault") or {}
        arn = str(default.get("KMSMasterKeyID", ""))
        near = f"arn:aws:kms:{resource.location_constraint}:{world.snapshot.scope.account}:"
        arn = key_named(world, arn, near)
        if arn:
            return arn, "server_side_encryption_rules"
    return "", ""


def _lacks(permissions: Permissions, action: str, resource: Encrypted, key: str) -> Iterator[Lack]:
    service = arns.service(resource.arn)
    via = f"{service}.{arns.region(key)}.amazonaws.com"
    for name in ("Decrypt",) if action in _READS else _WRITES[action]:
        want = Wanted(f"kms:{name}", key, (("kms:ViaService", via),))
        decision = permissions.can(want.action, key, {"kms:ViaService": via, "aws:ViaAWSService": "true"})
        if decision.lacking:
            yield Lack(wanted=want, decision=decision)


def companions(world: World, permissions: Permissions, action: str, resource: str) -> tuple[Wanted, ...]:
    """What an action needs beside itself: the key of what it is about, where that is encrypted with a customer's."""
    from doctor.iam.layers import carrier

    found = world.get(carrier(resource), Shape)
    if not isinstance(found, Encrypted) or (action not in _READS and action not in _WRITES):
        return ()
    arn, _ = _key(world, found)
    key = world.get(arn, Key) if arn else None
    if not arn or (key is not None and key.key_manager == "AWS"):
        return ()
    return tuple(one.wanted for one in _lacks(permissions, action, found, arn) if one.grantable)
