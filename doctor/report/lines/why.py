"""Why a function fails: from each symptom down to the root, with the evidence, and what to do next."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from msgspec.structs import replace

from doctor.model.finding import Applicability, Explanation, Finding, Fix
from doctor.model.report import FunctionDetail
from doctor.model.telemetry import Invocation, Symptom, SymptomKind
from doctor.report.lines import evidence, logs, metrics, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import commands as typed
from doctor.report.lines.layout import heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Role, Span, cut_line, width

APPLICABILITY_ROLES: dict[Applicability, Role] = {
    Applicability.SAFE: "ok",
    Applicability.UNSAFE: "warning",
    Applicability.MANUAL: "dim",
}
_ADDRESS = re.compile(r":? ?https?://\S*")
"""Where a price is from: the page of the fix tells it."""
_OTHERS = 6
"""So many other functions of the same root cause are named."""


def headline(detail: FunctionDetail, cells: int, glyphs: Glyphs) -> Line:
    """The function's name and its main settings."""
    row = detail.row
    latest = detail.versions[0] if detail.versions else None
    parts = [
        row.runtime,
        latest.architectures[0] if latest and latest.architectures else "",
        f"{row.memory_size} MB" if row.memory_size else "",
        f"{row.timeout} s" if row.timeout else "",
        f"{words.rate(row.errors_per_hour)} errors/h",
    ]
    settings = "  ".join(part for part in parts if part)
    return cut_line(((row.name, "bold"), ("  ", "text"), (settings, "dim")), cells, glyphs.ellipsis)


def focus(detail: FunctionDetail, fingerprint: str = "") -> Finding | None:
    """The finding that a page is about: the asked one, else a root of the first explained symptom, else the first."""
    known = {one.fingerprint: one for one in detail.findings}
    explained = [one for explanation in detail.explanations for one in explanation.findings]
    for candidate in (fingerprint, *explained):
        if candidate in known:
            return known[candidate]
    return detail.findings[0] if detail.findings else None


def _focus_of_log(detail: FunctionDetail) -> Finding | None:
    """The finding that explains a failure of a pasted log; without a failure in it, as of any page."""
    if not detail.logged:
        return focus(detail)
    known = {one.fingerprint: one for one in detail.findings}
    return next((known[one] for seen in detail.logged for one in seen.findings if one in known), None)


def _sentence(finding: Finding, detail: FunctionDetail) -> str:
    own = {finding.subject} & {one.function_arn for one in detail.versions}
    where = "" if own or not finding.subject else f" ({words.resource(finding.subject)})"
    return words.local(finding.problem.message, detail.row.arn) + where


def _sign(finding: Finding, glyphs: Glyphs) -> Span:
    if not finding.causes:
        return f"{glyphs.root} ROOT ", "root"
    return words.severity_glyph(finding.severity, glyphs) + " ", words.SEVERITY_ROLES[finding.severity]


class _Chain:
    """The tree below one symptom: what explains it, and what explains that, until a root."""

    def __init__(self, detail: FunctionDetail, cells: int, glyphs: Glyphs) -> None:
        self._detail = detail
        self._known = {one.fingerprint: one for one in detail.findings}
        self._cells = cells
        self._glyphs = glyphs

    def below(self, explanation: Explanation) -> Iterator[Line]:
        found = [self._known[one] for one in explanation.findings if one in self._known]
        deeper = {cause for one in found for cause in one.causes}
        nearest = [one for one in found if one.fingerprint not in deeper]
        yield from self._children(nearest or found, (), frozenset())

    def _children(self, found: Sequence[Finding], guides: Line, above: frozenset[str]) -> Iterator[Line]:
        for number, one in enumerate(found, 1):
            last = number == len(found)
            yield from self._node(one, guides, last=last)
            seen = above | {one.fingerprint}
            causes = [self._known[cause] for cause in one.causes if cause in self._known and cause not in seen]
            guide = "   " if last else self._glyphs.trunk + " "
            yield from self._children(causes, (*guides, (guide, "dim")), seen)

    def _node(self, finding: Finding, guides: Line, *, last: bool) -> Iterator[Line]:
        glyphs = self._glyphs
        sign = _sign(finding, glyphs)
        branch, guide = (glyphs.last, "  ") if last else (glyphs.branch, glyphs.trunk)
        first = (*guides, (branch, "dim"), sign)
        rest = (*guides, (guide, "dim"), (" " * len(sign[0]), "text"))
        text: Span = (_sentence(finding, self._detail), "text" if finding.causes else "bold")
        yield from paragraph(first, rest, text, self._cells, finding.rule)


def _line(value: object) -> str:
    """What a cited message looks like where a symptom is told; empty where it is no message but a word."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return words.brief(text) if " " in text else ""


def _symptoms(detail: FunctionDetail, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Each symptom with what explains it; a line of the log that is cited below, with its source, is not told here too."""
    chain = _Chain(detail, cells, glyphs)
    cited = set(filter(None, (_line(one.value) for each in detail.findings for one in each.problem.evidence)))
    for one in detail.explanations:
        seen = one.observation
        example = next((each for each in detail.invocations if each.request_id == seen.example), None)
        last = words.moment(seen.last) if example is None or example.timed else ""
        times = f"{glyphs.times}{seen.count}{', last' if last else ''}" if seen.count > 1 else ""
        counted = seen.symptom.kind is SymptomKind.THROTTLED
        told = f"metric {seen.example}" if counted else f"log {seen.example[:8]}"
        tail = ", ".join(filter(None, (" ".join(filter(None, (times, last))), told)))
        kind = words.symptom(Symptom(kind=seen.symptom.kind))
        ways = (words.observation(seen, detail.invocations), words.observed(seen, example))
        text = next((way for way in ways if not any(each in way for each in cited)), kind)
        text = words.local(text, detail.row.arn)
        yield from paragraph(((f"{glyphs.critical} ", "critical"),), (("  ", "text"),), (text, "bold"), cells, tail)
        yield from chain.below(one)
        if not one.findings:
            text = "no rule explains this: what is known is below"
            if one.changed:
                text = f"not seen since the function was changed, {words.moment(one.changed)}"
            yield from paragraph(
                ((f"{glyphs.last}{glyphs.unknown} ", "unknown"),), (("    ", "text"),), (text, "unknown"), cells
            )


def _others(detail: FunctionDetail, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Findings that no symptom leads to: they did not fail yet."""
    explained = {one for explanation in detail.explanations for one in explanation.findings}
    loose = [one for one in detail.findings if one.fingerprint not in explained]
    if not loose:
        return
    note: Line = (("no failure seen from these yet", "dim"),) if detail.explanations else ()
    yield heading("ALSO FOUND" if detail.explanations else "FOUND", cells, glyphs, note)
    for one in loose:
        sign = words.severity_glyph(one.severity, glyphs), words.SEVERITY_ROLES[one.severity]
        yield from item(sign, (_sentence(one, detail), "text"), cells, one.rule)


def _incident(finding: Finding, detail: FunctionDetail, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    names = sorted({words.resource(arn).split(":")[0] for arn in finding.affects} - {detail.row.name})
    if not names:
        return
    note: Line = ((f"{words.count(len(names), 'other function')}", "bold"),)
    yield heading("ALSO HIT BY THIS", cells, glyphs, note)
    more = f" and {len(names) - _OTHERS} more" if len(names) > _OTHERS else ""
    yield from paragraph(((" ", "text"),), ((" ", "text"),), (", ".join(names[:_OTHERS]) + more, "text"), cells)


def _trend(detail: FunctionDetail, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """The metric in which the symptom shows: when it began."""
    kinds = {one.observation.symptom.kind for one in detail.explanations}
    if not kinds:
        return
    timed_out = SymptomKind.TIMED_OUT in kinds
    shows = ("Throttles", "Sum") if SymptomKind.THROTTLED in kinds else ("Errors", "Sum")
    wanted = ("Duration", "p95") if timed_out else shows
    limit = detail.row.timeout * 1000.0 if timed_out else 0.0
    for series in detail.metrics:
        if (series.metric_name, series.stat) == wanted:
            yield from metrics.chart(series, limit, cells, glyphs)


def letter(index: int) -> str:
    """The name of a fix on the screen and on the command line: A, B, C."""
    return chr(ord("A") + index)


_COST = 24
"""Cells up to which a cost stands behind the title, beside how safe the fix is."""


def fix_line(fix: Fix, index: int, cells: int, *, chosen: bool = False, standing: Line = ()) -> Iterator[Line]:
    """One fix: letter, title, how safe, and what it costs; ``standing`` is whether it was proved."""
    safety: Span = (str(fix.applicability), APPLICABILITY_ROLES[fix.applicability])
    cost = fix.cost.partition(": http")[0]
    brief = bool(cost) and width(cost) <= _COST
    tail: Line = ((f"{cost}, ", "dim"), safety) if brief else (safety,)
    tail = (*tail, ("  ", "text"), *standing) if standing else tail
    role: Role = "bold" if chosen else "text"
    yield from paragraph(((f" {letter(index)} ", "key"),), (("   ", "text"),), (fix.title, role), cells, tail)
    if cost and not brief:
        yield from paragraph((("   ", "text"),), (("   ", "text"),), (cost, "dim"), cells)


def fixes(finding: Finding, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """The ways out, best first."""
    if not finding.problem.fixes:
        return
    yield heading("FIX", cells, glyphs, ((finding.rule, "dim"),))
    ways = finding.problem.fixes
    for index, (fix, following) in enumerate(zip_longest(ways, ways[1:])):
        yield from fix_line(replace(fix, cost=_ADDRESS.sub("", fix.cost)), index, cells)
        if fix.risk and (following is None or following.risk != fix.risk):
            yield from item((glyphs.warning, "warning"), (fix.risk, "text"), cells)


def commands(
    detail: FunctionDetail,
    finding: Finding | None,
    cells: int,
    glyphs: Glyphs,
    *,
    where: str = "",
    log: bool = False,
    runs: bool = True,
) -> Iterator[Line]:
    """What to type next.

    Args:
        detail: Of which function.
        finding: The one that its page is about.
        cells: The width.
        glyphs: The signs.
        where: How the user named the account: ``--demo``.
        log: Only a log was read, of no account.
        runs: Whether functions can be run there.
    """
    name = " ".join(filter(None, (detail.row.name, where)))
    rows = []
    if finding and finding.problem.expects and not log and runs:
        rows.append((f"doctor reproduce {name}", "run the failing invocation on this machine"))
    if finding and any(fix.steps for fix in finding.problem.fixes) and (runs or not finding.problem.expects):
        rows.append((f"doctor fix {name}", "prove a fix here, then apply it"))
    if log:
        rows.append((f"doctor why {name}", "the same with its configuration, permissions and network"))
    else:
        rows.append((f"doctor {name}", "open it in the terminal UI"))
    yield heading("NEXT", cells, glyphs)
    yield from typed(rows, cells)


def _verdict(detail: FunctionDetail, finding: Finding | None, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    if detail.explanations:
        note: Line = (("confidence ", "dim"), (str(finding.problem.confidence), "bold")) if finding else ()
        yield heading("WHY IT FAILS", cells, glyphs, note)
        yield from _symptoms(detail, cells, glyphs)
    elif not detail.findings:
        passed = words.count(len(detail.passed), "rule")
        sign: Span = (glyphs.unknown, "unknown") if detail.skips or detail.crashes else (glyphs.ok, "ok")
        yield heading("NOTHING FOUND", cells, glyphs)
        yield from item(sign, (f"{passed} looked and found nothing wrong", "text"), cells)


def _went_through(one: Invocation, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading("NOTHING TO EXPLAIN", cells, glyphs)
    yield from item((glyphs.ok, "ok"), (f"invocation {one.request_id} went through", "text"), cells)


def page(
    detail: FunctionDetail,
    cells: int,
    glyphs: Glyphs,
    *,
    fingerprint: str = "",
    next_commands: bool = True,
    where: str = "",
    one: Invocation | None = None,
    log: bool = False,
    pasted: bool = False,
    runs: bool = True,
) -> list[Line]:
    """The Why page of one function, about the finding ``fingerprint`` (default: the first root).

    ``next_commands`` adds the commands to type next, for a page that is printed, with the options that name the account.
    ``one`` is the invocation that the page is about, where it is about one; ``log``: only a log was read, of no account.
    ``runs``: whether functions can be run there. ``pasted``: its invocations are those of a given log: what explains none of its failures is named, and no more.
    """
    room = measure(cells)
    about = _focus_of_log(detail) if pasted else focus(detail, fingerprint)
    blocks: list[Iterator[Line]] = [
        iter([headline(detail, room, glyphs), *([logs.head(one, room, glyphs)] if one else [])]),
        _went_through(one, room, glyphs) if one and one.succeeded else _verdict(detail, about, room, glyphs),
    ]
    others = _others(detail, room, glyphs)
    if not detail.explanations:
        blocks.append(others)  # what is wrong stands above what it rests on
    if about:
        blocks += [
            _incident(about, detail, room, glyphs),
            evidence.evidence(about.problem.evidence, room, glyphs, of="" if next_commands else detail.row.arn),
            _trend(detail, room, glyphs),
            fixes(about, room, glyphs),
        ]
    blocks += [
        *([others] if detail.explanations else []),
        evidence.ruled_out(detail.ruled_out, room, glyphs),
        evidence.not_seen(detail.skips, room, glyphs),
        evidence.crashes(detail.crashes, room, glyphs),
    ]
    if next_commands:
        blocks.append(commands(detail, about, room, glyphs, where=where, log=log, runs=runs))
    return join(blocks)
