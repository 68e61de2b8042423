"""Times in a shipped snapshot, told by their distance from the moment at which it is read.

A shipped account names no moment but ``taken_at``: every other time in its JSON, also inside log messages, is a
placeholder. ``{now-PT3M5.123S}`` stands for that long before ``now``, ``{day-PT3M5.123S}`` for the day of that moment
as Lambda writes it in the names of its log streams. The distance is an ISO 8601 duration of days, hours, minutes and
seconds: months and years have no fixed length.
"""

import re
from datetime import UTC, datetime, timedelta

_PLACEHOLDER = re.compile(r"\{(now|day)-(P[^}]*)\}")
_DURATION = re.compile(
    r"P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?",
)


def resolve(text: str, now: datetime) -> str:
    """Replace every placeholder in ``text`` by a time.

    Args:
        text: Any text, usually JSON that is not decoded yet.
        now: The moment that the distances count back from. It must know its time zone.

    Returns:
        The text with RFC 3339 times in UTC, to the millisecond (``2026-11-23T10:38:54.877Z``), and with days as
        ``2026/11/23``.

    Raises:
        ValueError: A placeholder holds no ISO 8601 duration; the message names it.
    """
    here = now.astimezone(UTC)
    known: dict[str, str] = {}  # an account's metrics and logs name the same moments again and again

    def moment(match: re.Match[str]) -> str:
        told = known.get(match[0])
        if told is None:
            at = here - _duration(match[2])
            told = known[match[0]] = f"{at:%Y/%m/%d}" if match[1] == "day" else _utc(at)
        return told

    return _PLACEHOLDER.sub(moment, text)


def offset(at: datetime, now: datetime) -> str:
    """Write ``at`` as the placeholder that ``resolve`` turns back into it, to the millisecond.

    Raises:
        ValueError: ``at`` lies after ``now``.
    """
    return f"{{now-{_distance(at, now)}}}"


def day_offset(at: datetime, now: datetime) -> str:
    """Write the day of ``at`` as a placeholder, for the name of a log stream that began then.

    Raises:
        ValueError: ``at`` lies after ``now``.
    """
    return f"{{day-{_distance(at, now)}}}"


def rfc3339(at: datetime) -> str:
    """Write a time in UTC to the millisecond, as AWS's logs do: ``2026-11-23T10:38:54.877Z``."""
    return _utc(at.astimezone(UTC))


def _utc(at: datetime) -> str:
    """The same of a time that is in UTC already."""
    return f"{at.isoformat(timespec='milliseconds')[:-6]}Z"


def _distance(at: datetime, now: datetime) -> str:
    """The ISO 8601 duration from ``at`` to ``now``, without its zero parts."""
    milliseconds = round((now - at) / timedelta(milliseconds=1))
    if milliseconds < 0:
        raise ValueError(f"{rfc3339(at)} lies after {rfc3339(now)}")
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count]
    if rest or not (days or parts):
        parts.append(f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "S")
    return "P" + (f"{days}D" if days else "") + ("T" + "".join(parts) if parts else "")


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an ISO 8601 duration of days, hours, minutes and seconds")
    days, hours, minutes, seconds = match.groups(default=0)
    return timedelta(int(days), float(seconds), 0, 0, int(minutes), int(hours))
