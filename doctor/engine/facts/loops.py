"""Where a function's own code writes to what invokes it."""

from collections.abc import Iterator
from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.foreseen import PACKAGE, calls_of, require_package
from doctor.engine.facts.push import PushTriggers
from doctor.engine.world import World
from doctor.iam.asked import asked
from doctor.model import arns
from doctor.model.function import EventSourceMapping, Function
from doctor.model.package import SdkCall
from doctor.model.record import Record
from doctor.model.sources import Bucket, Topic

_WRITES = frozenset(
    {
        "sqs:SendMessage",
        "sns:Publish",
        "s3:PutObject",
        "kinesis:PutRecord",
        "kinesis:PutRecords",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
    }
)
_STOPPED_BY_LAMBDA = ("sqs", "sns", "s3")
"""Services in whose loops Lambda sees itself come again, and stops."""


class Loop(Record):
    """One call that brings the function its next event."""

    call: SdkCall
    action: str
    source: EventSourceMapping | Topic | Bucket
    field: str
    """Where the source says so: the field's name in Python."""
    what: str
    """ARN of what is written to."""

    @property
    def is_stopped(self) -> bool:
        """Whether Lambda detects a loop by way of that service."""
        return arns.service(self.what) in _STOPPED_BY_LAMBDA


class Loops(Fact):
    """The calls of one version's code that write to what invokes it, as far as the source names both."""

    reads = ("lambda:ListEventSourceMappings", *PushTriggers.reads)
    parts: ClassVar[tuple[str, ...]] = (PACKAGE, *PushTriggers.parts)

    those: tuple[Loop, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when pollers or policies were not read, or the package of what they invoke."""
        world.require("lambda:ListEventSourceMappings")
        triggers = world.fact(PushTriggers, subject)
        sources: dict[str, tuple[EventSourceMapping | Topic | Bucket, str]] = {}
        for mapping in world.mappings(subject):
            if mapping.state == "Enabled" and mapping.event_source_arn and not mapping.filter_criteria.get("Filters"):
                sources[mapping.event_source_arn.partition("/stream/")[0]] = (mapping, "event_source_arn")
        for push in triggers.those:
            if isinstance(push.source, Topic | Bucket):
                sources[push.source.arn] = (push.source, push.field)
        if not sources:
            return cls(those=())
        require_package(world, subject)
        return cls(those=tuple(_loops(subject, sources)))


def _loops(function: Function, sources: dict[str, tuple[EventSourceMapping | Topic | Bucket, str]]) -> Iterator[Loop]:
    from msgspec.structs import replace

    for place, call in calls_of(function):
        here = replace(call, account=arns.account(function.arn), region=arns.region(function.arn))
        for need in asked(here):
            target = need.resource or need.within
            what = next((arn for arn in sources if target == arn or target.startswith(f"{arn}/")), "")
            if need.action in _WRITES and what:
                source, field = sources[what]
                yield Loop(call=place, action=need.action, source=source, field=field, what=what)
