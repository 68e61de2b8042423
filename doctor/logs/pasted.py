"""A log as people have it at hand: a terminal's, the console's, a query's result. Bytes in, log events out.

Known are plain lines of Lambda (text and JSON), what ``aws logs tail``, ``sam logs`` and the CloudWatch console put
before a line, the tables and files of Logs Insights, and the JSON of the AWS CLI; lines of several kinds may be mixed.
A line without a mark of its own goes with the line above it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from doctor.logs import formats
from doctor.logs.exported import Row, rows
from doctor.logs.invocations import LogEvent
from doctor.model.record import Record

LONGEST = 262_144
"""Characters of a line that are read: more than CloudWatch took in one event for most of its life."""
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_STREAM = r"\d{4}/\d\d/\d\d/(?P<named>[\w-]*)\[(?:\$LATEST|\d+)\]\[?[0-9a-f-]+\]?"
_GAP = r"[\s|,]+"
_PREFIX = re.compile(
    rf"[\s|▶]*(?:(?P<stream>{_STREAM}){_GAP})?(?P<time>{_TIME})(?:{_GAP}(?P<later>{_STREAM.replace('named', 'also')}))?(?:{_GAP}|$)"
)
"""``sam logs`` writes the stream first, ``aws logs tail`` the time."""
_OWN_TIME = re.compile(rf'(?:\[[A-Z]+\]\t|\{{.{{0,200}}?"(?:time|timestamp)":\s*")?(?P<time>{_TIME})', re.DOTALL)
"""A time that belongs to the line itself: before a time-out, in a runtime's log line, in a record in JSON."""
_BEGINS = re.compile(
    r"(?:START|END|REPORT|RequestId:|INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|XRAY|\[[A-Z]+\]|EXTENSION|"
    r"TELEMETRY|LOGS|\{)"
)
"""How a line begins that stands for itself."""
_FUNCTION = re.compile(
    r'"functionName":\s*"(?P<json>[\w-]{1,140})"|/aws/lambda/(?P<group>[\w-]{1,140})|:function:(?P<arn>[\w-]{1,140})'
)
_TABLE = re.compile(r"[\s|+-]*(?:\|[\s|]*@\w+[\s|@\w]*)?")
"""A line of a table that carries nothing: its frame, or its titles."""


class Pasted(Record):
    """What was pasted, as events of a log."""

    events: tuple[LogEvent, ...] = ()
    timed: bool = False
    """Whether any line has a time."""
    function: str = ""
    """The function's name, where a line tells it."""
    cut: int = 0
    """Lines of which only the beginning was read."""


def read(data: bytes, now: datetime) -> Pasted:
    """Read what was pasted; lines without any time are given those of their neighbours, and all of them none: ``now``."""
    text = _ESCAPES.sub("", _text(data))
    found = [row for row in rows(text) or _lines(text) if row.message.strip()]
    times = [row.at for row in found if row.at is not None]
    if times and times[0] > times[-1]:  # newest first, as the console and Insights show it
        found.reverse()
    return Pasted(
        events=tuple(_placed(found, min(times, default=now), next((row.stream for row in found if row.stream), ""))),
        timed=bool(times),
        function=_function(found),
        cut=sum(len(row.message) > LONGEST for row in found),
    )


def _text(data: bytes) -> str:
    """The text of bytes, which a Windows shell may have written in UTF-16; what is no text is kept as ``�``."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _placed(found: Iterable[Row], at: datetime, stream: str) -> Iterator[LogEvent]:
    """Events in order; what has no time or no stream of its own has those of the line before."""
    for row in found:
        at, stream = row.at or at, row.stream or stream
        yield LogEvent(at=at, stream=stream, message=row.message[:LONGEST], timed=row.at is not None)


def _function(found: Iterable[Row]) -> str:
    for row in found:
        if row.function:
            return row.function
        if match := _FUNCTION.search(row.message, 0, LONGEST):
            return next(name for name in match.groups() if name)
    return ""


def _lines(text: str) -> Iterator[Row]:
    """The rows of a text line by line; a carriage return ends none: Python's runtime writes it inside an event."""
    row: Row | None = None
    alone: Row | None = None
    for line in text.split("\n"):
        part = _row(line.rstrip("\r"))
        if part is None:
            continue
        if alone is not None and part.at is None:  # the console copies a time on a line of its own
            part = Row(message=part.message, at=alone.at, stream=alone.stream, marked=True)
        alone = None if part.message else part
        if alone is not None:
            continue
        if row is not None and not part.marked and _goes_on(row, part.message):
            row = Row(message=f"{row.message}\n{part.message}", at=row.at, stream=row.stream, marked=row.marked)
            continue
        if row is not None:
            yield row
        row = part
    if row is not None:
        yield row


def _goes_on(row: Row, line: str) -> bool:
    """Tell whether a line without a mark belongs to what is above it: to a marked line, or to the stack trace of one in Java."""
    if row.marked:
        return not _stands_alone(line)
    return (
        line.startswith(formats.JAVA_STACK)
        or formats.JAVA_ERROR.fullmatch(f"{row.message}\n{line.split(': ', maxsplit=1)[0]}") is not None
    )


def _stands_alone(line: str) -> bool:
    return bool(_BEGINS.match(line) or _begins_with_its_time(line))


def _begins_with_its_time(line: str) -> bool:
    return bool(formats.TIMED_OUT.match(line) or formats.NODE_LOG.match(line))


def _row(line: str) -> Row | None:
    """One line without what was put before it; ``None`` for one that carries nothing."""
    if _begins_with_its_time(line):
        return Row(message=line, at=_own_time(line))
    match = _PREFIX.match(line)
    if match:
        named = match["named"] or match["also"] or ""
        message = line[match.end() :]
        if line.lstrip().startswith("|"):
            message = message.rstrip(" |")
        stream = match["stream"] or match["later"] or ""
        return Row(message=message, at=moment(match["time"]), stream=stream, function=named, marked=True)
    if not line.strip() or _TABLE.fullmatch(line, 0, min(len(line), 1000)):
        return None
    return Row(message=line, at=_own_time(line))


def _own_time(line: str) -> datetime | None:
    match = _OWN_TIME.match(line)
    return moment(match["time"]) if match else None


def moment(text: str) -> datetime | None:
    """A time, in UTC where it names no zone; ``None`` for one that no calendar has."""
    try:
        found = datetime.fromisoformat(text.replace(",", "."))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
