"""What stands around every page: whose account, which mode, how old; what runs; which keys there are."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from doctor.model.events import Progress
from doctor.model.record import Record
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import bar
from doctor.report.lines.spans import Line, Span, cut, cut_line, line_width, pad_line, width

STALE = timedelta(minutes=15)
"""From this age on, a snapshot's age is shown reversed."""
_MOST = 8
"""A footer shows so many keys at most: of more nobody finds one."""
_CRUMBS = 30
"""The place, with what it is below, is shown with the longest form of the bar that leaves it this many cells."""


class Context(Record):
    """What the context bar tells."""

    source: str
    """Where the data came from, in words."""
    account: str = ""
    region: str = ""
    taken_at: datetime | None = None
    """``None``: there is no snapshot yet."""
    now: datetime
    live: bool = True
    """Whether the account can be reached; a file is offline."""
    changes_allowed: bool = False
    crumbs: tuple[str, ...] = ()


def _age(about: Context, *, short: bool = False) -> Span:
    if about.taken_at is None:
        return "no snapshot yet", "dim"
    passed = about.now - about.taken_at
    age = words.age(passed)
    return age.replace(" min", "m").replace(" ", "") if short else f"({age})", "alarm" if passed >= STALE else "dim"


def _forms(about: Context) -> Iterator[Line]:
    """The bar's fixed part, longest first."""
    allowed = about.changes_allowed
    at = words.minute(about.taken_at) if about.taken_at else ""
    source: Span = (about.source, "text")
    account: list[Span] = [(about.account, "text"), (about.region, "text")]
    offline: Span = ("" if about.live else "offline", "dim")
    long: Span = ("CHANGES ALLOWED", "alarm") if allowed else ("READ-ONLY", "mode")
    short: Span = ("CHANGES", "alarm") if allowed else ("RO", "mode")
    tiny: Span = ("RW", "alarm") if allowed else ("RO", "mode")
    taken = _joined([(f"snap {at} UTC" if at else "", "text"), _age(about)], " ")
    brief = _joined([(f"{at}Z" if at else "", "text"), _age(about)], " ")
    yield (*_joined([("doctor", "title"), source, *account, offline, long], "  "), ("  ", "text"), *taken)
    yield (*_joined([source, *account, offline, short], " "), (" ", "text"), *brief)
    yield (*_joined([*account, offline, short], " "), (" ", "text"), *brief)
    yield _joined([*account, tiny, (at, "text"), _age(about, short=True)], " ")


def _joined(spans: Iterable[Span], gap: str) -> Line:
    """The spans that hold something, with gaps between them."""
    line: list[Span] = []
    for span in spans:
        line += [(gap, "text"), span] if line and span[0] else [span] if span[0] else []
    return tuple(line)


def _place(crumbs: tuple[str, ...], cells: int, glyphs: Glyphs) -> str:
    """The crumbs that fit, the last ones first to stay."""
    kept = list(crumbs)
    while len(kept) > 1 and width(" > ".join(kept)) > cells:
        kept.pop(0)
    return cut(" > ".join(kept), cells, glyphs.ellipsis)


def context(about: Context, cells: int, glyphs: Glyphs) -> Line:
    """The context bar, exactly ``cells`` wide; account, region, mode, time and age stay at every width."""
    wanted = min(_CRUMBS, width(" > ".join(about.crumbs[-2:]))) + 2 if about.crumbs else 0
    forms = list(_forms(about))
    fixed = next((form for form in forms if line_width(form) + 1 + wanted <= cells), forms[-1])
    line: Line = ((" ", "text"), *fixed)
    room = cells - line_width(line) - 2
    if room >= min(4, wanted) > 0:
        line = (*line, ("  ", "text"), (_place(about.crumbs, room, glyphs), "key"))
    return pad_line(line, cells, glyphs.ellipsis)


def activity(progress: Progress, cells: int, glyphs: Glyphs, note: str = "", elapsed: float = 0.0) -> Line:
    """What runs, how far it is, what it waits for, how long it will take after ``elapsed`` seconds, and how to stop it.

    Where there is no room for all, the bar goes first, then the time, then what it waits for.
    """
    known = progress.total > 0
    counted = f" {progress.done:,}/{progress.total:,}" if known else f" {progress.done:,}" if progress.done else ""
    head: Line = ((f" {glyphs.running} ", "info"), (progress.what + counted, "text"), ("  ", "text"))
    parts: dict[str, Line] = {
        "bar": (*bar(progress.done / progress.total, 18, glyphs), ("  ", "text")) if known else (),
        "wait": ((f"{glyphs.warning} {progress.waiting}", "warning"), ("  ", "text")) if progress.waiting else (),
        "left": ((left(progress, elapsed), "text"), ("  ", "text")) if left(progress, elapsed) else (),
    }
    for name in ("bar", "left", "wait"):
        if line_width((*head, *(span for part in parts.values() for span in part))) + width(note) > cells:
            parts[name] = ()
    return pad_line((*head, *(span for part in parts.values() for span in part), (note, "dim")), cells, glyphs.ellipsis)


_SURE = 5.0
"""Seconds, and percent, after which what is left can be told."""


def left(progress: Progress, elapsed: float) -> str:
    """How long it will still take, in words; empty before that can be told."""
    if progress.done >= progress.total or elapsed < _SURE or progress.done * 100 < _SURE * progress.total:
        return ""
    seconds = elapsed * (progress.total - progress.done) / progress.done
    return f"{round(seconds / 60)} min left" if seconds >= 90 else f"{round(seconds)} s left"  # noqa: PLR2004 -- a minute and a half


def footer(keys: Sequence[tuple[str, str]], cells: int, glyphs: Glyphs) -> Line:
    """Keys and what they do, the first ones; the last two (help and back) stay, the others drop out from the right."""
    shown = [*keys[: _MOST - 2], *keys[-2:]] if len(keys) > _MOST else list(keys)
    while len(shown) > 1:
        line = _keys(shown)
        if line_width(line) <= cells:
            return line
        shown.pop(-3 if len(shown) > 2 else 0)  # noqa: PLR2004 -- help and back are the last two
    return cut_line(_keys(shown), cells, glyphs.ellipsis)


def _keys(keys: Sequence[tuple[str, str]]) -> Line:
    line: list[Span] = [(" ", "text")]
    for key, title in keys:
        line += [(key, "key"), (f" {title}", "text"), ("  ", "text")]
    return tuple(line[:-1])
