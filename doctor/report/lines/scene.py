"""What is about to be run on this machine: with which event, and under which limits."""

from collections.abc import Iterator

from doctor.model.report import FunctionDetail
from doctor.model.sourced import FAILED, FoundEvent
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import item, measure, paragraph
from doctor.report.lines.spans import Line, cut_line

_LABEL = 7


def event(chosen: FoundEvent | None, number: int, offered: int, cells: int) -> Iterator[Line]:
    """The event by where it comes from; its content is never shown: it may hold secrets."""
    lead: Line = ((f"{'EVENT':<{_LABEL}}", "dim"),)
    source = chosen.source if chosen else "looking for events"
    size = f", {words.count(len(bytes(chosen.event)), 'byte')}" if chosen else ""
    keys: list[tuple[str, str]] = [("E", " edit  "), ("x", f" {number} of {offered}" if number else " another")]
    tail: Line = tuple(span for key, text in keys for span in ((key, "key"), (text, "dim")))
    yield from paragraph(lead, ((" " * _LABEL, "text"),), (source + size, "text"), cells, tail)


def world(detail: FunctionDetail | None, cells: int, glyphs: Glyphs) -> Line:
    """The limits and the place of the version that runs."""
    if detail is None:
        return ()
    row = detail.row
    facts = [
        row.runtime,
        f"{row.memory_size} MB",
        f"{row.timeout} s",
        f"role {row.role}" if row.role else "",
        f"network of {row.vpc}" if row.vpc else "no VPC",
    ]
    told = "  ".join(fact for fact in facts if fact)
    return cut_line(((f"{'WORLD':<{_LABEL}}", "dim"), (told, "text")), cells, glyphs.ellipsis)


def page(
    chosen: FoundEvent | None,
    offered: tuple[FoundEvent, ...],
    detail: FunctionDetail | None,
    cells: int,
    glyphs: Glyphs,
) -> list[Line]:
    """Event and world; of several events also which of them it is."""
    room = measure(cells)
    number = offered.index(chosen) + 1 if chosen in offered else 0
    lines = [*event(chosen, number, len(offered), room), world(detail, room, glyphs)]
    return [line for line in lines if line]


def waiting(chosen: FoundEvent | None, cells: int, glyphs: Glyphs) -> list[Line]:
    """Nothing runs yet, and why not."""
    room = measure(cells)
    if chosen is not None and chosen.kind not in FAILED:
        why = "No event of a failed invocation was found: this one may not bring the failure back."
        return [
            *item((glyphs.unknown, "unknown"), (why, "text"), room),
            *item((" ", "text"), ("r runs it all the same, E edits it, x chooses another or a file.", "dim"), room),
        ]
    return list(item((glyphs.info, "info"), ("Not run yet: r runs it.", "text"), room))
