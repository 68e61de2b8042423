"""The rules in a list, and one rule with what it said."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from doctor.model.answers import RuleRow
from doctor.model.finding import Finding
from doctor.model.report import FunctionDetail, RuleCard
from doctor.report.lines import evidence, rule, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, cut, cut_line

Entry = tuple[Line, Line]


def entry(one: RuleRow, cells: int, glyphs: Glyphs) -> Entry:
    """Two lines for a list: severity, name and how often it hit; what it says."""
    text, role = words.severity(one.card.severity, glyphs)
    hit = words.count(len(one.hit), "function") if one.hit else "error" if one.crashed else ""
    name: Line = ((f"{text:<6}", role if one.hit else "dim"), ("  ", "text"), (one.card.name, "bold"))
    head = (*name, (f"  {hit}", "critical" if one.hit or one.crashed else "dim")) if hit else name
    return cut_line(head, cells, glyphs.ellipsis), (("  " + cut(one.card.summary, cells - 2, glyphs.ellipsis), "dim"),)


def page(one: RuleRow, cells: int, glyphs: Glyphs) -> list[Line]:
    """What the rule said about the functions, then its page."""
    room = measure(cells)
    return [*join([iter(_said(one, room, glyphs))]), (), *rule.page(one.card, cells, glyphs)]


def tried(card: RuleCard, detail: FunctionDetail, cells: int, glyphs: Glyphs) -> list[Line]:
    """What one rule said of one function, and what that rests on."""
    room = measure(cells)
    found = [one for one in detail.findings if one.rule == card.name]
    skips = [replace(one, rules=(card.name,)) for one in detail.skips if card.name in one.rules]
    crashes = [one for one in detail.crashes if one.rule == card.name]
    head: Line = ((card.name, "bold"), ("  on  ", "dim"), (detail.row.name, "bold"))
    blocks = [iter([cut_line(head, room, glyphs.ellipsis)])]
    for one in found:
        blocks += [_finding(one, room, glyphs), evidence.evidence(one.problem.evidence, room, glyphs)]
    blocks += [evidence.not_seen(skips, room, glyphs), evidence.crashes(crashes, room, glyphs)]
    if card.name in detail.passed:
        blocks.append(item((glyphs.ok, "ok"), ("it looked and found nothing", "text"), room))
    elif not (found or skips or crashes):
        blocks.append(item((glyphs.none, "dim"), ("it says nothing of this function", "text"), room))
    return [*join(blocks), (), *rule.page(card, cells, glyphs)]


def _finding(one: Finding, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    sign = words.severity_glyph(one.severity, glyphs), words.SEVERITY_ROLES[one.severity]
    yield from item(sign, (one.problem.message, "bold"), cells, str(one.problem.confidence))


def _said(one: RuleRow, cells: int, glyphs: Glyphs) -> Sequence[Line]:
    counts = (
        f"{words.count(len(one.hit), 'function')} hit, {one.passed:,} passed, {one.unseen:,} could not be looked at"
    )
    lines: list[Line] = [heading(one.folder, cells, glyphs, ((counts, "dim"),))]
    if one.hit:
        lines += paragraph(
            ((f" {glyphs.critical} ", "critical"),), (("   ", "text"),), (", ".join(one.hit), "bold"), cells
        )
    for text in one.crashed:
        lines += item((glyphs.critical, "critical"), (f"the rule failed: {text}", "text"), cells)
    return lines
