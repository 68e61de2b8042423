"""Moments as people write them on a command line."""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from doctor.errors import UsageError

if TYPE_CHECKING:
    from doctor.engine.which import Span

_PRECISIONS = (timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1))
"""By the number of colons, of which a zone's does not count."""


def moment(text: str, now: datetime) -> "Span":
    """What ``10:41``, ``2026-11-23T10:41:52Z`` or ``2026-11-23`` means; UTC where no zone is told, never after ``now``.

    Raises:
        UsageError: it is none of these.
    """
    from doctor.engine.which import Span

    try:
        begin = _of_day(text, now) if ":" in text[:3] else datetime.fromisoformat(text)
        begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
        clock = text.replace("T", " ").partition(" ")[2] if ":" not in text[:3] else text
        colons = clock.split("+")[0].split("-")[0].count(":")
        return Span(begin=begin, end=begin + _PRECISIONS[min(colons, 2)])
    except (ValueError, OverflowError) as error:
        raise UsageError(f"'{text}' is no moment: write 10:41, 10:41:52, or 2026-11-23T10:41:52Z (UTC)") from error


def _of_day(text: str, now: datetime) -> datetime:
    """A time of day: the last one."""
    found = datetime.combine(now.astimezone(UTC).date(), time.fromisoformat(text), tzinfo=UTC)
    return found if found <= now else found - timedelta(days=1)
