"""What Lambda itself must be allowed to do with a function's role, and is not."""

from collections.abc import Iterable, Iterator
from typing import Self

from doctor.engine.facts.permissions import Permissions
from doctor.engine.operations.role_policies import Wanted
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.decision import Decision
from doctor.model.finding import Confidence
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.record import Record, Shape
from doctor.model.sources import Key, Stream, Topic
from doctor.model.triggers import Queue

KEY_READS = ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants")


Told = tuple[Function | Alias | EventSourceMapping, str]
"""The resource that says so, and in which field (Python's spelling)."""


class Lack(Record):
    """One action that the role does not allow, with what is decided about it."""

    wanted: Wanted
    decision: Decision

    @property
    def confidence(self) -> Confidence:
        """Likely only, where the resource has a policy that was not seen and could allow it."""
        return Confidence.CERTAIN if self.decision.result == "denied" else Confidence.LIKELY

    @property
    def grantable(self) -> bool:
        """Whether a statement in the role's own policies is all that is missing."""
        return self.decision.grantable

    def __str__(self) -> str:
        """The request: ``sqs:SendMessage on arn:…``."""
        return f"{self.wanted.action} on {self.wanted.resource}"


class Lacks(Record):
    """What is missing for one thing that Lambda does for a function, and where that is configured."""

    purpose: str
    """In words: ``read the queue orders``."""
    place: Function | Alias | EventSourceMapping
    field: str
    """The place's field that names the other side, in Python's spelling."""
    those: tuple[Lack, ...]

    @classmethod
    def of(
        cls,
        permissions: Permissions,
        purpose: str,
        told: Told,
        wants: Iterable[Wanted | tuple[Wanted, ...]],
    ) -> Self:
        """Decide what is wanted; of alternatives one is enough, and the first is what is missing."""
        place, field = told
        lacks = tuple(_lacking(permissions, wants))
        return cls(purpose=purpose, place=place, field=field, those=lacks)


def _lacking(permissions: Permissions, wants: Iterable[Wanted | tuple[Wanted, ...]]) -> Iterator[Lack]:
    for one in wants:
        alternatives: tuple[Wanted, ...] = (one,) if isinstance(one, Wanted) else one
        if any(permissions.allows_lambda(want.action, want.resource, dict(want.condition)) for want in alternatives):
            continue
        found = [Lack(wanted=want, decision=_decided(permissions, want)) for want in alternatives]
        if all(lack.decision.lacking for lack in found):
            yield found[0]


def _decided(permissions: Permissions, want: Wanted) -> Decision:
    return permissions.lets_lambda(want.action, want.resource, dict(want.condition))


def key_of(world: World, resource: Shape | None) -> str:
    """ARN of the customer key that a queue, topic or stream is encrypted with; empty: none, or one whose alias nobody resolved."""
    told, arn = "", getattr(resource, "arn", "")
    if isinstance(resource, Queue | Topic):
        told = resource.kms_master_key_id
    elif isinstance(resource, Stream) and resource.encryption_type == "KMS":
        told = resource.key_id
    return key_named(world, told, arn)


def key_named(world: World, name: str, near: str) -> str:
    """ARN of the key that is called so, by ARN, id or alias, by what ``near`` is the ARN of; empty: none, AWS's own, or not seen."""
    if not name or "alias/aws/" in name:
        return ""
    whole = name
    if not name.startswith("arn:"):
        kind = "" if name.startswith("alias/") else "key/"
        whole = f"arn:{near.split(':')[1]}:kms:{arns.region(near)}:{arns.account(near)}:{kind}{name}"
    if ":alias/" not in whole:
        return whole
    head, _, alias = whole.rpartition(":")
    return next((key.arn for key in world.all(Key) if alias in key.aliases and key.arn.rpartition(":")[0] == head), "")


def key_wants(world: World, resource: Shape | None, *actions: str) -> tuple[Wanted, ...]:
    """What an encrypted resource asks for beside the right to itself: its customer's key, by way of its service."""
    arn = key_of(world, resource)
    key = world.get(arn, Key) if arn else None
    if not arn or (key is not None and key.key_manager == "AWS"):
        return ()
    service, region = arns.service(resource.arn), arns.region(arn)  # type: ignore[union-attr]  # it has a key
    via = (("kms:ViaService", f"{service}.{region}.amazonaws.com"),)
    return tuple(Wanted(f"kms:{action}", arn, via) for action in actions)


def unread(world: World, reads: Iterable[str], arn: str) -> Gap | None:
    """The first gap behind which there is more about a resource."""
    from doctor.iam.layers import carrier

    world.get(carrier(arn), Shape)
    return next((gap for read in reads if (gap := world.gap(read, arn)) is not None), None)
