"""Pollers and their queues with what CloudWatch counted of them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model.call import Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.telemetry import MetricSeries
from doctor.model.triggers import Queue


class Counted(Record):
    """One poller that is switched on, with its own figures and those of its queue."""

    mapping: EventSourceMapping
    queue: Queue | None
    """Its source, where that is a queue that was seen."""
    series: tuple[MetricSeries, ...]
    """Of the poller (where it counts its events) and of the queue."""

    def values(self, name: str) -> dict[datetime, float]:
        """The values of one metric by the moment at which their period starts; empty: it was never counted."""
        found = (one for one in self.series if one.metric_name == name)
        return next((dict(zip(one.timestamps, one.values, strict=True)) for one in found), {})

    def total(self, name: str) -> float:
        """The sum of a counting metric over the window."""
        return sum(self.values(name).values())

    def last(self, name: str) -> datetime:
        """When a metric was last above 0; the caller knows that it was."""
        return max(at for at, value in self.values(name).items() if value)

    @property
    def falling_back(self) -> bool:
        """Whether the oldest message of its queue got older from period to period for half an hour, and is older than that."""
        ages = [value for _, value in sorted(self.values("ApproximateAgeOfOldestMessage").items())][-_PERIODS:]
        steady = all(one < other for one, other in pairwise(ages))
        return len(ages) == _PERIODS and steady and ages[-1] >= _OLD


_PERIODS = 6
"""Of five minutes."""
_OLD = 1800
"""Seconds."""


class PollerCounts(Fact):
    """The pollers of one version that are switched on, each with what was counted."""

    reads = ("lambda:ListEventSourceMappings", "cloudwatch:GetMetricData")
    parts: ClassVar[tuple[str, ...]] = ("sqs:GetQueueAttributes",)
    sure = True

    those: tuple[Counted, ...]
    unseen: Gap | None = None
    """Why the queue of one of them was not read."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when pollers or metrics were not read."""
        world.require("lambda:ListEventSourceMappings")
        found = [one for one in world.mappings(subject) if one.state == "Enabled"]
        if found:
            world.require("cloudwatch:GetMetricData")
        return cls(those=tuple(_counted(world, one) for one in found), unseen=queues_unread(world, found))

    def require_queues(self) -> None:
        """Raise ``Unseen`` when the queue of one of them was not read: nothing is known of its messages."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def queues_unread(world: World, mappings: Iterable[EventSourceMapping]) -> Gap | None:
    """Why the queue of one of these pollers was not read."""
    sources = (one.event_source_arn for one in mappings if ":sqs:" in one.event_source_arn)
    gaps = (world.gap("sqs:GetQueueAttributes", source) for source in sources)
    return next((gap for gap in gaps if gap is not None), None)


def _counted(world: World, mapping: EventSourceMapping) -> Counted:
    source = world.get(mapping.event_source_arn, Queue)
    series = (*world.metrics(mapping.arn), *(world.metrics(source.arn) if source is not None else ()))
    return Counted(mapping=mapping, queue=source, series=series)
