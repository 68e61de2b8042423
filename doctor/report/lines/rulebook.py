"""The rules in a list, and one rule with what it said."""

from collections.abc import Sequence

from doctor.model.answers import RuleRow
from doctor.report.lines import rule, words
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
