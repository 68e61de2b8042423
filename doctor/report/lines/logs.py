"""What a function logged, invocation by invocation, newest first."""

import re
from collections.abc import Iterator

from doctor.model.report import FunctionDetail
from doctor.model.telemetry import Invocation, LogLine
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join
from doctor.report.lines.spans import Line, Role, Span, chop, clean, cut, cut_line

SILENCE = 1.0
"""Seconds without output from which on the pause is shown."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?\s*")
_PLATFORM = ("START", "END", "REPORT", "INIT_START", "INIT_REPORT", "XRAY")
_BAD = ("Task timed out", "Traceback", "[ERROR]", "Error:", "Exception", "exited with error", "signal: killed")


def role_of(message: str) -> Role:
    """How a log line is shown: Lambda's own lines dim, errors marked."""
    if message.partition(" ")[0].strip() in _PLATFORM:
        return "dim"
    return "critical" if any(mark in message for mark in _BAD) else "text"


def head(one: Invocation, cells: int, glyphs: Glyphs) -> Line:
    """One invocation on a line: when, how it ended, how long, how much memory."""
    good = one.status == "success"
    sign: Span = (glyphs.ok, "ok") if good else (glyphs.critical, "critical")
    facts = [
        words.moment(one.at),
        one.status,
        words.duration(one.duration) if one.duration is not None else "no REPORT line",
        f"init {words.duration(one.init_duration)}" if one.init_duration is not None else "",
        f"{one.max_memory_used}/{one.memory_size} MB" if one.max_memory_used and one.memory_size else "",
        "" if one.version == "$LATEST" else f"version {one.version}",
    ]
    told: Span = ("  ".join(fact for fact in facts if fact), "text" if good else "bold")
    return cut_line((sign, (f" {one.request_id[:8]}  ", "title"), told), cells, glyphs.ellipsis)


def message_lines(
    lead: str, message: str, cells: int, glyphs: Glyphs, *, wrap: bool, role: Role | None = None
) -> Iterator[Line]:
    """One log event behind ``lead``; a stack trace keeps its lines. Long lines are cut, or chopped with ``wrap``."""
    room = max(8, cells - len(lead))
    shown = role or role_of(message)
    for number, text in enumerate(clean_lines(message)):
        pieces = list(chop(text, room)) if wrap else [cut(text, room, glyphs.ellipsis)]
        for position, piece in enumerate(pieces):
            first = number == 0 and position == 0
            yield ((lead if first else " " * len(lead), "dim"), (piece, shown))


def clean_lines(message: str) -> list[str]:
    """The lines of a message, each safe to show."""
    return [clean(line) for line in message.rstrip().splitlines()] or [""]


def brief(message: str, request_id: str) -> str:
    """A line without what stands beside it anyway: its own time and the invocation's request id."""
    if not request_id or request_id not in message:
        return message
    return re.sub(rf"(RequestId: )?{re.escape(request_id)}\s*", "", _TIME.sub("", message, count=1))


def events(
    lines: tuple[LogLine, ...], cells: int, glyphs: Glyphs, *, wrap: bool = False, request_id: str = ""
) -> Iterator[Line]:
    """Log events with their times; a pause of a second or more is told. With ``request_id`` it is left out of them."""
    before = None
    for one in lines:
        pause = (one.at - before).total_seconds() if before else 0.0
        if pause >= SILENCE:
            stroke = glyphs.rule * 2
            yield ((f"  {stroke} {pause:.3f} s without output {stroke}", "warning"),)
        before = one.at
        lead = f"  {one.at:%H:%M:%S}.{one.at.microsecond // 1000:03d} "
        yield from message_lines(lead, brief(one.message, request_id), cells, glyphs, wrap=wrap)


def _one(invocation: Invocation, cells: int, glyphs: Glyphs, *, wrap: bool) -> Iterator[Line]:
    yield head(invocation, cells, glyphs)
    left_out = "" if wrap else invocation.request_id
    yield from events(invocation.lines, cells, glyphs, wrap=wrap, request_id=left_out)


def page(detail: FunctionDetail, cells: int, glyphs: Glyphs, *, wrap: bool = False) -> list[Line]:
    """Every invocation that was collected, with its lines: cut and without request ids, or whole with ``wrap``."""
    group = detail.versions[0].log_group if detail.versions else f"/aws/lambda/{detail.row.name}"
    if not detail.invocations:
        text = "No invocation was seen in the snapshot's time window: none happened, or its logs were not read."
        return list(item((glyphs.unknown, "unknown"), (f"{group}: {text}", "text"), cells))
    failed = sum(one.status != "success" for one in detail.invocations)
    note = f"{words.count(len(detail.invocations), 'invocation')}, {failed} failed, newest first"
    title = heading(group, cells, glyphs, ((note, "dim"),))
    return join([iter([title]), *(_one(one, cells, glyphs, wrap=wrap) for one in detail.invocations)])
