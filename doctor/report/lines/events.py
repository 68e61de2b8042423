"""The events that a local run of a function may get."""

from collections.abc import Iterator
from typing import Any

from doctor.model.sourced import Chosen, FoundEvent
from doctor.report.lines import learnt
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Span


def _asked(one: FoundEvent) -> str:
    """How it is asked for."""
    return f"--event-from {one.kind}:{one.name}" if one.name else f"--event-from {one.kind}"


def _size(one: FoundEvent) -> str:
    return f"{len(bytes(one.event))} bytes"


def _events(found: Chosen, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading("EVENTS", cells, glyphs)
    for number, one in enumerate((found.event, *found.others)):
        sign: Span = (glyphs.done, "ok") if number == 0 else (" ", "dim")
        yield from item(sign, (f"{one.source}, {_size(one)}", "bold" if number == 0 else "text"), cells)
        asked = _asked(one) if one.kind not in ("given", "incident") else "taken when nothing else is asked for"
        note = f"; {one.note}" if one.note else ""
        yield from paragraph((("   ", "text"),), (("   ", "text"),), (asked + note, "dim"), cells)


def page(found: Chosen, cells: int, glyphs: Glyphs) -> list[Line]:
    """The events, that which would be run first, and where they were looked for. None of their contents."""
    room = measure(cells)
    return join([_events(found, room, glyphs), learnt.looked(found.looked, room, glyphs)])


def listed(found: Chosen) -> dict[str, Any]:
    """The same for a machine, without the events themselves."""
    events = [
        {"kind": one.kind, "name": one.name, "source": one.source, "note": one.note, "size": len(bytes(one.event))}
        for one in (found.event, *found.others)
    ]
    return {"events": events, "looked": [{"place": one.place, "result": one.result} for one in found.looked]}
