"""What a finding rests on, what was ruled out, and what was not seen."""

from collections.abc import Iterable, Iterator

from doctor.model.finding import Crash, Evidence, RuledOut, Skip
from doctor.report import told
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, measure, paragraph
from doctor.report.lines.spans import BLANK, Line, cut

_VALUE = 40
"""Cells of a value that are shown at least."""


def evidence(cited: Iterable[Evidence], cells: int, glyphs: Glyphs, *, of: str = "") -> Iterator[Line]:
    """Each cited place on one line: field, value, resource, and the call that it came from.

    With ``of``, the ARN of the function that it is about, what its account and region have in common is left out, and
    of a long value the beginning stands for all.
    """
    rows = list(cited)
    if not rows:
        return
    yield heading("EVIDENCE", cells, glyphs, (("v shows it whole", "dim"),) if of else ())
    for number, one in enumerate(rows, 1):
        at = f"{words.moment(one.at)} " if one.at else ""
        value = words.value(one.value)
        if of:
            value = cut(words.local(value, of), max(_VALUE, cells * 3 // 2 - len(one.field)), glyphs.ellipsis)
        text = f"{one.field}: {value} ({words.resource(one.resource)})"
        lead = f"{number:>2} "
        yield from paragraph(((lead, "dim"),), (("   ", "dim"),), (text, "text"), cells, at + one.source)


def ruled_out(causes: Iterable[RuledOut], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What was considered and is not it, and why."""
    rows = list(causes)
    if not rows:
        return
    yield heading("RULED OUT", cells, glyphs)
    for one in rows:
        yield from item((glyphs.none, "dim"), (f"{one.cause}: {one.why}", "text"), cells)


def not_seen(skips: Iterable[Skip], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What kept rules from looking: a call that failed alike for many resources is told once."""
    alike = told.unseen(skips)
    if not alike:
        return
    every = {name for one in alike for name in one.rules}
    yield heading("NOT SEEN", cells, glyphs, ((f"{words.count(len(every), 'rule')} could not look", "dim"),))
    for one in alike:
        note = one.rules[0] if len(one.rules) == 1 else words.count(len(one.rules), "rule")
        yield from item((glyphs.unknown, "unknown"), (told.unseen_text(one), "text"), cells, note)


def crashes(failed: Iterable[Crash], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Rules that failed; the others went on."""
    rows = told.broken(failed)
    if not rows:
        return
    yield heading("RULES THAT FAILED", cells, glyphs)
    for one in rows:
        yield from item((glyphs.critical, "critical"), (told.broken_text(one), "text"), cells, one.rule)


def passed(names: Iterable[str], cells: int, glyphs: Glyphs) -> list[Line]:
    """The rules that looked and found nothing."""
    rows = list(names)
    title = heading("PASSED", cells, glyphs, ((words.count(len(rows), "rule"), "dim"),))
    said = paragraph(((" ", "text"),), ((" ", "text"),), (", ".join(rows), "text"), measure(cells)) if rows else ()
    return [BLANK, title, *said]
