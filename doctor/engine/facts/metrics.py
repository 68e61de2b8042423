"""CloudWatch's figures of a function."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.telemetry import MetricSeries


class Metrics(Fact):
    """The function's metrics over the window: of all its versions together, as CloudWatch counts by function name."""

    reads = ("cloudwatch:GetMetricData",)

    series: tuple[MetricSeries, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take the metrics; raises ``Unseen`` when they were not read."""
        world.require("cloudwatch:GetMetricData")
        return cls(series=world.metrics(subject.arn))

    def values(self, name: str, stat: str) -> tuple[float, ...]:
        """The values of one metric at one statistic, a period each; empty when there was never one."""
        found = (one.values for one in self.series if (one.metric_name, one.stat) == (name, stat))
        return next(found, ())

    def total(self, name: str) -> float:
        """The sum of a counting metric over the window; 0 when it never counted."""
        return sum(self.values(name, "Sum"))

    def peak(self, name: str, stat: str = "Maximum") -> float | None:
        """The highest value over the window; ``None`` when there was none."""
        return max(self.values(name, stat), default=None)
