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
        world.look(throttled(world))
        key = (cls, "refused")
        if key not in world.derived:
            found = _refused(world)
            world.derived[key] = cls(refused=found), {name for names in found.values() for name in names}
        everyone, refused = world.derived[key]
        if subject.function_name not in refused:
            return everyone  # type: ignore[no-any-return]  # it is put there above
        found = everyone.refused
        others = {at: tuple(name for name in names if name != subject.function_name) for at, names in found.items()}
        return cls(refused={at: names for at, names in others.items() if names})


def throttled(world: World) -> tuple[str, ...]:
    """The ARNs of which metrics tell that requests were refused; gathered once for a world."""
    key = (Neighbours, "throttled")
    if key not in world.derived:
        world.derived[key] = tuple(
            arn
            for arn in sorted(world.snapshot.metrics)
            if any(
                (one.metric_name, one.stat) == ("Throttles", "Sum") and any(one.values) for one in world.metrics(arn)
            )
        )
    found: tuple[str, ...] = world.derived[key]
    return found


def _refused(world: World) -> dict[datetime, tuple[str, ...]]:
    found: dict[datetime, list[str]] = {}
    for arn in throttled(world):
        one = world.get(arn, Function)
        if one is not None and one.version == "$LATEST" and one.reserved_concurrent_executions is None:
            for series in world.metrics(one.arn):
                if (series.metric_name, series.stat) == ("Throttles", "Sum"):
                    for at, value in zip(series.timestamps, series.values, strict=True):
                        if value:
                            found.setdefault(at, []).append(one.function_name)
    return {at: tuple(sorted(names)) for at, names in found.items()}
