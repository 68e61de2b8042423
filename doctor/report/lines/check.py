"""The report of ``doctor check`` as text: every finding with its evidence, what nobody explains, and what was not seen."""

from collections import Counter
from collections.abc import Iterator, Mapping

from doctor.model import arns
from doctor.model.finding import Diagnosis, Explanation, Finding
from doctor.model.report import Report
from doctor.report import told
from doctor.report.lines import evidence, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import commands, heading, item, measure, paragraph
from doctor.report.lines.spans import BLANK, Line


def page(report: Report, cells: int, glyphs: Glyphs, *, where: str | None = None, runs: bool = True) -> list[Line]:
    """The whole report; with nothing to say it is its last line alone.

    ``where``: how the user named the account, for the commands to type next; ``None``: nobody is there to type them.
    ``runs``: whether functions can be run there.
    """
    room = measure(cells)
    known = told.by_fingerprint(report.diagnosis)
    lines: list[Line] = []
    for finding in report.diagnosis.findings:
        lines += [*_finding(finding, known, room, glyphs), BLANK]
    quiet = _is_quiet(report.diagnosis)
    for block in (
        _unexplained(report, room, glyphs),
        _mended(report, room, glyphs),
        _suppressed(report, room, glyphs),
        () if quiet else _problems(report, room, glyphs),
        () if where is None else _next(report, where, room, glyphs, runs=runs),
        _remarks(report, room, glyphs),
    ):
        found = list(block)
        lines += [*found, BLANK] if found else []
    return [*lines, *paragraph((), (), (summary(report), "bold"), room)]


def _is_quiet(diagnosis: Diagnosis) -> bool:
    """Whether there is nothing to tell but what was left unread on purpose, for which the last line is enough."""
    told = diagnosis.findings or diagnosis.crashes or any(one.open for one in diagnosis.explanations)
    return not told and all(one.gap.on_purpose for one in diagnosis.skips)


def _unasked(diagnosis: Diagnosis) -> str:
    """The reads, left out on purpose, that kept rules from looking: one by name, the others counted."""
    calls = Counter[str]()
    for one in diagnosis.skips:
        calls[one.gap.call.name] += len(one.rules)
    (first, _), *others = calls.most_common()
    more = f" and {words.count(len(others), 'other read')}" if others else ""
    return f" ({first}{more} not asked for)"


def _finding(finding: Finding, known: Mapping[str, Finding], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    text, role = words.severity(finding.severity, glyphs)
    subject = _named(finding.subject)
    yield ((text, role), ("  ", "text"), (subject, "bold"), (f"  {finding.rule}", "dim"))
    yield from paragraph((("  ", "text"),), (("  ", "text"),), (finding.problem.message, "text"), cells)
    for around in told.around(finding, known):
        yield from paragraph((("  ", "text"),), (("  ", "text"),), (around, "bold"), cells)
    yield from evidence.evidence(finding.problem.evidence, cells, glyphs)
    for fix in finding.problem.fixes[:1]:
        yield from item((glyphs.pointer, "key"), (f"fix: {fix.title} ({fix.applicability})", "text"), cells)


def _named(arn: str) -> str:
    """A resource for a heading; a function's published version is told."""
    qualifier = arns.qualifier(arn) if ":function:" in arn else "$LATEST"
    return arns.name(arn) if qualifier == "$LATEST" else f"{arns.name(arn)} version {qualifier}"


def _unexplained(report: Report, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Failures that were seen and that no rule explains: never "fine"."""
    seen = [one for one in report.diagnosis.explanations if one.open]
    if not seen:
        return
    yield heading("SEEN TO FAIL, NOT EXPLAINED BY ANY RULE YET", cells, glyphs)
    for one in seen:
        yield from item((glyphs.warning, "warning"), (_observed(one), "text"), cells)


def _observed(one: Explanation) -> str:
    seen = one.observation
    return f"{_named(seen.function)}: {words.symptom(seen.symptom)}, {words.count(seen.count, 'time')}"


def _mended(report: Report, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Failures that are older than the function's last change: it may be mended, and nobody has seen it run since."""
    seen = [one for one in report.diagnosis.explanations if not one.findings and one.changed]
    if not seen:
        return
    yield heading("SEEN TO FAIL BEFORE THE LAST CHANGE, NOT SINCE", cells, glyphs)
    for one in seen:
        when = f"last {words.moment(one.observation.last)}"
        yield from item((glyphs.unknown, "unknown"), (_observed(one), "text"), cells, when)


def _suppressed(report: Report, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What a team lives with, by its own words; a baseline is counted."""
    waived, known = told.lived_with(report.diagnosis)
    if not report.diagnosis.suppressed:
        return
    yield heading("SUPPRESSED", cells, glyphs)
    for one in waived:
        text = f"{_named(one.finding.subject)}: {one.finding.rule}: {told.suppressed(one)}"
        yield from item((glyphs.none, "dim"), (text, "dim"), cells)
    if known:
        yield from item((glyphs.none, "dim"), (known, "dim"), cells)


def _remarks(report: Report, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What must not be overlooked: decisions that no longer hold."""
    for text in report.diagnosis.remarks:
        yield from item((glyphs.warning, "alarm"), (text, "bold"), cells)


def _problems(report: Report, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Rules that crashed, rules that could not look, and reads that nobody missed."""
    failed = list(evidence.crashes(report.diagnosis.crashes, cells, glyphs))
    yield from (*failed, BLANK) if failed else ()
    yield from evidence.not_seen(report.diagnosis.skips, cells, glyphs)
    yield from _not_seen(report, cells, glyphs)


def _not_seen(report: Report, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Reads that were not made, which kept no rule from looking but those above: how many kinds, not each."""
    if not report.not_seen or not (report.diagnosis.findings or report.diagnosis.skips):
        return
    text = f"{words.count(len(report.not_seen), 'kind')} of reads not made: --format markdown names them"
    yield from item((glyphs.unknown, "unknown"), (text, "text"), cells)


def _next(report: Report, where: str, cells: int, glyphs: Glyphs, *, runs: bool) -> Iterator[Line]:
    """What to type next, about the worst."""
    finding = next((one for one in report.diagnosis.findings if one.affects), None)
    failing = next((one.observation.function for one in report.diagnosis.explanations if one.open), "")
    arn = finding.affects[0] if finding else failing
    if not arn:
        return
    name = " ".join(filter(None, (arns.name(arn), where)))
    rows = [(f"doctor why {name}", "one function: its cause, the evidence, what was ruled out")]
    if finding and any(fix.steps for fix in finding.problem.fixes) and (runs or not finding.problem.expects):
        rows.append((f"doctor fix {name}", "prove a fix on this machine; changes nothing"))
    yield heading("NEXT", cells, glyphs)
    yield from commands(rows, cells)


def _heard(report: Report) -> str:
    """How many rules were heard, and why the others were not."""
    heard, left_out = len(report.diagnosis.rules), sum(report.unheard.values())
    if not left_out:
        return words.count(heard, "rule")
    why = ", ".join(f"{number} {text}" for text, number in report.unheard.items())
    return f"{heard} of {words.count(heard + left_out, 'rule')} ({why})"


def summary(report: Report) -> str:
    """The last line: how much was found in how much, and what remains open."""
    diagnosis = report.diagnosis
    severities = [finding.severity for finding in diagnosis.findings]
    counted = ", ".join(f"{severities.count(one)} {one}" for one in dict.fromkeys(severities))
    found = f"{words.count(len(severities), 'finding')}{f' ({counted})' if counted else ''}"
    looked = f"in {words.count(len(report.rows), 'function')} by {_heard(report)}"
    failing = {arns.unqualified(one.observation.function) for one in diagnosis.explanations if one.open}
    open_ends = []
    if failing:
        open_ends.append(
            f"{words.count(len(failing), 'function')} {'fails' if len(failing) == 1 else 'fail'} unexplained"
        )
    if diagnosis.skips:
        why = _unasked(diagnosis) if _is_quiet(diagnosis) else ""
        unlooked = sum(len(one.rules) for one in diagnosis.skips)
        open_ends.append(f"{words.count(unlooked, 'check')} could not look{why}")
    if diagnosis.crashes:
        open_ends.append(f"{words.count(len(diagnosis.crashes), 'check')} crashed")
    if not open_ends and report.not_seen:
        open_ends.append(f"{words.count(len(report.not_seen), 'kind')} of reads not made, none needed by these rules")
    return "; ".join((f"{found} {looked}", *open_ends))
