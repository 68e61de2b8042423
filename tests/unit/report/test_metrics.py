"""Charts tell what was measured, and what was not."""

from datetime import UTC, datetime, timedelta

import pytest

from doctor.model.telemetry import MetricSeries
from doctor.report.lines import metrics

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def series(*minutes: int) -> MetricSeries:
    return MetricSeries(
        namespace="AWS/Lambda",
        metric_name="Errors",
        stat="Sum",
        period=60,
        timestamps=tuple(START + timedelta(minutes=minute) for minute in minutes),
        values=tuple(float(minute) for minute in minutes),
    )


def test_a_period_without_data_stays_empty() -> None:
    assert metrics.spread(series(0, 1, 4)) == [0.0, 1.0, None, None, 4.0]


@pytest.mark.parametrize("cells", [1, 2, 3, 7])
def test_a_peak_survives_any_width(cells: int) -> None:
    values = [0.0, None, 0.0, 9.0, 0.0, None, 1.0]

    assert max(one for one in metrics.resample(values, cells) if one is not None) == 9.0


def test_a_part_without_any_data_is_empty() -> None:
    assert metrics.resample([1.0, 1.0, None, None], 2) == [1.0, None]
