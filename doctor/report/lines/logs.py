"""What a function logged, invocation by invocation, newest first."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from doctor.model.report import FunctionDetail
from doctor.model.telemetry import Invocation, LogLine
from doctor.report import told
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join
from doctor.report.lines.spans import BLANK, Line, Role, Span, chop, clean, cut, cut_line

SILENCE = 1.0
"""Seconds without output from which on the pause is shown."""
_CLOCK = len("  10:38:00.000 ")
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
        words.moment(one.at) if one.timed else "",
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
    lines: tuple[LogLine, ...],
    cells: int,
    glyphs: Glyphs,
    *,
    wrap: bool = False,
    request_id: str = "",
    pauses: bool = True,
) -> Iterator[Line]:
    """Log events with their times; a pause of a second or more is told, unless lines between were left out (``pauses``).

    With ``request_id`` it is left out of them.
    """
    before = None
    for one in lines:
        pause = (one.at - before).total_seconds() if before else 0.0
        if pauses and pause >= SILENCE:
            stroke = glyphs.rule * 2
            yield ((f"  {stroke} {pause:.3f} s without output {stroke}", "warning"),)
        before = one.at
        lead = f"  {one.at:%H:%M:%S}.{one.at.microsecond // 1000:03d} " if one.timed else " " * _CLOCK
        yield from message_lines(lead, brief(one.message, request_id), cells, glyphs, wrap=wrap)


def matching(lines: Iterable[LogLine], wanted: str) -> tuple[LogLine, ...]:
    """The lines that hold every word of ``wanted``, whatever their case; ``!word`` must not be in them."""
    terms = [(word.removeprefix("!"), word[0] != "!") for word in wanted.casefold().split() if word != "!"]
    return tuple(one for one in lines if all((word in one.message.casefold()) is held for word, held in terms))


def _one(invocation: Invocation, cells: int, glyphs: Glyphs, *, wrap: bool, only: str) -> Iterator[Line]:
    lines = matching(invocation.lines, only) if only else invocation.lines
    if only and not lines:
        return
    yield head(invocation, cells, glyphs)
    left_out = "" if wrap else invocation.request_id
    yield from events(lines, cells, glyphs, wrap=wrap, request_id=left_out, pauses=not only)


def _nothing(detail: FunctionDetail) -> str:
    """Why there is no log to show; where a read of it brought nothing, that is known."""
    lost = told.unseen(one for one in detail.skips if one.gap.call.service == "logs")
    if lost:
        return f"Its log was not read: {', '.join(map(told.unseen_text, lost))}."
    return "No invocation was seen in the snapshot's time window: none happened, or its logs were not read."


def page(
    detail: FunctionDetail,
    cells: int,
    glyphs: Glyphs,
    *,
    wrap: bool = False,
    only: str = "",
    since: datetime | None = None,
) -> list[Line]:
    """The invocations that were collected, with their lines.

    Args:
        detail: Whose.
        cells: The width.
        glyphs: The signs.
        wrap: Whole lines; otherwise they are cut and without request ids.
        only: Words that a line must hold to be shown, or with ``!`` must not.
        since: Only what began at or after this.
    """
    group = detail.versions[0].log_group if detail.versions else f"/aws/lambda/{detail.row.name}"
    if not detail.invocations:
        return list(item((glyphs.unknown, "unknown"), (f"{group}: {_nothing(detail)}", "text"), cells))
    shown = [one for one in detail.invocations if since is None or one.at >= since]
    failed = sum(one.status != "success" for one in shown)
    facts = [f"lines with: {only}"] if only else []
    facts += [f"since {words.minute(since)}"] if since else []
    facts += [f"{words.count(len(shown), 'invocation')}, {failed} failed, newest first"]
    title = heading(group, cells, glyphs, ((", ".join(facts), "dim"),))
    blocks = [_one(one, cells, glyphs, wrap=wrap, only=only) for one in shown]
    lines = join([iter([title]), *blocks])
    if len(lines) == 1:
        now = "& changes the words, t the time."
        lines += [
            BLANK,
            *item((glyphs.none, "dim"), (f"No line of {len(shown)} invocations is shown. {now}", "text"), cells),
        ]
    return lines
