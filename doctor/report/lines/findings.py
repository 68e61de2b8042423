"""The findings of one function: two lines each, for the list beside the Why page."""

from typing import NamedTuple

from doctor.model.finding import Finding
from doctor.model.report import FunctionDetail
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Line, Span, cut, cut_line


def roots(detail: FunctionDetail) -> frozenset[str]:
    """Fingerprints of the findings that a symptom leads down to."""
    explained = {one for explanation in detail.explanations for one in explanation.findings}
    return frozenset(one.fingerprint for one in detail.findings if one.fingerprint in explained and not one.causes)


class Entry(NamedTuple):
    """One row of the list: a finding, or what the other rules said."""

    key: str
    finding: Finding | None = None
    root: bool = False
    words: str = ""
    of: str = ""
    """ARN of the function that it is told of."""


def entries(detail: FunctionDetail) -> list[Entry]:
    """The findings, then how many rules found nothing, could not look, or failed."""
    found = roots(detail)
    rows = [Entry(one.fingerprint, one, one.fingerprint in found, of=detail.row.arn) for one in detail.findings]
    unlooked = len({rule for one in detail.skips for rule in one.rules})
    counts = (
        ("pass", f"{words.count(len(detail.passed), 'rule')} looked and found nothing"),
        ("n/o", f"{words.count(unlooked, 'rule')} could not look" if unlooked else ""),
        ("error", f"{words.count(len(detail.crashes), 'rule')} failed" if detail.crashes else ""),
    )
    return rows + [Entry(key, words=text) for key, text in counts if text]


def entry(one: Entry, cells: int, glyphs: Glyphs) -> tuple[Line, Line]:
    """Two lines: severity and rule, then the message, cut."""
    text, role = words.severity(one.finding.severity, glyphs) if one.finding else _tail(one.key, glyphs)
    mark: Line = ((f"  {glyphs.root} root", "root"),) if one.root else ()
    name: Line = (("  ", "text"), (one.finding.rule, "bold"), *mark) if one.finding else ()
    message = words.local(one.finding.problem.message, one.of) if one.finding else one.words
    head = cut_line(((f"{text:<6}", role), *name), cells, glyphs.ellipsis)
    return head, (("  " + cut(message, cells - 2, glyphs.ellipsis), "text" if one.finding else "dim"),)


def _tail(key: str, glyphs: Glyphs) -> Span:
    signs: dict[str, Span] = {
        "pass": (f"{glyphs.ok} pass", "ok"),
        "n/o": (f"{glyphs.unknown} n/o", "unknown"),
        "error": (f"{glyphs.critical} error", "critical"),
    }
    return signs[key]


def page(detail: FunctionDetail, cells: int, glyphs: Glyphs) -> list[Line]:
    """The whole list."""
    return [line for one in entries(detail) for line in entry(one, cells, glyphs)]
