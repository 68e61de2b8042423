"""What a rule can ask for beside its subject: a fact is a type, and knows how to come about."""

from typing import ClassVar, Self

from doctor.engine.world import World
from doctor.model.call import Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.telemetry import Invocation
from doctor.model.triggers import Queue


class Fact(Record):
    """Something derived from a world for one subject.

    ``reads`` names the AWS operations behind it, from which the policy that collecting needs is derived.
    """

    reads: ClassVar[tuple[str, ...]]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Derive the fact; raises ``Unseen`` when it lies behind a gap."""
        raise NotImplementedError  # every fact below says how


class Invocations(Fact):
    """What the log of one version shows, oldest first."""

    reads = ("logs:FilterLogEvents",)

    all: tuple[Invocation, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take the version's invocations; raises ``Unseen`` when its log was not read."""
        world.require("logs:FilterLogEvents", subject.log_group_arn)
        return cls(all=world.invocations(subject))

    @property
    def succeeded(self) -> tuple[Invocation, ...]:
        """Those that succeeded."""
        return tuple(one for one in self.all if one.succeeded)

    @property
    def timed_out(self) -> tuple[Invocation, ...]:
        """Those that were stopped at their deadline."""
        return tuple(one for one in self.all if one.status == "timeout")


class Triggers(Fact):
    """The pollers of one version, and the queues that they read."""

    reads = ("lambda:ListEventSourceMappings", "sqs:GetQueueAttributes")

    mappings: tuple[EventSourceMapping, ...]
    queues: tuple[Queue, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the mappings and their queues; raises ``Unseen`` when either was not read."""
        world.require("lambda:ListEventSourceMappings")
        mappings = tuple(world.mappings(subject))
        sources = [mapping.event_source_arn for mapping in mappings if ":sqs:" in mapping.event_source_arn]
        for source in sources:
            world.require("sqs:GetQueueAttributes", source)
        found = (world.get(source, Queue) for source in sources)
        return cls(mappings=mappings, queues=tuple(queue for queue in found if queue is not None))


def seen(gap: Gap) -> str:
    """One line for a person: what was not seen, and why."""
    what = {"not_asked": "not asked for", "absent": "does not exist", "unsupported": "not supported here"}
    return f"{gap.call.name}: {what.get(gap.reason, gap.reason)}{f' ({gap.error})' if gap.error else ''}"
