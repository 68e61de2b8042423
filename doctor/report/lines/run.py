"""A run of a handler on this machine: while it runs, and what it showed."""

from collections.abc import Iterable, Iterator, Sequence

from doctor.model.events import Gated, Gauge, Phase, Progress
from doctor.model.events import Line as Said
from doctor.model.outcome import (
    Enforced,
    LiveRun,
    LocalRun,
    Outcome,
    Reproduction,
    Scenario,
    Succeeded,
    Verdict,
    kind_of,
)
from doctor.model.record import Record
from doctor.model.telemetry import Invocation
from doctor.report.lines import gate, gauges, learnt, logs, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import divider, fields, heading, item, join, measure, paragraph
from doctor.report.lines.spans import ROLES, Line, Role, Span, cut_line, pad

_VERDICTS: dict[Verdict, tuple[str, Role]] = {
    "reproduced": ("REPRODUCED", "ok"),
    "different": ("FAILS DIFFERENTLY HERE", "warning"),
    "not_reproduced": ("NOT REPRODUCED", "info"),
    "inconclusive": ("INCONCLUSIVE", "unknown"),
}


def entry(
    name: str, made: Reproduction | None, error: str, cells: int, glyphs: Glyphs, *, running: bool
) -> tuple[Line, Line]:
    """One of several runs, on two lines: whose, and how it stands."""
    told: Span = ("runs now", "info") if running else ("waits", "dim")
    if error:
        told = (error, "critical")
    elif made:
        title, role = _VERDICTS[made.verdict]
        told = (f"{title.capitalize()}: {made.why}", role)
    return ((name, "bold"),), cut_line((("  ", "text"), told), cells, glyphs.ellipsis)


class Live(Record):
    """What a run has said so far."""

    progress: Progress | None = None
    phases: tuple[Phase, ...] = ()
    gauge: Gauge | None = None
    lines: tuple[Said | Gated, ...] = ()


def said(one: Said | Gated, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """One line that a job said, with its time where it has one, or what its gate met."""
    if isinstance(one, Gated):
        yield from gate.met(one, cells, glyphs)
        return
    lead = f" {words.clock(one.at)} " if one.at else " "
    given = one.role if one.role in ROLES and one.role != "text" else logs.role_of(one.text)
    yield from logs.message_lines(lead, one.text, cells, glyphs, wrap=True, role=given)


def live(state: Live, cells: int, glyphs: Glyphs) -> list[Line]:
    """The page of a run that is under way."""
    room = measure(cells)
    met = [one for one in state.lines if isinstance(one, Gated)]
    elapsed = state.gauge.elapsed if state.gauge else 0.0
    head = [gauges.phases(state.phases, room, glyphs, elapsed)]
    head += gauges.gauges(state.gauge, room, glyphs) if state.gauge else []
    made = [one.call for one in met if one.call], [one.connection for one in met if one.connection]
    head += gauges.calls(*made, room, glyphs)
    output = [line for one in state.lines for line in said(one, room, glyphs)]
    waiting: Line = ((" nothing said yet", "dim"),)
    return [*head, (), divider("LIVE OUTPUT", room, glyphs), *(output or [waiting])]


def enforced(rows: Iterable[Enforced], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What was enforced and by what; what was not, and why."""
    listed = list(rows)
    if not listed:
        return
    yield heading("ENFORCED", cells, glyphs)
    for one in listed:
        sign: Span = (glyphs.done, "ok") if one.by else (glyphs.unknown, "unknown")
        by = f"by {one.by}" if one.by else "not enforced"
        note = f": {one.note}" if one.note else ""
        name = pad(one.dimension, 12, glyphs.ellipsis) + " "
        first: Line = ((" ", "text"), sign, (" " + name, "text"))
        rest: Line = ((" " * (3 + len(name)), "text"),)
        yield from paragraph(first, rest, (by + note, "text" if one.by else "unknown"), cells)


def assumptions(texts: Iterable[str], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What the run leaned on without proof."""
    listed = list(texts)
    if not listed:
        return
    yield heading("TAKEN FOR GRANTED", cells, glyphs)
    for text in listed:
        yield from item((glyphs.unknown, "unknown"), (text, "text"), cells)


def _memory(result: Outcome) -> str:
    return "not measured" if result.max_memory_used is None else f"{result.max_memory_used} MB"


_COMPARED = ("outcome", "message", "duration", "init", "max memory")
_NAMES = 14
"""Cells for their names."""


def _init(duration: float | None, outcome: str) -> str:
    """How long it took; without a figure the environment was warm, unless it is what failed."""
    if duration is not None:
        return words.duration(duration)
    return "failed" if outcome == "init_failed" else "warm"


def _figures(ran: Outcome) -> tuple[str, ...]:
    """What is compared, of a run on this machine."""
    return (
        words.outcome_kind(kind_of(ran)),
        getattr(ran, "error_message", "") or "-",
        words.duration(ran.duration),
        _init(ran.init_duration, kind_of(ran)),
        _memory(ran),
    )


def _cloud(expected: str, seen: Invocation | None) -> tuple[str, ...]:
    """The same of the invocation in the cloud."""
    if seen is None:
        return (words.outcome_kind(expected) if expected else "not seen", *["not seen"] * 4)
    return (
        words.outcome_kind(expected) if expected else "not seen",
        seen.error_message or "-",
        words.duration(seen.duration) if seen.duration is not None else "not seen",
        _init(seen.init_duration, expected) if seen.duration is not None else "not seen",
        f"{seen.max_memory_used} MB" if seen.max_memory_used is not None else "not seen",
    )


def compare(
    made: Reproduction,
    cloud: Invocation | None,
    cells: int,
    glyphs: Glyphs,
    mended: tuple[str, LocalRun] | None = None,
) -> Iterator[Line]:
    """The cloud's invocation, the local run, and the local run with a fix, side by side."""
    if made.run is None:
        return
    columns = [(f"AWS {made.cloud[:8]}", _cloud(made.expected, cloud)), ("here, as is", _figures(made.run.outcome))]
    if mended:
        columns.append((f"here, fix {mended[0]}", _figures(mended[1].outcome)))
    room = max(8, min(26, (cells - _NAMES) // len(columns) - 1))
    title: Line = ((pad("COMPARE", _NAMES, glyphs.ellipsis), "title"),)
    yield cut_line((*title, *_row([name for name, _ in columns], room, "title", glyphs)), cells, glyphs.ellipsis)
    for index, name in enumerate(_COMPARED):
        told = [" ".join(figures[index].split()) for _, figures in columns]
        if set(told) <= {"-", "not seen"}:
            continue
        lead: Span = (pad(f" {name}", _NAMES, glyphs.ellipsis), "dim")
        yield cut_line((lead, *_row(told, room, "bold" if index == 0 else "text", glyphs)), cells, glyphs.ellipsis)


def _row(texts: Iterable[str], room: int, role: Role, glyphs: Glyphs) -> Iterator[Span]:
    for text in texts:
        yield pad(text, room, glyphs.ellipsis) + " ", role


def log(outcome: Outcome, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What the handler wrote."""
    yield divider("OUTPUT", cells, glyphs)
    if not outcome.log:
        yield ((" the handler wrote nothing", "dim"),)
    yield from logs.events(outcome.log, cells, glyphs, wrap=True)


def verdict(made: Reproduction, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Whether the failure came back here, and why that is said."""
    title, role = _VERDICTS[made.verdict]
    signs = {"ok": glyphs.done, "warning": glyphs.warning, "info": glyphs.info}
    yield ((f"{signs.get(role, glyphs.unknown)} {title}", role),)
    yield from paragraph((("  ", "text"),), (("  ", "text"),), (made.why, "text"), cells)


def scenario(asked: Scenario, ended: Outcome, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What was run."""
    pairs: list[tuple[str, Span]] = [
        ("function", (words.resource(asked.function), "text")),
        ("event", (asked.source or "given", "text")),
        ("invoked", (asked.invocation_type, "text")),
        ("outcome", (words.outcome(ended), "bold")),
    ]
    if asked.subnet:
        pairs.insert(-1, ("subnet", (asked.subnet, "text")))
    yield from fields(pairs, cells, glyphs)


def page(
    made: Reproduction,
    cells: int,
    glyphs: Glyphs,
    *,
    cloud: Invocation | None = None,
    mended: tuple[str, LocalRun] | None = None,
    head: Sequence[Line] = (),
    limits: tuple[int, int] | None = None,
) -> list[Line]:
    """The page of a run that is over.

    Args:
        made: The run and its verdict.
        cells: The width.
        glyphs: The signs.
        cloud: The invocation it was compared with.
        mended: The letter of a fix that was proved by a run, and that run.
        head: What stands in the place of the scenario.
        limits: The function's memory in MB and its timeout in seconds.
    """
    room = measure(cells)
    blocks: list[Iterator[Line]] = [verdict(made, room, glyphs)]
    if made.run:
        blocks += [
            iter(head) if head else scenario(made.run.scenario, made.run.outcome, room, glyphs),
            gauges.of_run(made.run, limits, room, glyphs),
            compare(made, cloud, room, glyphs, mended),
            learnt.minimized(made.minimized, room, glyphs),
            learnt.cold_start(made.cold_start, room, glyphs),
            learnt.ranking(made.ranking, room, glyphs, known=made.why),
            gate.calls(made.run.calls, room, glyphs),
            gate.connections(made.run.connections, room, glyphs),
            enforced(made.run.enforced, room, glyphs),
            learnt.calibration(made.run.calibration, room, glyphs),
            assumptions((*made.run.assumptions, *made.run.presumptions), room, glyphs),
            learnt.looked(made.looked, room, glyphs),
            log(made.run.outcome, room, glyphs),
        ]
    return join(blocks)


def _live_figures(made: LiveRun, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    ran = made.invocation
    init = words.duration(ran.init_duration) if ran.init_duration is not None else "warm"
    pairs: list[tuple[str, Span]] = [
        ("version", (ran.version, "text")),
        ("request", (ran.request_id or "not seen", "text")),
        ("duration", (words.duration(ran.duration) if ran.duration is not None else "not seen", "text")),
        ("init", (init if ran.request_id else "not seen", "text")),
        ("max memory", (_memory(made.outcome), "text")),
        ("returned", (words.value(made.outcome.payload), "text")),
    ]
    yield from fields(pairs, cells, glyphs)


def live_page(made: LiveRun, cells: int, glyphs: Glyphs) -> list[Line]:
    """The page of an invocation in the account: how it ended, what it cost, and the end of its log."""
    room = measure(cells)
    through = isinstance(made.outcome, Succeeded)
    title: Span = ("WENT THROUGH IN THE ACCOUNT", "ok") if through else ("FAILED IN THE ACCOUNT", "critical")
    sign = glyphs.done if through else glyphs.critical
    return join(
        [
            iter([((f"{sign} ", title[1]), title)]),
            scenario(made.scenario, made.outcome, room, glyphs),
            _live_figures(made, room, glyphs),
            log(made.outcome, room, glyphs),
        ]
    )
