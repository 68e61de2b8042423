"""The shipped incident comes back to life in the embedded account, and collecting it again gives the same snapshot."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.restore import restore
from doctor.aws.session import connect
from doctor.aws.stages import collect
from doctor.errors import EmbeddedError
from doctor.model.function import Function
from doctor.model.interfaces import PrefixList
from doctor.model.redacted import Redacted
from doctor.model.snapshot import Snapshot
from doctor.model.target import Target
from doctor.model.telemetry import MetricSeries
from doctor.shelf import demo

SERVER_ASSIGNED = {
    "LastModified": "AWS writes it as +0000, and moto to the second",
    "digest": "of a redacted value: what was redacted was never recorded, so filler stands in for it",
}
"""Fields that a restored account does not give back, each with the reason. Anything else must be as it was."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Snapshot, Snapshot]]:
    """The incident as it was recorded, and as it is collected from the account it was restored in."""
    now = datetime.now(UTC)
    with Embedded.start(region="eu-west-1") as embedded, pytest.MonkeyPatch.context() as patch:
        for name, value in embedded.environment().items():
            patch.setenv(name, value)
        recorded = restore(demo(), embedded, now)
        aws, who = connect(Target())
        job = collect(aws, who, recorded.scope, now + timedelta(seconds=1), b"twelve-faults")
        yield recorded, _result(job)


def _result(job: Any) -> Any:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def test_every_recorded_resource_is_there_again(pair: tuple[Snapshot, Snapshot]) -> None:
    recorded, collected = pair
    found = [
        arn for arn, one in collected.resources.items() if not isinstance(one, PrefixList)
    ]  # every region has them

    assert sorted(found) == sorted(recorded.resources)


def test_every_recorded_field_is_as_it_was(pair: tuple[Snapshot, Snapshot]) -> None:
    recorded, collected = pair

    different = [
        place
        for arn, resource in recorded.resources.items()
        for place in _differences(arn, msgspec.to_builtins(resource), msgspec.to_builtins(collected.resources[arn]))
    ]
    assert different == []


def _differences(place: str, recorded: Any, collected: Any) -> list[str]:
    """Where the two differ; what AWS adds by itself lies in ``extra`` and is not compared unless it was recorded."""
    if isinstance(recorded, dict) and isinstance(collected, dict):
        return [
            found
            for key, value in recorded.items()
            if key not in SERVER_ASSIGNED and value != {}  # an object without a field that differs from its default
            for found in _differences(f"{place} {key}", value, collected.get(key))
        ]
    if isinstance(recorded, list | tuple) and isinstance(collected, list | tuple) and len(recorded) == len(collected):
        pairs = zip(_sorted(recorded), _sorted(collected), strict=True)
        return [found for one, other in pairs for found in _differences(place, one, other)]
    return [] if recorded == collected else [f"{place}: {recorded!r} became {collected!r}"]


def _sorted(rows: Sequence[Any]) -> list[Any]:
    """AWS promises no order of listings."""
    return sorted(rows, key=lambda row: msgspec.json.encode(row, order="deterministic"))


def test_every_invocation_is_as_it_was(pair: tuple[Snapshot, Snapshot]) -> None:
    recorded, collected = pair

    assert collected.invocations == recorded.invocations


def test_every_metric_has_the_recorded_values(pair: tuple[Snapshot, Snapshot]) -> None:
    """Their times are moved to CloudWatch's own five-minute marks."""
    recorded, collected = pair

    assert _values(collected.metrics) == _values(recorded.metrics)


def _values(metrics: dict[str, tuple[MetricSeries, ...]]) -> dict[tuple[str, str, str], tuple[float, ...]]:
    return {(arn, one.metric_name, one.stat): one.values for arn, series in metrics.items() for one in series}


def test_changes_gaps_and_limits_are_as_they_were(pair: tuple[Snapshot, Snapshot]) -> None:
    recorded, collected = pair

    assert [change.event_id for change in collected.changes] == [change.event_id for change in recorded.changes]
    assert collected.account_limit == recorded.account_limit
    assert {(gap.reason, gap.call.name, gap.resource) for gap in collected.gaps} == {
        (gap.reason, gap.call.name, gap.resource) for gap in recorded.gaps
    }


def test_redacted_values_are_of_the_recorded_length(pair: tuple[Snapshot, Snapshot]) -> None:
    recorded, collected = pair
    hidden = [
        (arn, name, value.length)
        for arn, function in recorded.resources.items()
        if isinstance(function, Function)
        for name, value in function.environment.variables.items()
        if isinstance(value, Redacted)
    ]

    found = [collected.resources[arn].environment.variables[name].length for arn, name, _ in hidden]  # type: ignore[union-attr]

    assert found == [length for *_, length in hidden]
    assert hidden


def test_only_an_account_that_doctor_started_is_written_to() -> None:
    """There is no way to name another endpoint: one that is not ours does not become an ``Embedded``."""
    with pytest.raises(EmbeddedError):
        Embedded.attach("https://lambda.eu-west-1.amazonaws.com", "token")
