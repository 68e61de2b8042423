"""Functions that a function invokes and waits for."""

from collections.abc import Iterator
from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.foreseen import PACKAGE, calls_of
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import Function
from doctor.model.package import SdkCall
from doctor.model.record import Record
from doctor.model.telemetry import MetricSeries

PATIENCE = 60.0
"""Seconds for which botocore waits for an answer, where nothing else is said. See its ``Config``."""


class Callee(Record):
    """One function that the code waits for."""

    call: SdkCall
    function: Function
    """``$LATEST`` of it, whatever qualifier the code names."""
    patience: float
    """Seconds for which the code's client waits for an answer; ``PATIENCE`` where it does not say."""
    duration: MetricSeries | None
    """Its longest invocations (``Duration`` Maximum, milliseconds), where it had any."""


class Callees(Fact):
    """The functions of the account that the source of one version invokes by name, and waits for."""

    reads = ()
    parts: ClassVar[tuple[str, ...]] = (PACKAGE, "cloudwatch:GetMetricData")
    sure = True

    those: tuple[Callee, ...] = ()
    unseen: Gap | None = None
    uncounted: Gap | None = None
    any_slow: bool = False
    """Whether any function of the account took longer than an SDK waits."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; what was not read is told when it is asked for."""
        unread = world.gap(PACKAGE, subject.arn) if subject.package is None else None
        if subject.package is None and unread is None:
            return cls()
        counted, slow = world.gap("cloudwatch:GetMetricData"), _any_slow(world)
        if unread is not None:
            return cls(unseen=unread, uncounted=counted, any_slow=slow)
        those = tuple(_callees(world, subject))
        return cls(those=those, uncounted=counted if those else None, any_slow=slow)

    def require_all(self) -> None:
        """Raise ``Unseen`` when the source was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)

    def require_durations(self) -> None:
        """Raise ``Unseen`` when it was not read how long those take that it waits for, or one was slow and may be one of these."""
        if self.uncounted is not None:
            raise Unseen(self.uncounted)
        if self.any_slow:
            self.require_all()


def _any_slow(world: World) -> bool:
    key = (Callees, "slow")
    if key not in world.derived:
        world.derived[key] = any(
            max(one.values, default=0.0) > PATIENCE * 1000
            for series in world.snapshot.metrics.values()
            for one in series
            if (one.metric_name, one.stat) == ("Duration", "Maximum")
        )
    return bool(world.derived[key])


def _callees(world: World, subject: Function) -> Iterator[Callee]:
    source = subject.package.source if subject.package is not None else None
    waits = (
        [one.read_timeout for one in source.clients if one.service == "lambda" and one.read_timeout] if source else []
    )
    for one, call in calls_of(subject):
        told = call.parameters.get("FunctionName", "")
        kind = one.parameters.get("InvocationType", "RequestResponse")
        if call.name != "lambda:Invoke" or not told or kind != "RequestResponse":
            continue
        near = arns.function(arns.region(subject.arn), arns.account(subject.arn), told.split(":")[0])
        arn = arns.unqualified(told) if told.startswith("arn:") else near
        found = world.get(arn, Function)
        if found is not None and found.function_name != subject.function_name:
            longest = (each for each in world.metrics(arn) if (each.metric_name, each.stat) == ("Duration", "Maximum"))
            patience = max(waits, default=PATIENCE)
            yield Callee(call=one, function=found, patience=patience, duration=next(longest, None))
