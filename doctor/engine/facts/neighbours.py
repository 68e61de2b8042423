"""Functions that share the account's concurrency."""

from datetime import datetime
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Function


class Neighbours(Fact):
    """The other functions without a reservation that were refused, by the moment at which the metric's period starts."""

    reads = ("cloudwatch:GetMetricData", "lambda:GetFunctionConcurrency")
    sure = True

    refused: dict[datetime, tuple[str, ...]]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when metrics or reservations were not read."""
        world.require("cloudwatch:GetMetricData")
        world.require("lambda:GetFunctionConcurrency", arns.unqualified(subject.arn))
        key = (cls, "refused")
        world.all(Function)
        if key not in world.derived:
            world.derived[key] = _refused(world)
        found: dict[datetime, tuple[str, ...]] = world.derived[key]
        others = {at: tuple(name for name in names if name != subject.function_name) for at, names in found.items()}
        return cls(refused={at: names for at, names in others.items() if names})


def _refused(world: World) -> dict[datetime, tuple[str, ...]]:
    found: dict[datetime, list[str]] = {}
    for one in world.all(Function):
        if one.version == "$LATEST" and one.reserved_concurrent_executions is None:
            for series in world.metrics(one.arn):
                if (series.metric_name, series.stat) == ("Throttles", "Sum"):
                    for at, value in zip(series.timestamps, series.values, strict=True):
                        if value:
                            found.setdefault(at, []).append(one.function_name)
    return {at: tuple(sorted(names)) for at, names in found.items()}
