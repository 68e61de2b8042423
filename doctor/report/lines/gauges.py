"""How a local run stands or stood: its phases, its time and memory against their limits, what it called."""

from collections.abc import Iterable, Iterator

from doctor.model.events import Gauge, Phase
from doctor.model.gate import Connection, GatedCall
from doctor.model.outcome import LocalRun, Outcome, kind_of
from doctor.report.lines import gate, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import bar, paragraph
from doctor.report.lines.spans import Line, Role, Span, cut_line, line_width

_LABEL = 7
_WIDE = 100
"""From this width on time and memory stand beside each other."""
_ROOMY = 70
"""From this width on phases are drawn."""
_SUCCESS = ("success", "done")
_RUNNING = ("started", "running")


def _labelled(label: str, rest: Line, cells: int, glyphs: Glyphs) -> Line:
    return cut_line(((f"{label:<{_LABEL}}", "dim"), *rest), cells, glyphs.ellipsis)


def phases(seen: Iterable[Phase], cells: int, glyphs: Glyphs, elapsed: float = 0.0) -> Line:
    """Each phase with its share of the time; how it ended, where that was not well, or that it runs.

    ``elapsed``: the milliseconds of the phase that runs. Where there is no room for shares, there are none.
    """
    latest = {one.name: one for one in seen}
    whole = sum(elapsed if one.duration is None else one.duration for one in latest.values())
    room = min(40, cells - 56) if cells >= _ROOMY else 0
    line: list[Span] = []
    for one in latest.values():
        well, runs = one.state in _SUCCESS, one.state in _RUNNING
        sign: Span = (
            (glyphs.running, "info") if runs else (glyphs.done, "ok") if well else (glyphs.critical, "critical")
        )
        line += [sign, (f" {one.name} ", "text")]
        took = elapsed if one.duration is None else one.duration
        share = max(1, round(room * took / whole)) if room and whole else 0
        line += [(glyphs.full * share + " " * bool(share), "bar" if well or runs else "critical")]
        line += [] if one.duration is None else [(words.duration(took), "text")]
        line += [("  ", "text")] if well or runs else [(f" {one.state.upper()}  ", "critical")]
    return _labelled("PHASES", tuple(line) or (("not started", "dim"),), cells, glyphs)


def gauges(gauge: Gauge, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Time and memory against their limits."""
    wide = cells >= _WIDE
    room = max(8, min(32 if wide else 40, cells // (2 if wide else 1) - 30))
    time = gauge.elapsed / gauge.time_limit if gauge.time_limit else 0.0
    memory = gauge.memory / gauge.memory_limit if gauge.memory_limit else 0.0
    told = f" {gauge.elapsed / 1000:.1f} / {gauge.time_limit / 1000:g} s"
    first: Line = (*_gauge(time, room, glyphs), (told, "text"))
    second: Line = (*_gauge(memory, room, glyphs), (f" {gauge.memory} / {gauge.memory_limit} MB", "text"))
    if wide:
        gap: Span = (" " * max(2, cells // 2 - line_width(first) - _LABEL), "text")
        yield _labelled("TIME", (*first, gap, ("MEMORY ", "dim"), *second), cells, glyphs)
        return
    yield _labelled("TIME", first, cells, glyphs)
    yield _labelled("MEMORY", second, cells, glyphs)


def _gauge(share: float, cells: int, glyphs: Glyphs) -> Line:
    role: Role = "critical" if share >= 1 else "warning" if share >= 0.9 else "bar"  # noqa: PLR2004 -- the last tenth
    return bar(share, cells, glyphs, role)


def calls(made: Iterable[GatedCall], met: Iterable[Connection], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Every AWS call by name, and every connection that came to nothing; nothing where there was neither."""
    gap: Span = ("  ", "text")
    line: Line = ()
    for sign, text in gate.short(made, met, glyphs):
        piece: Line = (sign, (f" {text}", "text"))
        if line and line_width((*line, gap, *piece)) <= cells:
            line = (*line, gap, *piece)
            continue
        if line:
            yield cut_line(line, cells, glyphs.ellipsis)
        line = ((" " * _LABEL if line else f"{'CALLS':<{_LABEL}}", "dim"), *piece)
    if line:
        yield cut_line(line, cells, glyphs.ellipsis)


def _status(outcome: Outcome) -> str:
    """How its phase ended, in words."""
    ends = {"succeeded": "success", "timed_out": "timeout", "out_of_memory": "out of memory"}
    return ends.get(kind_of(outcome), "error")


def of_run(run: LocalRun, limits: tuple[int, int] | None, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """The same of a run that is over.

    Args:
        run: The run.
        limits: The function's memory in MB and its timeout in seconds; ``None``: not known here.
        cells: The width.
        glyphs: The signs.
    """
    outcome = run.outcome
    in_init = kind_of(outcome) == "init_failed"
    seen = [Phase(name="init", state="success", duration=outcome.init_duration)] if outcome.init_duration else []
    last = "init" if in_init else "invoke"
    yield phases([*seen, Phase(name=last, state=_status(outcome), duration=outcome.duration)], cells, glyphs)
    if limits is not None and not in_init:
        memory, timeout = limits
        gauge = Gauge(
            memory=outcome.max_memory_used or 0,
            memory_limit=memory,
            elapsed=outcome.duration,
            time_limit=timeout * 1000,
        )
        yield from gauges(gauge, cells, glyphs)
    yield from calls(run.calls, run.connections, cells, glyphs)
    if run.stopped_in:
        lead: Line = ((f"{'WHERE':<{_LABEL}}", "dim"),)
        yield from paragraph(lead, ((" " * _LABEL, "text"),), (f"stopped {run.stopped_in}", "text"), cells)
