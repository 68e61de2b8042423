"""The report as Markdown, for a ticket or a job summary."""

from collections.abc import Iterator

from doctor.model import arns
from doctor.model.finding import Finding
from doctor.model.report import Report
from doctor.report.lines.check import summary


def render(report: Report) -> str:
    """A table of findings, each with its evidence below, and what remains open."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    diagnosis = report.diagnosis
    yield f"**{_text(summary(report))}**"
    if diagnosis.findings:
        yield from ("", "| severity | resource | what is wrong | rule |", "|---|---|---|---|")
        for finding in diagnosis.findings:
            cells = (finding.severity, f"`{arns.name(finding.subject)}`", finding.problem.message, finding.rule)
            yield f"| {' | '.join(_text(cell) for cell in cells)} |"
        for finding in diagnosis.findings:
            yield from _evidence(finding)
    unexplained = [one.observation for one in diagnosis.explanations if one.open]
    if unexplained:
        yield from ("", "Seen to fail, not explained by any rule yet:", "")
        for seen in unexplained:
            detail = f" ({_text(seen.symptom.detail)})" if seen.symptom.detail else ""
            yield f"- `{arns.name(seen.function)}`: {seen.symptom.kind.replace('_', ' ')}{detail}, {seen.count} times"
    if diagnosis.suppressed:
        yield from ("", "Suppressed:", "")
        for one in diagnosis.suppressed:
            until = f" until {one.expires}" if one.expires else ""
            yield f"- `{arns.name(one.finding.subject)}` {one.finding.rule}: {_text(one.reason)}{until}"
    for title, texts in (("Remarks", diagnosis.remarks), ("Not seen", report.not_seen)):
        if texts:
            yield from ("", f"{title}:", "")
            yield from (f"- {_text(text)}" for text in texts)


def _evidence(finding: Finding) -> Iterator[str]:
    yield from ("", f"<details><summary>{_text(finding.rule)} on {_text(arns.name(finding.subject))}</summary>", "")
    for one in finding.problem.evidence:
        yield f"- {_text(one.field)}: `{_text(one.value)}` ({one.source})"
    for fix in finding.problem.fixes[:1]:
        yield f"- fix: {_text(fix.title)} ({fix.applicability}): `doctor fix {arns.name(finding.subject)}`"
    yield from ("", "</details>")


def _text(value: object) -> str:
    """Data on one line that Markdown does not interpret as a table or as HTML."""
    plain = " ".join(str(value).split())
    return plain.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
