"""Root causes: what is at fault, whom it concerns, and what follows from it."""

from collections.abc import Iterator, Sequence

from doctor.model.answers import Incident
from doctor.report.lines import evidence, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure, paragraph
from doctor.report.lines.spans import BLANK, Line, Span, cut, cut_line, pad
from doctor.report.lines.why import fixes

_NAME = 28
"""Widest column of names."""
_ROOMY = 60
"""From so many cells on, there is room for more than a name and what was seen."""


def sign(one: Incident, glyphs: Glyphs) -> Span:
    """Sign and word: ``✖ CRIT``; a failure that no rule explains is ``▲ why?``."""
    return words.severity(one.severity, glyphs) if one.severity else (f"{glyphs.warning} why?", "warning")


def entry(one: Incident, cells: int, glyphs: Glyphs) -> tuple[Line, Line]:
    """Two lines for a list: how many functions, and what is at fault."""
    text, role = sign(one, glyphs)
    alone = one.functions[0].name if len(one.functions) == 1 else ""
    many = alone or words.count(len(one.functions), "function")
    head: Line = ((f"{text:<6}", role), ("  ", "text"), (many, "bold"), (f"  {one.rule or 'unexplained'}", "dim"))
    return cut_line(head, cells, glyphs.ellipsis), (("  " + cut(one.title, cells - 2, glyphs.ellipsis), "text"),)


def page(one: Incident, cells: int, glyphs: Glyphs) -> list[Line]:
    """One incident, whole."""
    room = measure(cells)
    blocks = [_head(one, room, glyphs), _functions(one, room, glyphs), _follows(one, room, glyphs)]
    for finding in one.findings[:1]:
        blocks += [evidence.evidence(finding.problem.evidence, room, glyphs), fixes(finding, room, glyphs)]
    if len(one.findings) > 1:
        blocks.append(_others(one, room, glyphs))
    return join(blocks)


def _head(one: Incident, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    known = bool(one.rule)
    lead: Span = (f"{glyphs.root} ROOT  ", "root") if known else (f"{glyphs.unknown} NO RULE EXPLAINS  ", "unknown")
    yield from paragraph((lead,), (("  ", "text"),), (one.title, "bold"), cells, one.rule)
    if one.subject and ":function:" not in one.subject:
        yield from paragraph((("  at fault: ", "dim"),), (("  ", "dim"),), (words.resource(one.subject), "text"), cells)
    if one.first and one.last:
        times = words.count(sum(one.failures.values()), "failure")
        text = f"{times}, first {words.moment(one.first)}, last {words.moment(one.last)}"
        yield from paragraph((("  ", "dim"),), (("  ", "dim"),), (text, "dim"), cells)


def _functions(one: Incident, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    note: Line = ((words.count(len(one.functions), "function"), "bold"),)
    once: Line = ((", mended together", "dim"),) if one.rule and len(one.functions) > 1 else ()
    yield heading("WHOM IT CONCERNS", cells, glyphs, (*note, *once))
    for row in one.functions:
        text, role = words.health(row, glyphs)
        count = one.failures.get(row.name, 0)
        seen = f"failed {glyphs.times}{count}" if count else "not seen to fail yet"
        name = pad(row.name, min(_NAME, cells // 2 - 6), glyphs.ellipsis)
        rate = f"  {words.rate(row.errors_per_hour):>5}/h" if cells >= _ROOMY else ""
        line: Line = ((f" {text:<6}  ", role), (name, "bold"), (f"{rate}  ", "text"))
        yield cut_line((*line, (seen, "text" if count else "dim")), cells, glyphs.ellipsis)


def _follows(one: Incident, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    if one.follows:
        yield heading("WHAT FOLLOWS FROM IT", cells, glyphs)
    for finding in one.follows:
        yield from item((glyphs.arrow[-1], "dim"), (finding.problem.message, "text"), cells, finding.rule)


def _others(one: Incident, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading("ALSO FOUND THERE", cells, glyphs)
    for finding in one.findings[1:]:
        yield from item((glyphs.warning, "warning"), (finding.problem.message, "text"), cells, finding.rule)


def table(found: Sequence[Incident], cells: int, glyphs: Glyphs) -> list[Line]:
    """All incidents, one after the other."""
    room = measure(cells)
    lines = [line for one in found for line in (*page(one, room, glyphs), BLANK)]
    return lines or list(item((glyphs.ok, "ok"), ("nothing is at fault as far as was seen", "text"), room))
