"""Empty and error states: each says what, why, and what now."""

from collections.abc import Sequence

from doctor.model.report import Overview
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import fields, heading, item, measure, paragraph
from doctor.report.lines.spans import Line, Span

SMALLEST = (40, 10)
"""Columns and rows below which no screen is drawn."""
OUR_WORKER = "The worker"
"""How an error begins that is none of AWS's."""
NO_TERMINAL = "doctor: the terminal UI needs a terminal; use 'doctor check'"


def _said(sign: Span, text: str, now: str, cells: int) -> list[Line]:
    room = measure(cells)
    return [*item(sign, (text, "text"), room), *item((" ", "text"), (now, "dim"), room)]


def loading(source: str, cells: int, glyphs: Glyphs) -> list[Line]:
    """Nothing is known yet."""
    return _said((glyphs.running, "info"), f"Reading {source}", "Functions appear as they are diagnosed.", cells)


def busy(doing: str, cells: int, glyphs: Glyphs) -> list[Line]:
    """A worker is finding something out."""
    return list(item((glyphs.running, "info"), (doing, "dim"), measure(cells)))


def nothing_applied(cells: int, glyphs: Glyphs) -> list[Line]:
    """There is nothing to take back."""
    text = "Nothing was applied from this machine yet."
    return _said((glyphs.none, "dim"), text, "What f applies stands here, and u takes it back.", cells)


def no_functions(overview: Overview, cells: int, glyphs: Glyphs) -> list[Line]:
    """The account holds no function where we looked."""
    text = f"No Lambda functions in {overview.region} for {overview.source} ({overview.account})."
    return _said(
        (glyphs.info, "info"),
        text,
        "Other regions were not looked at: a counts the functions of each, :region NAME goes there.",
        cells,
    )


def nothing_matches(pattern: str, total: int, cells: int, glyphs: Glyphs) -> list[Line]:
    """A filter hides every row."""
    return _said((glyphs.none, "dim"), f"0 of {total:,} match {pattern}", "Esc shows all again.", cells)


def failed(error: str, now: str, cells: int, glyphs: Glyphs) -> list[Line]:
    """A job ended with an error."""
    return _said((glyphs.critical, "critical"), error, now, cells)


_WAYS = (
    ("d", "the embedded account: no AWS needed"),
    (":profile", "another profile"),
    (":region", "another region"),
    (":open FILE", "a snapshot, also a colleague's"),
    ("R", "try again"),
    ("doctor policy", "prints the least read-only policy"),
)


def no_account(
    error: str, looked: Sequence[tuple[str, str]], cells: int, glyphs: Glyphs, *, sign_in: str = ""
) -> list[Line]:
    """No account could be read: why, where credentials were looked for, and the ways on, ``sign_in`` one of them."""
    room = measure(cells)
    lines = list(item((glyphs.critical, "critical"), (error, "bold"), room))
    lines += [(), heading("LOOKED IN", room, glyphs, (("nothing was sent but to AWS", "dim"),))]
    lines += fields([(where, (found, "text")) for where, found in looked], room, glyphs)
    lines += [(), heading("WAYS ON", room, glyphs)]
    column = max(len(key) for key, _ in _WAYS)
    for key, what in (*([("l", f"sign in: {sign_in}")] if sign_in else []), *_WAYS):
        lead: Line = ((f" {key:<{column}}  ", "key"),)
        lines += paragraph(lead, ((" " * (column + 3), "text"),), (what, "text"), room)
    return lines


def worker_died(status: int, last_words: str) -> str:
    """One line about a worker that ended before its job did."""
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    maybe = ", maybe for memory" if status == -9 else ""  # noqa: PLR2004 -- SIGKILL, the out-of-memory killer's signal
    said = f": {last_words}" if last_words else ""
    return f"{OUR_WORKER} stopped ({how}{maybe}){said}"


def too_small(columns: int, rows: int) -> Line:
    """The terminal is too small for any screen."""
    least = "x".join(map(str, SMALLEST))
    return ((f"doctor needs {least} (now {columns}x{rows})", "warning"),)


def not_seen(texts: tuple[str, ...], cells: int, glyphs: Glyphs) -> list[Line]:
    """What could not be read, in the words of the report."""
    room = measure(cells)
    if not texts:
        return list(item((glyphs.ok, "ok"), ("everything that was asked for was read", "text"), room))
    lines = [heading("NOT SEEN", room, glyphs, (("what lies behind these is unknown, not fine", "dim"),))]
    for text in texts:
        lines += item((glyphs.unknown, "unknown"), (text, "text"), room)
    return lines
