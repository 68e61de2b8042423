"""Times told by their distance from now, and back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.model.moments import day_offset, offset, resolve, rfc3339

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("{now-PT0S}", "2026-11-23T10:42:00.000Z"),
        ("{now-PT3M5.123S}", "2026-11-23T10:38:54.877Z"),
        ("{now-P1D}", "2026-11-22T10:42:00.000Z"),
        ("{now-P2DT11H}", "2026-11-20T23:42:00.000Z"),
        ("{now-PT90M}", "2026-11-23T09:12:00.000Z"),
        ("{day-PT10H43M}", "2026/11/22"),
        ('"{now-PT1S} b704 done"', '"2026-11-23T10:41:59.000Z b704 done"'),
        ("{day-PT1S}/[3]ab12 {now-PT1S}", "2026/11/23/[3]ab12 2026-11-23T10:41:59.000Z"),
        ('{"now": {"P": 1}} {now-x} {later-PT1S}', '{"now": {"P": 1}} {now-x} {later-PT1S}'),
    ],
)
def test_a_placeholder_becomes_a_time_and_the_rest_stays(text: str, resolved: str) -> None:
    assert resolve(text, NOW) == resolved


@pytest.mark.parametrize("wrong", ["P", "PT", "P1Y", "P1M", "PT-3M", "PT3M5", "P1DT", "PT1.5H", "PT5.1234567S"])
def test_what_is_no_duration_is_an_error_that_names_it(wrong: str) -> None:
    with pytest.raises(ValueError, match=f"'{wrong}' is not an ISO 8601 duration"):
        resolve(f"{{now-{wrong}}}", NOW)


@pytest.mark.parametrize(
    ("before", "placeholder"),
    [
        (timedelta(0), "{now-PT0S}"),
        (timedelta(minutes=3, seconds=5, milliseconds=123), "{now-PT3M5.123S}"),
        (timedelta(milliseconds=20), "{now-PT0.02S}"),
        (timedelta(days=1), "{now-P1D}"),
        (timedelta(days=2, hours=11, seconds=10), "{now-P2DT11H10S}"),
    ],
)
def test_an_offset_leaves_its_zero_parts_out(before: timedelta, placeholder: str) -> None:
    assert offset(NOW - before, NOW) == placeholder


@given(milliseconds=st.integers(0, 400 * 86_400_000))
def test_an_offset_resolves_to_the_time_it_was_made_of(milliseconds: int) -> None:
    at = NOW - timedelta(milliseconds=milliseconds)

    assert resolve(offset(at, NOW), NOW) == rfc3339(at)
    assert resolve(day_offset(at, NOW), NOW) == at.strftime("%Y/%m/%d")


def test_times_are_told_in_utc_whatever_zone_now_is_in() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))

    assert resolve("{now-PT1M} {day-PT1M}", tokyo) == "2026-11-23T10:41:00.000Z 2026/11/23"


def test_a_time_after_now_has_no_offset() -> None:
    with pytest.raises(ValueError, match=r"2026-11-23T10:42:01.000Z lies after 2026-11-23T10:42:00.000Z"):
        offset(NOW + timedelta(seconds=1), NOW)
