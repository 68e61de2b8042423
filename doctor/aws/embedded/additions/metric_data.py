"""Metric statistics, percentiles included."""

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import MetricAggregatedDatum, cloudwatch_backends
from moto.core.utils import unix_time

from doctor.aws.embedded.addition import Addition, Parameters, Proceed, Refused, Request, Result

addition = Addition(
    "metric data",
    "moto's GetMetricData fails on percentiles, ignores the namespace once there are dimensions, and the dimensions once there are none",
)

_Key = tuple[str, str, frozenset[tuple[str | None, str | None]]]


@addition.amends("cloudwatch", "GetMetricData")
def get_metric_data(request: Request, proceed: Proceed) -> Result:
    """Compute what asks for a metric; leave metric math to moto."""
    queries = request.parameters["MetricDataQueries"]
    by_metric = _by_metric(request)
    results = {query["Id"]: _result(query, by_metric, request) for query in queries if "MetricStat" in query}
    if len(results) < len(queries):
        if any(query["MetricStat"]["Stat"].startswith("p") for query in queries if "MetricStat" in query):
            raise Refused("ValidationError", "The embedded account does not compute with percentiles.")
        for entry in proceed()["MetricDataResults"]:
            results.setdefault(entry["Id"], entry)
    wanted = [query["Id"] for query in queries if query.get("ReturnData", True)]
    return {"MetricDataResults": [results[name] for name in wanted if name in results]}


def statistic(data: Sequence[Any], name: str) -> float | None:
    """Return a statistic over data points, or None where CloudWatch has none.

    Args:
        data: moto's data points, of single values or of statistic sets.
        name: The statistic's name, such as ``Sum`` or ``p99.9``.

    Raises:
        Refused: CloudWatch or the embedded account has no such statistic.
    """
    if name.startswith("p"):
        return _percentile(data, name)
    counts = [datum.sample_count if isinstance(datum, MetricAggregatedDatum) else 1.0 for datum in data]
    sums = [datum.sum if isinstance(datum, MetricAggregatedDatum) else datum.value for datum in data]
    if name == "SampleCount":
        return math.fsum(counts)
    if name == "Sum":
        return math.fsum(sums)
    if name == "Average":
        return math.fsum(sums) / math.fsum(counts)
    if name == "Minimum":
        return min(datum.min if isinstance(datum, MetricAggregatedDatum) else datum.value for datum in data)
    if name == "Maximum":
        return max(datum.max if isinstance(datum, MetricAggregatedDatum) else datum.value for datum in data)
    raise Refused("ValidationError", f"The embedded account has no statistic {name}.")


def _percentile(data: Sequence[Any], name: str) -> float | None:
    """Interpolate between the two nearest values. A statistic set says nothing about what lies between its ends."""
    try:
        share = float(name[1:]) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise Refused("ValidationError", f"{name} is not a percentile.")
    if any(isinstance(datum, MetricAggregatedDatum) for datum in data):
        return None
    values = sorted(datum.value for datum in data)
    below = math.floor(share * (len(values) - 1))
    above = min(below + 1, len(values) - 1)
    return float(values[below] + (values[above] - values[below]) * (share * (len(values) - 1) - below))


def _by_metric(request: Request) -> dict[_Key, list[Any]]:
    start, end = request.parameters["StartTime"], request.parameters["EndTime"]
    if start >= end:
        raise Refused("ValidationError", "The parameter EndTime must be greater than StartTime.")
    found: dict[_Key, list[Any]] = defaultdict(list)
    for datum in cloudwatch_backends[request.account][request.region].get_all_metrics():
        if start <= datum.timestamp < end:
            dimensions = frozenset((dimension.name, dimension.value) for dimension in datum.dimensions)
            found[datum.namespace, datum.name, dimensions].append(datum)
    return found


def _result(query: Parameters, by_metric: dict[_Key, list[Any]], request: Request) -> Result:
    stat = query["MetricStat"]
    metric = stat["Metric"]
    dimensions = frozenset((dimension["Name"], dimension["Value"]) for dimension in metric.get("Dimensions", ()))
    periods: dict[int, list[Any]] = defaultdict(list)
    for datum in by_metric.get((metric["Namespace"], metric["MetricName"], dimensions), ()):
        if stat.get("Unit") in {None, datum.unit}:
            periods[int(unix_time(datum.timestamp)) // stat["Period"] * stat["Period"]].append(datum)
    descending = request.parameters.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    values = {at: statistic(data, stat["Stat"]) for at, data in sorted(periods.items(), reverse=descending)}
    points = {at: value for at, value in values.items() if value is not None}
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or metric["MetricName"],
        "Timestamps": [datetime.fromtimestamp(at, UTC) for at in points],
        "Values": list(points.values()),
        "StatusCode": "Complete",
    }
