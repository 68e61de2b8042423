"""The report as GitHub workflow commands: an annotation for each finding."""

from doctor.model import arns
from doctor.model.finding import Severity
from doctor.model.report import Report
from doctor.report.lines.check import summary

_COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(report: Report) -> str:
    """One line each; the last one is the summary."""
    lines = [
        f"::{_COMMANDS[one.severity]} title={_property(f'{arns.name(one.subject)}: {one.rule}')}::{_data(one.problem.message)}"
        for one in report.diagnosis.findings
    ]
    lines += [f"::warning title=doctor::{_data(remark)}" for remark in report.diagnosis.remarks]
    lines += [
        f"::warning title={_property(rule)}::could not look at {_data(arns.name(one.subject))}: {_data(one.gap.call.name)}"
        for rule, one in report.diagnosis.unlooked
    ]
    return "\n".join((*lines, summary(report))) + "\n"


def _data(text: str) -> str:
    """Escaped as a workflow command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as a workflow command's property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
