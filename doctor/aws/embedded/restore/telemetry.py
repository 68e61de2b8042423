"""Log lines, metric values, and CloudTrail's events."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from doctor.aws.embedded.restore.clients import Clients
from doctor.model.function import Function
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import MetricSeries

_DATA = 500
"""Metric data in one PutMetricData."""
_SHARE = 20
"""With so many values at p95 and one above, the 95th percentile is that value, and the maximum the other."""


def restore(clients: Clients, snapshot: Snapshot, _: Path) -> None:
    """Everything that was seen to happen."""
    for arn, invocations in snapshot.invocations.items():
        function = snapshot.resources.get(arn)
        if isinstance(function, Function):
            events = [(one.log_stream, line) for one in invocations for line in one.lines]
            _logs(clients, function.log_group, events)
    for series in snapshot.metrics.values():
        _metrics(clients, series)
    clients.embedded.control("put_events", Events=[_event(change) for change in snapshot.changes])
    if snapshot.account_limit is not None:
        clients.embedded.control(
            "set_concurrency_limit",
            ConcurrentExecutions=snapshot.account_limit.concurrent_executions,
        )


def _logs(clients: Clients, group: str, events: list[tuple[str, Any]]) -> None:
    streams: dict[str, list[dict[str, Any]]] = {}
    for stream, line in events:
        streams.setdefault(stream, []).append({"timestamp": _millis(line.at), "message": line.message})
    for stream, lines in streams.items():
        clients.logs.create_log_stream(logGroupName=group, logStreamName=stream)
        clients.logs.put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=sorted(lines, key=lambda one: int(one["timestamp"])),
        )


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _metrics(clients: Clients, series: tuple[MetricSeries, ...]) -> None:
    """Values that give back the recorded statistics; one metric's statistics of one period come from the same values."""
    by_metric: dict[tuple[str, str], list[MetricSeries]] = {}
    for one in series:
        by_metric.setdefault((one.namespace, one.metric_name), []).append(one)
    for (namespace, name), statistics in by_metric.items():
        data = list(_data(name, statistics))
        for start in range(0, len(data), _DATA):
            clients.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[start : start + _DATA])


def _data(name: str, statistics: list[MetricSeries]) -> Iterator[dict[str, Any]]:
    periods: dict[datetime, dict[str, float]] = {}
    for one in statistics:
        for at, value in zip(one.timestamps, one.values, strict=True):
            periods.setdefault(at, {})[one.stat] = value
    dimensions = [{"Name": key, "Value": value} for key, value in statistics[0].dimensions.items()]
    for at, shown in periods.items():
        most = shown.get("Sum", shown.get("Maximum", shown.get("p95", 0.0)))
        usual = shown.get("p95", most)
        values = {"Values": [most]} if usual == most else {"Values": [usual, most], "Counts": [_SHARE, 1]}
        # In the middle of its period, a value stays in one period of its own however CloudWatch aligns them.
        middle = at + timedelta(seconds=statistics[0].period / 2)
        yield {"MetricName": name, "Dimensions": dimensions, "Timestamp": middle, **values}


def _event(change: Any) -> dict[str, Any]:
    raw = msgspec.to_builtins(change)
    resources = [{"ResourceName": name} for name in raw.pop("resources", ())]
    extra = raw.pop("extra", {})
    return {**extra, **raw, "ReadOnly": "false", "Resources": resources}
