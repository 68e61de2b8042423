"""The report as Markdown, for a ticket or a job summary."""

import re
from collections.abc import Iterable, Iterator

from doctor.model.finding import Finding
from doctor.model.report import Report
from doctor.report import told
from doctor.report.lines import words
from doctor.report.lines.check import summary
from doctor.report.lines.spans import clean

_SIGNS = re.compile(r"[\\`*_\[\]|~$]")
"""What Markdown, as GitHub reads it, gives a meaning to within a line."""
_LONGEST = 1_000_000
"""Characters: GitHub drops the summary of a job whole when it has more than a mebibyte."""


def render(report: Report) -> str:
    """A table of findings, each with its evidence below, and what remains open."""
    return "\n".join(_cut(_lines(report))) + "\n"


def _lines(report: Report) -> Iterator[str]:
    diagnosis = report.diagnosis
    yield f"**{_text(summary(report))}**"
    yield from _list("Remarks", (f"**{_text(text)}**" for text in diagnosis.remarks))
    if diagnosis.findings:
        yield from ("", "| severity | resource | what is wrong | rule |", "|---|---|---|---|")
        for finding in diagnosis.findings:
            subject, rule = _code(words.resource(finding.subject)), _code(finding.rule)
            cells = (finding.severity, subject.replace("|", "\\|"), _text(finding.problem.message), rule)
            yield f"| {' | '.join(cells)} |"
        known = told.by_fingerprint(diagnosis)
        for finding in diagnosis.findings:
            yield from _finding(finding, told.around(finding, known))
    yield from _list(
        "Failures without a cause",
        (f"{_code(words.resource(arn))}: {_text(text)}" for arn, text in told.open_ends(diagnosis)),
    )
    waived, known_before = told.lived_with(diagnosis)
    reasons = (
        f"{_code(words.resource(one.finding.subject))} {_code(one.finding.rule)}: {_text(told.suppressed(one))}"
        for one in waived
    )
    yield from _list("Suppressed", (*reasons, *filter(None, (known_before,))))
    yield from _list(
        "Rules that failed",
        (f"{_code(one.rule)}: {_text(told.broken_text(one))}" for one in told.broken(diagnosis.crashes)),
    )
    yield from _list(
        "Rules that could not look",
        (f"{_text(told.unseen_text(one))}: {_text(_rules(one.rules))}" for one in told.unseen(diagnosis.skips)),
    )
    yield from _list("Reads not made", map(_text, report.not_seen))


def _list(title: str, texts: Iterable[str]) -> Iterator[str]:
    lines = [f"- {text}" for text in texts]
    if lines:
        yield from ("", f"{title}:", "", *lines)


def _rules(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else words.count(len(names), "rule")


def _finding(finding: Finding, around: Iterable[str]) -> Iterator[str]:
    title = f"{_html(finding.rule)} on {_html(words.resource(finding.subject))}"
    yield from ("", f"<details><summary>{title}</summary>", "")
    yield from (f"- {_text(text)}" for text in around)
    for one in finding.problem.evidence:
        at = f", {one.at:%Y-%m-%d %H:%M:%S} UTC" if one.at else ""
        where = f"{_code(words.resource(one.resource))}, {_text(one.source)}{at}"
        yield f"- {_text(one.field)}: {_code(words.value(one.value))} ({where})"
    for fix in finding.problem.fixes[:1]:
        yield f"- fix: {_text(fix.title)} ({fix.applicability})"
    yield from ("", "</details>")


def _cut(lines: Iterable[str]) -> Iterator[str]:
    """The lines as far as GitHub takes them; that there were more is said."""
    taken, left = 0, 0
    for line in lines:
        taken += len(line.encode()) + 1
        if taken < _LONGEST:
            yield line
        else:
            left += 1
    if left:
        yield from ("", f"**{words.count(left, 'line')} left out: more than GitHub takes; --format json has them all**")


def _plain(value: object) -> str:
    """On one line, without control characters."""
    return " ".join(clean(str(value)).split())


def _html(value: object) -> str:
    """Data that is neither a tag, nor the name of somebody who would be told."""
    text = _plain(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("@", "&#64;")


def _text(value: object) -> str:
    """Data that Markdown does not interpret: neither as a table, nor as a link, nor as HTML."""
    return _SIGNS.sub(r"\\\g<0>", _html(value))


def _code(value: object) -> str:
    """Data as it stands, in a span of code that ends where it ends."""
    text = _plain(value)
    runs = [len(run) for run in re.findall("`+", text)]
    fence = "`" * (max(runs, default=0) + 1)
    room = " " if text[:1] == "`" or text[-1:] == "`" or not text else ""
    return f"{fence}{room}{text}{room}{fence}"
