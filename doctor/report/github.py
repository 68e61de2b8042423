"""The report as GitHub workflow commands: an annotation for each finding, and for whatever else must be known.

GitHub shows ten errors, ten warnings and ten notices of a step: the worst come first, and what failed alike is one line.
"""

from collections.abc import Iterable, Iterator

from doctor.model.finding import Severity
from doctor.model.report import Report
from doctor.report import told
from doctor.report.lines import words
from doctor.report.lines.check import summary
from doctor.report.lines.spans import clean

_COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(report: Report) -> str:
    """One line each; the last one is the summary."""
    return "\n".join((*_lines(report), clean(summary(report)))) + "\n"


def _lines(report: Report) -> Iterator[str]:
    diagnosis = report.diagnosis
    known = told.by_fingerprint(diagnosis)
    for remark in diagnosis.remarks:
        yield _command("warning", "doctor", [remark])
    for crash in told.broken(diagnosis.crashes):
        yield _command("error", f"the rule {crash.rule} failed", [told.broken_text(crash)])
    for finding in diagnosis.findings:
        title = f"{words.resource(finding.subject)}: {finding.rule}"
        yield _command(_COMMANDS[finding.severity], title, (finding.problem.message, *told.details(finding, known)))
    for arn, text in told.open_ends(diagnosis):
        yield _command("warning", words.resource(arn), [text])
    for unseen in told.unseen(diagnosis.skips):
        level = "notice" if unseen.gap.on_purpose else "warning"
        rules = unseen.rules[0] if len(unseen.rules) == 1 else words.count(len(unseen.rules), "rule")
        yield _command(level, f"{rules} could not look", [told.unseen_text(unseen)])
    waived, known_before = told.lived_with(diagnosis)
    for one in waived:
        title = f"{words.resource(one.finding.subject)}: {one.finding.rule} is suppressed"
        yield _command("notice", title, [f"{told.suppressed(one)}: {one.finding.problem.message}"])
    if known_before:
        yield _command("notice", "suppressed", [known_before])
    if report.not_seen:
        yield _command("notice", "reads not made", report.not_seen)


def _command(level: str, title: str, lines: Iterable[str]) -> str:
    return f"::{level} title={_property(title)}::{_data(lines)}"


def _escaped(text: str) -> str:
    """On one line, whatever is in it: no other command can begin inside."""
    return clean(text).replace("%", "%25")


def _data(lines: Iterable[str]) -> str:
    """Lines as a workflow command's message."""
    return "%0A".join(map(_escaped, lines))


def _property(text: str) -> str:
    """Escaped as a workflow command's property."""
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
