"""What a finding rests on, what was ruled out, and what was not seen."""

from collections.abc import Iterable, Iterator

from doctor.model.call import Gap
from doctor.model.finding import Crash, Evidence, RuledOut, Skip
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, measure, paragraph
from doctor.report.lines.spans import BLANK, Line, cut

_VALUE = 40
"""Cells of a value that are shown at least."""
_REASONS = {
    "denied": "denied",
    "throttled": "throttled away",
    "failed": "failed",
    "not_asked": "not asked for",
    "unsupported": "not supported here",
    "absent": "absent",
}


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


def gap(gap: Gap, others: int = 0) -> str:
    """What was not seen and why, in one sentence without an end; of ``others`` beside the gap's own resource too."""
    more = f" and {others:,} more" if others else ""
    where = f" of {words.resource(gap.resource)}{more}" if gap.resource else ""
    error = f": {gap.error}" if gap.error else ""
    return f"{gap.call.name}{where} {_REASONS[gap.reason]}{error}"


def not_seen(skips: Iterable[Skip], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What kept rules from looking: a call that failed alike for many resources is told once."""
    kept: dict[int, tuple[Gap, set[str]]] = {}
    for one in skips:
        known = kept.get(id(one.gap))
        if known is None:
            known = kept[id(one.gap)] = one.gap, set()
        known[1].update(one.rules)
    alike: dict[tuple[str, str], list[tuple[Gap, set[str]]]] = {}
    for this, rules in kept.values():
        alike.setdefault((this.call.name, this.reason), []).append((this, rules))
    if not alike:
        return
    every = {name for _, rules in kept.values() for name in rules}
    yield heading("NOT SEEN", cells, glyphs, ((f"{words.count(len(every), 'rule')} could not look", "dim"),))
    for those in alike.values():
        others = len({this.resource for this, _ in those}) - 1
        names = sorted({name for _, rules in those for name in rules})
        note = names[0] if len(names) == 1 else words.count(len(names), "rule")
        yield from item((glyphs.unknown, "unknown"), (gap(those[0][0], others), "text"), cells, note)


def crashes(failed: Iterable[Crash], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Rules that failed; the others went on."""
    rows = list(failed)
    if not rows:
        return
    yield heading("RULES THAT FAILED", cells, glyphs)
    for one in rows:
        yield from item((glyphs.critical, "critical"), (one.error, "text"), cells, one.rule)


def passed(names: Iterable[str], cells: int, glyphs: Glyphs) -> list[Line]:
    """The rules that looked and found nothing."""
    rows = list(names)
    title = heading("PASSED", cells, glyphs, ((words.count(len(rows), "rule"), "dim"),))
    said = paragraph(((" ", "text"),), ((" ", "text"),), (", ".join(rows), "text"), measure(cells)) if rows else ()
    return [BLANK, title, *said]
