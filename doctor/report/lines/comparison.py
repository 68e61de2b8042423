"""What changed since it worked: the time line, the differences nearest to what fails, the findings then and now."""

from collections.abc import Iterator, Sequence

from doctor.model import arns
from doctor.model.answers import Changed, Comparison, Happening, Part
from doctor.model.finding import Finding
from doctor.report.lines import words
from doctor.report.lines.difference import change, lacking
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Role, Span, cut, cut_line, pad

_PARTS: dict[Part, tuple[str, Role]] = {
    "root": ("root", "root"),
    "path": ("path", "critical"),
    "near": ("near", "warning"),
    "other": ("other", "dim"),
}


_VALUE = 24
"""A value is shown with at least so many cells."""
_ROOMY = 60
"""From so many cells on, who changed something stands on the same line."""


def page(found: Comparison, cells: int, glyphs: Glyphs, *, everything: bool = False) -> list[Line]:
    """The whole comparison; changes of what does not belong to the function are counted unless ``everything``."""
    room = measure(cells)
    return join(
        [
            _head(found, room, glyphs),
            _line(found.line, room, glyphs, everything=everything or not found.function),
            _changes(found, room, glyphs, everything=everything),
            _findings(found, room, glyphs),
            _paces(found, room, glyphs),
            _unread(found, room, glyphs),
        ]
    )


def _head(found: Comparison, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    about = found.function or "the whole account"
    if found.before is None:
        yield heading("WHAT CHANGED", cells, glyphs, ((about, "bold"),))
        text = "No earlier snapshot is kept: this is what CloudTrail and the logs tell. Collect again later to compare."
        yield from item((glyphs.unknown, "unknown"), (text, "text"), cells)
        return
    span = f"{words.moment(found.before)} {glyphs.arrow} {words.moment(found.after)}"
    yield heading("WHAT CHANGED", cells, glyphs, ((about, "bold"), (f"  {span}", "dim")))
    resources = len({one.difference.resource for one in found.changed})
    near = sum(one.part in ("root", "path") for one in found.changed)
    total = f"{words.count(len(found.changed), 'difference')} in {words.count(resources, 'resource')}"
    yield from item((glyphs.info, "info"), (f"{total}, {near} where it fails", "text"), cells)


def _sign(part: Part, glyphs: Glyphs) -> Span:
    signs = {"root": glyphs.root, "path": glyphs.critical, "near": glyphs.warning, "other": glyphs.none}
    word, role = _PARTS[part]
    return f" {signs[part]} {word:<5} ", role


def _line(line: Sequence[Happening], cells: int, glyphs: Glyphs, *, everything: bool) -> Iterator[Line]:
    """The time line: what changed before the first failure is above it."""
    shown = [one for one in line if everything or one.part != "other" or one.kind != "change"]
    if not shown:
        return
    yield heading("TIME LINE", cells, glyphs, (("what stands just above the first failure is suspect", "dim"),))
    for one in shown:
        text, role, tail = _happening(one)
        sign = _happening_sign(one, glyphs)
        room = max(8, cells - 16 - (len(tail) + 2 if tail and cells >= _ROOMY else 0))
        lead: Line = ((f" {words.moment(one.at)[:-3]:>12} ", "dim"), sign, (" ", "text"))
        yield from paragraph(lead, ((" " * 16, "text"),), (cut(text, room, glyphs.ellipsis), role), cells, tail)


def _happening_sign(one: Happening, glyphs: Glyphs) -> Span:
    signs: dict[str, Span] = {
        "snapshot": (glyphs.info, "info"),
        "change": (glyphs.root, "warning") if one.part != "other" else (glyphs.none, "dim"),
        "onset": (glyphs.critical, "critical"),
        "now": (glyphs.info, "info"),
    }
    return signs[one.kind]


def _happening(one: Happening) -> tuple[str, Role, str]:
    if one.seen is not None:
        times = f" ({words.count(one.seen.count, 'time')})"
        return (
            f"{arns.name(one.seen.function)}: {words.symptom(one.seen.symptom)}{times}",
            "critical",
            "first failure seen",
        )
    if one.kind == "snapshot":
        return "the earlier snapshot", "text", ""
    if one.kind == "now":
        return "this snapshot", "text", ""
    return one.text, "bold" if one.part != "other" else "text", one.by


def _changes(found: Comparison, cells: int, glyphs: Glyphs, *, everything: bool) -> Iterator[Line]:
    shown = [one for one in found.changed if everything or not found.function or one.part != "other"]
    if found.before is None:
        return
    yield heading("DIFFERENCES", cells, glyphs, (("the nearest to what fails first", "dim"),))
    for one in shown:
        yield from _change(one, cells, glyphs)
    if not found.changed:
        yield from item((glyphs.ok, "ok"), ("nothing differs", "text"), cells)
    rest = len(found.changed) - len(shown)
    if rest:
        text = f"{words.count(rest, 'difference')} elsewhere in the account (p shows all)"
        yield from item((glyphs.none, "dim"), (text, "dim"), cells)


def _change(one: Changed, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    difference = one.difference
    name = pad(words.resource(difference.resource), min(24, cells // 3), glyphs.ellipsis)
    first: Line = (_sign(one.part, glyphs), (name + " ", "bold"))
    rest: Line = ((" " * (10 + len(name)), "text"),)
    who = f"{words.moment(difference.at)} {difference.by}" if difference.at else ""
    room = max(_VALUE, cells - 10 - len(name))  # of two values, each at most about a line
    yield from paragraph(first, rest, (change(difference, glyphs, room), "text"), cells, who)


def _paces(found: Comparison, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """How the function went then and goes now."""
    if found.paces is None:
        return
    then, now = found.paces
    yield heading("METRICS", cells, glyphs, (("then and now", "dim"),))
    yield from _pace("Duration p95", words.short_duration(then.p95), words.short_duration(now.p95), cells, glyphs)
    yield from _pace("Errors an hour", words.rate(then.errors_per_hour), words.rate(now.errors_per_hour), cells, glyphs)


def _pace(title: str, then: str, now: str, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    changed: Role = "text" if then == now else "bold"
    line: Line = ((f" {title:<14}  ", "dim"), (f"{then} {glyphs.arrow} ", "text"), (now, changed))
    yield cut_line(line, cells, glyphs.ellipsis)


def _unread(found: Comparison, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What only one of the two looked at: of that nobody knows whether it changed."""
    if found.unread:
        yield heading("NOT READ", cells, glyphs, (("so not compared: whether it changed is unknown", "dim"),))
    for one in found.unread:
        which = "the earlier snapshot" if one.snapshot == "OLD" else "this snapshot"
        yield from item((glyphs.unknown, "unknown"), (f"in {which}: {lacking(one)}", "text"), cells)


def _findings(found: Comparison, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    if found.before is None:
        return
    note: Line = ((f"{words.count(found.stayed, 'finding')} there then and now", "dim"),)
    yield heading("FINDINGS", cells, glyphs, note)
    for title, those, sign in (
        ("new", found.came, (glyphs.critical, "critical")),
        ("gone", found.went, (glyphs.ok, "ok")),
    ):
        yield from _finding_rows(title, those, sign, cells)  # type: ignore[arg-type]  # both are roles


def _finding_rows(title: str, those: Sequence[Finding], sign: Span, cells: int) -> Iterator[Line]:
    for one in those:
        lead: Line = ((" ", "text"), sign, (f" {title:<5} ", sign[1]))
        text = f"{words.resource(one.subject)}: {one.problem.message}"
        yield from paragraph(lead, ((" " * 9, "text"),), (text, "text"), cells, one.rule)
