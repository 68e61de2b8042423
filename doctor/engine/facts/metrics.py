"""CloudWatch's figures of a function."""

from datetime import datetime
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.telemetry import MetricSeries


class Metrics(Fact):
    """The function's metrics over the window: of all its versions together, as CloudWatch counts by function name."""

    reads = ("cloudwatch:GetMetricData",)
    sure = True

    series: tuple[MetricSeries, ...]
    account: tuple[MetricSeries, ...] = ()
    """Of all functions of the account and region together."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take the metrics; raises ``Unseen`` when they were not read."""
        world.require("cloudwatch:GetMetricData")
        account = f"arn:aws:iam::{world.snapshot.scope.account}:root"
        return cls(series=world.metrics(subject.arn), account=world.metrics(account))

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

    def over_time(self, name: str, stat: str) -> dict[datetime, float]:
        """The values of one metric of the function by the moment at which their period starts."""
        return _over_time(self.series, name, stat)

    def of_account(self, name: str, stat: str = "Maximum") -> dict[datetime, float]:
        """The values of one metric of the account by the moment at which their period starts."""
        return _over_time(self.account, name, stat)

    def peak_at(self, name: str, stat: str = "Maximum") -> datetime:
        """When a metric was first at its highest; the caller knows that it was measured."""
        values = self.over_time(name, stat)
        return max(sorted(values), key=lambda at: values[at])

    def last(self, name: str, stat: str = "Sum") -> datetime:
        """When a metric was last above 0; the caller knows that it was."""
        return max(at for at, value in self.over_time(name, stat).items() if value)


def _over_time(series: tuple[MetricSeries, ...], name: str, stat: str) -> dict[datetime, float]:
    found = (one for one in series if (one.metric_name, one.stat) == (name, stat))
    return next((dict(zip(one.timestamps, one.values, strict=True)) for one in found), {})
