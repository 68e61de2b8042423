"""Denials whose words name neither action nor resource: S3 says ``Access Denied`` and no more."""

import re
from collections.abc import Iterator
from typing import ClassVar, Self

from msgspec.structs import replace

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.foreseen import PACKAGE, calls_of
from doctor.engine.facts.invocations import Invocations
from doctor.engine.facts.permissions import Permissions
from doctor.engine.world import Unseen, World
from doctor.logs.symptoms import symptom
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.decision import Decision
from doctor.model.finding import Evidence
from doctor.model.function import Function
from doctor.model.record import Record, Shape
from doctor.model.telemetry import Invocation, Symptom

_TEXT = re.compile(
    r"An error occurred \((?:AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationErrorException|403|Forbidden)\)"
    r" when calling the (?P<operation>\w+) operation"
)
_TELLS = ("not authorized to perform", "KMS", "Encoded authorization failure message", "ciphertext")
"""In texts that say more, which other rules read."""


_HIDDEN = "on the resource associated with this ciphertext"
"""KMS names the action, and not the key that the ciphertext tells."""


class Asked(Record):
    """One action that the refused operation needs, by a call of it in the source, or by its name."""

    action: str
    resource: str
    """ARN; empty: not known."""
    within: str
    decision: Decision | None
    never: bool
    """Whether the role allows the action on nothing that is meant."""


class Unreasoned(Record):
    """An operation that was refused without a word of why."""

    operation: str
    those: tuple[Invocation, ...]
    evidence: Evidence
    asked: tuple[Asked, ...]
    """Empty: the source does not tell what was asked for."""
    hidden: bool = False
    """Whether AWS named the action, and not the resource."""

    @property
    def explains(self) -> tuple[Symptom, ...]:
        """The symptoms that the invocations show which failed by it."""
        return tuple(dict.fromkeys(seen for one in self.those if (seen := symptom(one)) is not None))

    @property
    def refused(self) -> tuple[Asked, ...]:
        """What of it the role is denied, by all that was seen."""
        return tuple(one for one in self.asked if one.never or (one.decision is not None and one.decision.lacking))


class UnreasonedDenials(Fact):
    """The operations that invocations of one version were refused without a reason, each with what it asked for."""

    reads = (*Invocations.reads, *Permissions.reads)
    after = (Invocations,)
    parts: ClassVar[tuple[str, ...]] = (PACKAGE,)

    those: tuple[Unreasoned, ...]
    permissions: Permissions
    unseen: Gap | None = None
    """Why the source was not read, which tells what an operation asked for."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide them; raises ``Unseen`` when the log, or the role of a function that was refused so, was not read."""
        from doctor.iam.layers import carrier

        found: dict[str, list[Invocation]] = {}
        for one in world.fact(Invocations, subject).failed:
            match = _TEXT.search(one.error_message)
            hidden = _HIDDEN in one.error_message
            if match is not None and (hidden or not any(words in one.error_message for words in _TELLS)):
                found.setdefault(match["operation"], []).append(one)
        permissions = world.fact(Permissions, subject)
        those = tuple(_unreasoned(permissions, operation, those) for operation, those in found.items())
        for asked in (asked for one in those for asked in one.asked):
            world.get(carrier(asked.resource), Shape)  # what is decided hangs on its policy
        unread = world.gap(PACKAGE, subject.arn) if those and subject.package is None else None
        return cls(those=those, permissions=permissions, unseen=unread)

    def require_source(self) -> None:
        """Raise ``Unseen`` when something was refused, and the source was not read, which tells what it asked for."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def _unreasoned(permissions: Permissions, operation: str, those: list[Invocation]) -> Unreasoned:
    last = those[-1]
    named = _named(permissions, last.error_message)
    return Unreasoned(
        operation=operation,
        those=tuple(those),
        evidence=Evidence(
            resource=permissions.function.log_group_arn,
            field=f"{operation} refused",
            value=last.error_message,
            source="logs:FilterLogEvents",
            at=last.at,
        ),
        asked=tuple({(one.action, one.resource): one for one in (*_asked(permissions, operation), *named)}.values()),
        hidden=_HIDDEN in last.error_message,
    )


def _named(permissions: Permissions, text: str) -> Iterator[Asked]:
    """The action that a text names without its resource."""
    from doctor.iam.messages import find_denial

    denial = find_denial(text) if _HIDDEN in text else None
    if denial is not None and denial.principal == permissions.session:
        never = permissions.never(denial.action)
        yield Asked(action=denial.action, resource="", within="", decision=None, never=never)


def _asked(permissions: Permissions, operation: str) -> Iterator[Asked]:
    from doctor.iam.asked import asked

    where = permissions.function.arn
    for _, call in calls_of(permissions.function):
        if call.operation == operation:
            for one in asked(replace(call, account=arns.account(where), region=arns.region(where))):
                decision = permissions.can(one.action, one.resource, one.context) if one.resource else None
                never = not one.resource and permissions.never(one.action, one.within)
                yield Asked(action=one.action, resource=one.resource, within=one.within, decision=decision, never=never)
