"""Log searches and metric statistics, beyond what test_additions compares with moto."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.aws.embedded.probe import Account

START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:g"


@pytest.fixture
def logs(account: Account) -> Any:
    """A log group with three streams whose events alternate in time."""
    client = account.client("logs")
    client.create_log_group(logGroupName="g")
    for number, stream in enumerate(("a1", "a2", "b")):
        client.create_log_stream(logGroupName="g", logStreamName=stream)
        events = [
            {"timestamp": int(START.timestamp() * 1000) + 10 * n + number, "message": f"{stream} {n} {n % 2 and 'ODD'}"}
            for n in range(4)
        ]
        client.put_log_events(logGroupName="g", logStreamName=stream, logEvents=events)
    return client


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_hold_only_matches_and_miss_none(logs: Any, size: int) -> None:
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName="g", filterPattern="ODD", PaginationConfig={"PageSize": size}
    )
    found = [event["message"] for page in pages for event in page["events"]]

    assert found == ["a1 1 ODD", "a2 1 ODD", "b 1 ODD", "a1 3 ODD", "a2 3 ODD", "b 3 ODD"]


@pytest.mark.parametrize(
    ("asked", "streams"),
    [
        ({"logGroupName": "g"}, {"a1", "a2", "b"}),
        ({"logGroupName": "g", "logStreamNamePrefix": "a"}, {"a1", "a2"}),
        ({"logGroupName": "g", "logStreamNames": ["b"]}, {"b"}),
        ({"logGroupIdentifier": GROUP}, {"a1", "a2", "b"}),
    ],
)
def test_a_search_is_limited_to_what_is_asked(logs: Any, asked: dict[str, Any], streams: set[str]) -> None:
    assert {event["logStreamName"] for event in logs.filter_log_events(**asked)["events"]} == streams


def test_times_limit_a_search(logs: Any) -> None:
    at = int(START.timestamp() * 1000) + 10
    found = logs.filter_log_events(logGroupName="g", startTime=at, endTime=at + 1)["events"]

    assert [event["message"] for event in found] == ["a1 1 ODD", "a2 1 ODD"]


@pytest.mark.parametrize("pattern", ["{ $.a }", "[ip, user]"])
def test_a_pattern_that_cannot_be_read_is_refused(account: Account, logs: Any, pattern: str) -> None:
    refused = account.call("logs", "filter_log_events", logGroupName="g", filterPattern=pattern)

    assert refused == "InvalidParameterException"


def put(account: Account, *data: dict[str, Any], **common: Any) -> None:
    account.client("cloudwatch").put_metric_data(
        Namespace="N", MetricData=[{"MetricName": "M", "Timestamp": START} | common | one for one in data]
    )


def get(account: Account, stat: str, **asked: Any) -> Any:
    metric = {"Namespace": "N", "MetricName": "M", "Dimensions": asked.pop("Dimensions", [])}
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 300, "Stat": stat} | asked.pop("MetricStat", {})}
    answer = account.call(
        "cloudwatch",
        "get_metric_data",
        **{"StartTime": START, "EndTime": START + timedelta(hours=1), "MetricDataQueries": [query]} | asked,
    )
    return answer if isinstance(answer, str) else answer["MetricDataResults"][0]


@pytest.mark.parametrize(
    ("stat", "value"),
    [
        ("SampleCount", 4), ("Sum", 106), ("Average", 26.5), ("Minimum", 1), ("Maximum", 100),
        ("p0", 1), ("p50", 2.5), ("p100", 100), ("p90", 70.9), ("p99.9", 99.709),
    ],
)  # fmt: skip
def test_a_statistic_is_what_its_name_says(account: Account, stat: str, value: float) -> None:
    put(account, {"Values": [3, 1, 100, 2]})

    assert get(account, stat)["Values"] == [pytest.approx(value)]


@pytest.mark.parametrize("stat", ["tm99", "p101", "px", "Median"])
def test_a_statistic_that_is_not_there_is_refused(account: Account, stat: str) -> None:
    put(account, {"Value": 1})

    assert get(account, stat) == "ValidationError"


def test_a_statistic_set_counts_but_has_no_percentiles(account: Account) -> None:
    put(account, {"StatisticValues": {"SampleCount": 4, "Sum": 40, "Minimum": 1, "Maximum": 30}})

    assert get(account, "Average")["Values"] == [10]
    assert get(account, "p50")["Values"] == []


def test_points_lie_on_the_periods_and_come_newest_first(account: Account) -> None:
    put(account, *({"Timestamp": START + timedelta(seconds=s), "Value": s} for s in (10, 290, 310)))
    points = get(account, "Sum")
    ascending = get(account, "Sum", ScanBy="TimestampAscending")

    assert list(zip(points["Timestamps"], points["Values"], strict=True)) == [
        (START + timedelta(seconds=300), 310),
        (START, 300),
    ]
    assert ascending["Values"] == [300, 310]


def test_a_metric_is_its_dimensions_too(account: Account) -> None:
    mine = [{"Name": "FunctionName", "Value": "f"}]
    put(account, {"Value": 1}, {"Value": 2, "Dimensions": mine})

    assert get(account, "Sum")["Values"] == [1]
    assert get(account, "Sum", Dimensions=mine)["Values"] == [2]


def test_a_time_that_ends_before_it_starts_is_refused(account: Account) -> None:
    assert get(account, "Sum", EndTime=START - timedelta(hours=1)) == "ValidationError"


def test_a_compressed_request_is_understood(account: Account) -> None:
    """boto3 compresses the data of many metrics."""
    sent: list[Any] = []
    client = account.client("cloudwatch")
    client.meta.events.register(
        "before-send.cloudwatch.PutMetricData", lambda request, **_: sent.append(request.headers)
    )
    put(account, *({"Value": 1, "Dimensions": [{"Name": "FunctionName", "Value": f"f{n}"}]} for n in range(500)))

    assert sent[0]["Content-Encoding"] == b"gzip"
    assert get(account, "Sum", Dimensions=[{"Name": "FunctionName", "Value": "f499"}])["Values"] == [1]
