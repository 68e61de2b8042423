"""What a run, or many of them, taught: the diagnosis in its new order, the smallest event."""

from collections.abc import Iterator, Sequence

from doctor.model.measured import Minimized, Weighed
from doctor.model.sourced import Looked
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, paragraph
from doctor.report.lines.spans import Line, Role, Span

_ROLES: dict[str, Role] = {"confirmed": "ok", "refuted": "dim", "open": "unknown", "untested": "info"}


def ranking(weighed: Sequence[Weighed], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """The findings in the order that the run gives them, each with its place before."""
    if not weighed:
        return
    yield heading("DIAGNOSIS AFTER THE RUN", cells, glyphs)
    signs = {"confirmed": glyphs.done, "refuted": glyphs.warning, "untested": glyphs.info}
    for one in weighed:
        sign: Span = (signs.get(one.verdict, glyphs.unknown), _ROLES[one.verdict])
        moved = "" if one.before == one.after else f" (was {one.before})"
        yield from item(sign, (f"{one.after}{moved} {one.verdict}: {one.rule}: {one.message}", "text"), cells)
        yield from paragraph((("   ", "text"),), (("   ", "text"),), (one.why, "dim"), cells)


def minimized(told: Minimized | None, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """How small the event became, and where it lies."""
    if told is None:
        return
    yield heading("SMALLEST EVENT", cells, glyphs)
    rest = "nothing smaller is left to try" if told.finished else "more runs may make it smaller: --max-runs"
    text = f"{told.before} to {told.after} bytes in {told.runs} runs that {told.same}; {rest}"
    yield from item((glyphs.done, "ok"), (text, "text"), cells)
    if told.saved:
        yield from item((glyphs.info, "info"), (f"saved in clear: {told.saved}", "text"), cells)


def looked(places: Sequence[Looked], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Where an event was looked for."""
    if not places:
        return
    yield heading("LOOKED FOR AN EVENT IN", cells, glyphs)
    for one in places:
        yield from item((glyphs.info, "info"), (f"{one.place}: {one.result}", "text"), cells)
