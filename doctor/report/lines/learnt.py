"""What a run, or many of them, taught: the diagnosis in its new order, the smallest event."""

from collections.abc import Iterator, Sequence

from doctor.model.measured import Calibration, ColdStart, Import, Minimized, Sweep, Weighed
from doctor.model.sourced import Looked
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import bar, heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Role, Span, cut_line, pad

_ROLES: dict[str, Role] = {"confirmed": "ok", "refuted": "dim", "open": "unknown", "untested": "info"}


def ranking(weighed: Sequence[Weighed], cells: int, glyphs: Glyphs, *, known: str = "") -> Iterator[Line]:
    """The findings in the order that the run gives them, each with its place before, and why unless that is ``known``."""
    if not weighed:
        return
    yield heading("DIAGNOSIS AFTER THE RUN", cells, glyphs)
    signs = {"confirmed": glyphs.done, "refuted": glyphs.warning, "untested": glyphs.info}
    for one in weighed:
        sign: Span = (signs.get(one.verdict, glyphs.unknown), _ROLES[one.verdict])
        moved = "" if one.before == one.after else f" (was {one.before})"
        yield from item(sign, (f"{one.after}{moved} {one.verdict}: {one.rule}: {one.message}", "text"), cells)
        if one.why != known:
            yield from paragraph((("   ", "text"),), (("   ", "text"),), (one.why, "dim"), cells)


def calibration(told: Calibration | None, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What of a run was set by the function's own REPORT lines, and how its durations compare with them."""
    if told is None:
        return
    yield heading("CALIBRATED", cells, glyphs)
    lines = f"by {told.lines} REPORT line{'s' * (told.lines != 1)}: " if told.lines else ""
    yield from item((glyphs.info, "info"), (f"memory, {lines}{told.memory}", "text"), cells)
    factors = (("duration", told.duration_factor), ("init", told.init_factor))
    named = [f"{name} {factor:g} times" for name, factor in factors if factor is not None]
    if named:
        text = f"time, {lines}{' and '.join(named)} the median on Lambda; no duration here is one of Lambda's"
        yield from item((glyphs.info, "info"), (text, "text"), cells)


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


_DEEPEST = 4
"""Levels of the tree that a page shows; JSON has all."""
_WORTH = 0.01
"""Of the whole: smaller parts are not shown."""


def cold_start(told: ColdStart | None, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Where init time goes, as a tree of imports, and what removing the heaviest would give."""
    if told is None:
        return
    yield heading("COLD START", cells, glyphs)
    rest = told.init - told.tree.total
    own = f"{words.duration(told.tree.total)} the handler's module and what it imports"
    text = f"{words.duration(told.init)} in all: {own}, {words.duration(max(rest, 0))} the process and the runtime's client"
    yield from item((glyphs.info, "info"), (text, "text"), cells)
    yield from _branch(told.tree, told.tree.total, 0, cells, glyphs)
    if told.tree.own > told.tree.total / 2:
        text = f"most of it, {words.duration(told.tree.own)}, is the module's own code as it is loaded, not its imports"
        yield from item((glyphs.info, "info"), (text, "bold"), cells)
    if told.heaviest:
        text = f"without {told.heaviest}: about {words.duration(told.saves)} less, if nothing else imports what it does"
        yield from item((glyphs.info, "info"), (text, "text"), cells)
    if told.put_off is not None:
        text = f"measured with {told.heaviest} loaded on first use: {words.duration(told.put_off)} instead of {words.duration(told.init)}"
        yield from item((glyphs.done, "ok"), (text, "bold"), cells)


def _branch(one: Import, whole: float, depth: int, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """A module with its time, and the heavy ones among what it imports."""
    room = 12
    share = one.total / whole if whole else 0.0
    name = pad("  " * depth + one.name, max(20, cells - room - 32), glyphs.ellipsis)
    figures = f"{one.total:>9.1f} ms  own {one.own:>8.1f}  "
    yield cut_line(
        ((" ", "text"), (name, "text"), (figures, "text"), *bar(share, room, glyphs)), cells, glyphs.ellipsis
    )
    if depth < _DEEPEST:
        for child in sorted(one.imports, key=lambda each: -each.total):
            if child.total >= whole * _WORTH:
                yield from _branch(child, whole, depth + 1, cells, glyphs)


def sweep(told: Sweep, cells: int, glyphs: Glyphs) -> list[Line]:
    """Duration and cost at each memory size."""
    room = measure(cells)
    return join([_sizes(told, room, glyphs), _remarks(told, room, glyphs)])


def _sizes(told: Sweep, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading(f"MEMORY SIZES OF {words.resource(told.function)}", cells, glyphs)
    width = max(6, (cells - 58) // 2)
    title = f"   {'MB':>6}  {'duration':<{width + 11}}{'$ for a million':<{width + 11}}  used"
    yield cut_line(((title, "dim"),), cells, glyphs.ellipsis)
    slowest = max((one.duration for one in told.sizes), default=0.0)
    dearest = max((one.cost or 0.0 for one in told.sizes), default=0.0)
    cheapest = min((one.cost for one in told.sizes if one.cost is not None), default=None)
    for one in told.sizes:
        sign: Span = (glyphs.done, "ok") if one.cost is not None and one.cost == cheapest else (" ", "text")
        line: list[Span] = [(" ", "text"), sign, (f" {one.memory_size:>6}  ", "text")]
        line += bar(one.duration / slowest if slowest else 0.0, width, glyphs)
        line.append((f" {words.duration(one.duration):<10}", "text"))
        if one.cost is None:
            line.append((pad(words.outcome_kind(one.outcome), width + 11, glyphs.ellipsis), "warning"))
        else:
            line += [*bar(one.cost / dearest if dearest else 0.0, width, glyphs), (f" {one.cost:<10.2f}", "text")]
        used = "" if one.max_memory_used is None else f"{one.max_memory_used} MB"
        own = "  configured" if one.memory_size == told.configured else ""
        yield cut_line((*line, (f"  {used}{own}", "dim")), cells, glyphs.ellipsis)


def _remarks(told: Sweep, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    price = f"{told.price:.10f} dollars for a GB-second, {told.request:.2f} for a million requests: {told.source}"
    for text in (price, *told.notes):
        yield from item((glyphs.info, "info"), (text, "dim"), cells)
