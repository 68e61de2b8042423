"""CloudWatch's figures, as many to a call as there can be: first what tells who is in trouble, then what tells why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.record import Shape
from doctor.model.sources import Stream
from doctor.model.telemetry import MetricSeries
from doctor.model.triggers import EventRule, Queue

PERIOD = 300
"""Seconds for which one value of a metric stands."""
QUERIES = 500
"""How many metrics one GetMetricData takes."""
_LAMBDA = "AWS/Lambda"
_Named = tuple[tuple[str, str], ...]
_FIRST: _Named = (
    ("Invocations", "Sum"),
    ("Errors", "Sum"),
    ("Throttles", "Sum"),
    ("Duration", "p95"),
    ("Duration", "Maximum"),
    ("ConcurrentExecutions", "Maximum"),
    ("AsyncEventsReceived", "Sum"),
    ("AsyncEventsDropped", "Sum"),
    ("DeadLetterErrors", "Sum"),
    ("DestinationDeliveryFailures", "Sum"),
    ("RecursiveInvocationsDropped", "Sum"),
)
_CLOSER: _Named = (
    ("AsyncEventAge", "Maximum"),
    ("PostRuntimeExtensionsDuration", "Average"),
    ("UrlRequestCount", "Sum"),
    ("Url4xxCount", "Sum"),
    ("Url5xxCount", "Sum"),
)
_STREAM: _Named = (("IteratorAge", "Maximum"),)
_DOCUMENTS: _Named = (("IteratorAge", "Maximum"), ("OversizedRecordCount", "Sum"))
_MANAGED: _Named = tuple((f"{what}Throttles", "Sum") for what in ("CPU", "Memory", "Disk", "Concurrency"))
"""Of functions on Managed Instances."""
_DURABLE: _Named = (("DurableExecutionFailed", "Sum"), ("DurableExecutionTimedOut", "Sum"))
_KAFKA: _Named = (("OffsetLag", "Maximum"),)
_PROVISIONED: _Named = (
    ("ProvisionedConcurrentExecutions", "Maximum"),
    ("ProvisionedConcurrencyUtilization", "Maximum"),
    ("ProvisionedConcurrencyInvocations", "Sum"),
    ("ProvisionedConcurrencySpilloverInvocations", "Sum"),
)
_ACCOUNT: _Named = (
    ("ConcurrentExecutions", "Maximum"),
    ("UnreservedConcurrentExecutions", "Maximum"),
    ("ClaimedAccountConcurrency", "Maximum"),
)
_POLLER: _Named = tuple(
    (name, "Sum")
    for name in (
        "PolledEventCount",
        "FilteredOutEventCount",
        "InvokedEventCount",
        "FailedInvokeEventCount",
        "DroppedEventCount",
        "OnFailureDestinationDeliveredEventCount",
        "DeletedEventCount",
    )
)
"""Of mappings that opted in."""
_QUEUE: _Named = (
    ("ApproximateAgeOfOldestMessage", "Maximum"),
    ("ApproximateNumberOfMessagesVisible", "Maximum"),
    ("NumberOfMessagesSent", "Sum"),
    ("NumberOfMessagesDeleted", "Sum"),
)
_KINESIS: _Named = (("GetRecords.IteratorAgeMilliseconds", "Maximum"), ("ReadProvisionedThroughputExceeded", "Sum"))
_RULE: _Named = (("TriggeredRules", "Sum"), ("FailedInvocations", "Sum"))


@dataclass(frozen=True)
class Wanted:
    """One metric at one statistic, and the ARN of what it tells about."""

    arn: str
    namespace: str
    name: str
    stat: str
    dimensions: dict[str, str] = field(default_factory=dict)


def first(draft: Draft) -> list[Wanted]:
    """What tells of every function whether it is in trouble, and of the account how much of its concurrency is used."""
    account = f"arn:aws:iam::{draft.aws.account}:root"
    wanted = [Wanted(account, _LAMBDA, name, stat) for name, stat in _ACCOUNT]
    for function in draft.all(Function):
        if function.version == "$LATEST":
            wanted += _each(function.arn, _LAMBDA, _FIRST, FunctionName=function.function_name)
    return wanted


def closer(draft: Draft, functions: Iterable[Function]) -> list[Wanted]:
    """What tells more of functions that are looked at closely, and of what invokes functions."""
    wanted = [
        one
        for function in functions
        for one in _each(function.arn, _LAMBDA, _CLOSER, FunctionName=function.function_name)
    ]
    for function in draft.all(Function):
        if function.version == "$LATEST":
            wanted += _each(function.arn, _LAMBDA, _of_kind(function), FunctionName=function.function_name)
    owners: list[Function | Alias] = [*draft.all(Function), *draft.all(Alias)]
    for owner in owners:
        if owner.provisioned_concurrency_config:
            name = arns.name(owner.arn)
            resource = f"{name}:{arns.qualifier(owner.arn)}"
            wanted += _each(owner.arn, _LAMBDA, _PROVISIONED, FunctionName=name, Resource=resource)
    wanted += [one for mapping in draft.all(EventSourceMapping) for one in _of_mapping(mapping)]
    for rule in draft.all(EventRule):
        bus = {} if rule.event_bus_name == "default" else {"EventBusName": rule.event_bus_name}
        wanted += _each(rule.arn, "AWS/Events", _RULE, RuleName=rule.name, **bus)
    return wanted + list(_of_sources(draft))


_BY_SOURCE: dict[str, _Named] = {
    ":kinesis:": _STREAM,
    ":dynamodb:": _STREAM,
    ":rds:": _DOCUMENTS,
    ":docdb": _DOCUMENTS,
    ":kafka:": _KAFKA,
}
"""By a mark in the ARN of what a poller reads: DocumentDB's clusters have ARNs of RDS."""


def _of_mapping(mapping: EventSourceMapping) -> list[Wanted]:
    function = arns.unqualified(mapping.function_arn)
    source = mapping.event_source_arn
    named = next((those for mark, those in _BY_SOURCE.items() if mark in source), ())
    wanted = _each(function, _LAMBDA, named, FunctionName=arns.name(function))
    if mapping.extra.get("MetricsConfig", {}).get("Metrics"):
        wanted += _each(mapping.arn, _LAMBDA, _POLLER, EventSourceMappingUUID=mapping.uuid)
    return wanted


def _of_sources(draft: Draft) -> Iterator[Wanted]:
    """Of the queues and streams that functions are invoked by."""
    sources = {mapping.event_source_arn for mapping in draft.all(EventSourceMapping)}
    found: list[Shape] = [*draft.all(Queue), *draft.all(Stream)]
    for one in found:
        if isinstance(one, Queue) and one.arn in sources:
            yield from _each(one.arn, "AWS/SQS", _QUEUE, QueueName=arns.name(one.arn))
        elif isinstance(one, Stream) and one.arn in sources:
            yield from _each(one.arn, "AWS/Kinesis", _KINESIS, StreamName=one.stream_name)


def _each(arn: str, namespace: str, named: _Named, **dimensions: str) -> list[Wanted]:
    return [Wanted(arn, namespace, name, stat, dimensions) for name, stat in named]


def read(draft: Draft, wanted: list[Wanted]) -> None:
    """Read one call's worth of metrics; one that never had a value leaves nothing."""
    queries = [_query(number, one) for number, one in enumerate(wanted)]
    answer = draft.read(
        "cloudwatch",
        "GetMetricData",
        MetricDataQueries=queries,
        StartTime=draft.now - timedelta(seconds=draft.scope.window),
        EndTime=draft.now,
        ScanBy="TimestampAscending",
    )
    points: dict[int, dict[datetime, float]] = {}
    for result in (answer or {"MetricDataResults": ()})[
        "MetricDataResults"
    ]:  # a metric's values may go on in a later page
        values = zip(result["Timestamps"], result["Values"], strict=True)
        points.setdefault(int(result["Id"][1:]), {}).update((at.astimezone(UTC), float(value)) for at, value in values)
    for number, values_at in sorted(points.items()):
        if values_at:
            draft.measure(wanted[number].arn, _series(wanted[number], values_at))


def _query(number: int, one: Wanted) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in one.dimensions.items()]
    metric = {"Namespace": one.namespace, "MetricName": one.name, "Dimensions": dimensions}
    return {"Id": f"m{number}", "MetricStat": {"Metric": metric, "Period": PERIOD, "Stat": one.stat}}


def _series(one: Wanted, points: dict[datetime, float]) -> MetricSeries:
    return MetricSeries(
        namespace=one.namespace,
        metric_name=one.name,
        dimensions=one.dimensions,
        stat=one.stat,
        period=PERIOD,
        timestamps=tuple(sorted(points)),
        values=tuple(points[at] for at in sorted(points)),
    )


def _of_kind(function: Function) -> _Named:
    """What only some kinds of functions count."""
    managed = _MANAGED if function.extra.get("CapacityProviderConfig") else ()
    return (*managed, *_DURABLE) if function.extra.get("DurableConfig") else managed


_ORDER = (
    *_FIRST,
    *_CLOSER,
    *_DOCUMENTS,
    *_MANAGED,
    *_DURABLE,
    *_KAFKA,
    *_PROVISIONED,
    *_ACCOUNT,
    *_POLLER,
    *_QUEUE,
    *_KINESIS,
    *_RULE,
)


def arrange(draft: Draft) -> None:
    """Put the metrics of each resource into the order in which they are named here, whichever answer came first."""
    draft.arrange(lambda one: _ORDER.index((one.metric_name, one.stat)))
