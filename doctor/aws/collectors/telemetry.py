"""What was seen to happen: logs, metrics, and CloudTrail's changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from doctor.aws.draft import Draft
from doctor.logs.invocations import LogEvent, invocations
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.redacted import redact_text
from doctor.model.telemetry import Change, Invocation, MetricSeries
from doctor.model.triggers import EventRule

PERIOD = 300
"""Seconds for which one value of a metric stands."""
_QUERIES = 500
"""How many metrics one GetMetricData takes."""
_FUNCTION_METRICS = (
    ("Invocations", "Sum"),
    ("Errors", "Sum"),
    ("Throttles", "Sum"),
    ("Duration", "p95"),
    ("Duration", "Maximum"),
    ("ConcurrentExecutions", "Maximum"),
)


def logs(draft: Draft, function: Function) -> None:
    """The invocations that a function's log shows in the scope's window; no log group is an answer: it never ran."""
    since = draft.now - timedelta(seconds=draft.scope.window)
    answer = draft.read(
        "logs",
        "FilterLogEvents",
        about=function.log_group_arn,
        absent=("ResourceNotFoundException",),
        logGroupName=function.log_group,
        startTime=_millis(since),
        endTime=_millis(draft.now),
    )
    events = (_event(raw) for raw in (answer or {}).get("events", ()))
    draft.invocations[arns.unqualified(function.arn)] = tuple(_redacted(draft, one) for one in invocations(events))


def _event(raw: dict[str, Any]) -> LogEvent:
    at = datetime.fromtimestamp(raw["timestamp"] / 1000, UTC)
    return LogEvent(at=at, stream=raw.get("logStreamName", ""), message=raw.get("message", ""))


def _redacted(draft: Draft, invocation: Invocation) -> Invocation:
    lines = tuple(
        line if line.platform else replace(line, message=redact_text(line.message, draft.key))
        for line in invocation.lines
    )
    return replace(invocation, lines=lines, error_message=redact_text(invocation.error_message, draft.key))


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def metrics(draft: Draft, functions: list[Function]) -> None:
    """The metrics of functions and of event rules, in as few calls as there can be."""
    wanted = [
        (function.arn, "AWS/Lambda", name, {"FunctionName": function.function_name}, stat)
        for function in functions
        for name, stat in _FUNCTION_METRICS
    ]
    wanted += [
        (rule.arn, "AWS/Events", name, {"RuleName": rule.name}, "Sum")
        for rule in draft.resources.values()
        if isinstance(rule, EventRule)
        for name in ("TriggeredRules", "FailedInvocations")
    ]
    for start in range(0, len(wanted), _QUERIES):
        for arn, series in _series(draft, wanted[start : start + _QUERIES]):
            draft.metrics[arn] = (*draft.metrics.get(arn, ()), series)


def _series(
    draft: Draft, wanted: list[tuple[str, str, str, dict[str, str], str]]
) -> Iterator[tuple[str, MetricSeries]]:
    since = draft.now - timedelta(seconds=draft.scope.window)
    answer = draft.read(
        "cloudwatch",
        "GetMetricData",
        MetricDataQueries=[
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": name,
                        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                    },
                    "Period": PERIOD,
                    "Stat": stat,
                },
            }
            for number, (_, namespace, name, dimensions, stat) in enumerate(wanted)
        ],
        StartTime=since,
        EndTime=draft.now,
        ScanBy="TimestampAscending",
    )
    for result in (answer or {}).get("MetricDataResults", ()):
        arn, namespace, name, dimensions, stat = wanted[int(result["Id"][1:])]
        points = sorted(zip(result.get("Timestamps", ()), result.get("Values", ()), strict=True))
        if points:
            yield (
                arn,
                MetricSeries(
                    namespace=namespace,
                    metric_name=name,
                    dimensions=dimensions,
                    stat=stat,
                    period=PERIOD,
                    timestamps=tuple(at.astimezone(UTC) for at, _ in points),
                    values=tuple(float(value) for _, value in points),
                ),
            )


def changes(draft: Draft) -> None:
    """Who changed what in the last week, from CloudTrail's event history."""
    answer = draft.read(
        "cloudtrail",
        "LookupEvents",
        LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
        StartTime=draft.now - timedelta(days=7),
        EndTime=draft.now,
    )
    found = [
        Change(
            event_id=raw["EventId"],
            event_name=raw["EventName"],
            event_time=raw["EventTime"].astimezone(UTC),
            event_source=raw.get("EventSource", ""),
            username=raw.get("Username", ""),
            resources=tuple(one.get("ResourceName", "") for one in raw.get("Resources", ())),
        )
        for raw in (answer or {}).get("Events", ())
    ]
    draft.changes = tuple(sorted(found, key=lambda change: (change.event_time, change.event_id)))
