"""CloudWatch's metrics of the invocations that the logs tell about, and of the calls that were refused."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from doctor.model.telemetry import Invocation, MetricSeries
from tests.incidents.twelve_faults.scene import NOW, WINDOW

PERIOD = timedelta(minutes=5)
Points = Mapping[datetime, float]
"""A value for each period that has one, by the time at which it starts."""


def of_function(
    name: str, invocations: Sequence[Invocation], throttled: Mapping[datetime, int]
) -> tuple[MetricSeries, ...]:
    """What AWS/Lambda keeps of one function: a period without invocations has no value, except for throttles."""
    durations = _gather((_started(one), one.duration or 0.0) for one in invocations)
    errors = _gather((_started(one), float(one.status != "success")) for one in invocations)
    refused = _gather((at, float(count)) for at, count in throttled.items())
    throttles = {period: sum(refused.get(period, [0.0])) for period in sorted({*durations, *refused})}
    return tuple(
        _series("AWS/Lambda", metric, {"FunctionName": name}, stat, points)
        for metric, stat, points in (
            ("Invocations", "Sum", _each(durations, lambda values: float(len(values)))),
            ("Errors", "Sum", _each(errors, sum)),
            ("Throttles", "Sum", throttles),
            ("Duration", "p95", _each(durations, p95)),
            ("Duration", "Maximum", _each(durations, max)),
            ("ConcurrentExecutions", "Maximum", _concurrency(invocations)),
        )
        if points
    )


def of_rule(name: str, **sums: Points) -> tuple[MetricSeries, ...]:
    """What AWS/Events keeps of one rule, metric by metric."""
    return tuple(_series("AWS/Events", metric, {"RuleName": name}, "Sum", points) for metric, points in sums.items())


def period_of(at: datetime) -> datetime:
    """The start of the period in which ``at`` lies."""
    start = NOW - WINDOW
    return start + (at - start) // PERIOD * PERIOD


def p95(values: Sequence[float]) -> float:
    """The 95th percentile by nearest rank: the smallest value that 95 % of the values do not exceed."""
    return sorted(values)[-(-95 * len(values) // 100) - 1]


def _series(namespace: str, metric: str, dimensions: dict[str, str], stat: str, points: Points) -> MetricSeries:
    return MetricSeries(
        namespace=namespace,
        metric_name=metric,
        dimensions=dimensions,
        stat=stat,
        period=int(PERIOD.total_seconds()),
        timestamps=tuple(points),
        values=tuple(points.values()),
    )


def _gather(measured: Iterable[tuple[datetime, float]]) -> dict[datetime, list[float]]:
    """Values by period, oldest first."""
    found: dict[datetime, list[float]] = {}
    for at, value in sorted(measured):
        found.setdefault(period_of(at), []).append(value)
    return found


def _each(found: Mapping[datetime, list[float]], statistic: Callable[[list[float]], float]) -> Points:
    return {period: round(statistic(values), 2) for period, values in found.items()}


def _started(invocation: Invocation) -> datetime:
    """When the handler was called: CloudWatch counts an invocation, and its error, there."""
    return next(
        line.at for line in invocation.lines if line.message.startswith("START") or "platform.start" in line.message
    )


def _concurrency(invocations: Sequence[Invocation]) -> Points:
    """The most invocations at one time, in each period in which one began."""
    spans = [(_started(one), _started(one) + timedelta(milliseconds=one.duration or 0)) for one in invocations]
    peak = _gather((begins, float(sum(start <= begins < end for start, end in spans))) for begins, _ in spans)
    return _each(peak, max)
