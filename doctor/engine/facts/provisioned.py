"""Environments that are kept initialised."""

from datetime import datetime
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Alias, Function
from doctor.model.invoking import ProvisionedConcurrencyConfig
from doctor.model.record import Record
from doctor.model.telemetry import MetricSeries


class Provisioned(Record):
    """The provisioned concurrency of one version or alias, with its metrics."""

    owner: Function | Alias
    config: ProvisionedConcurrencyConfig
    series: tuple[MetricSeries, ...]

    @property
    def qualifier(self) -> str:
        """What a caller must name to get it."""
        return arns.qualifier(self.owner.arn)

    def total(self, name: str) -> float:
        """The sum of a counting metric over the window; 0 when it never counted."""
        return sum(sum(one.values) for one in self.series if (one.metric_name, one.stat) == (name, "Sum"))

    def last(self, name: str) -> datetime:
        """When a counting metric was last above 0; the caller knows that it was."""
        counted = [one for one in self.series if (one.metric_name, one.stat) == (name, "Sum")]
        return max(at for one in counted for at, value in zip(one.timestamps, one.values, strict=True) if value)


class ProvisionedConcurrency(Fact):
    """What a function has of it, on whichever of its versions and aliases: told with ``$LATEST``, which can have none."""

    reads = ("lambda:ListProvisionedConcurrencyConfigs", "cloudwatch:GetMetricData")
    sure = True

    those: tuple[Provisioned, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the configurations; raises ``Unseen`` when they or the metrics were not read, and there can be any."""
        owners: list[Function | Alias] = [*world.versions(subject), *world.aliases(subject)]
        if subject.version != "$LATEST" or owners == [subject]:
            return cls(those=())
        for call in cls.reads:
            world.require(call, subject.arn)
        those = tuple(
            Provisioned(owner=owner, config=config, series=world.snapshot.metrics.get(owner.arn, ()))
            for owner in owners
            if (config := owner.provisioned_concurrency_config) is not None
        )
        return cls(those=those)
