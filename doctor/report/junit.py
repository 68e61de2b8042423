"""The report as JUnit XML: a test case for each function and rule that spoke, one for each function without findings."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from doctor.model import arns
from doctor.model.report import Report


def render(report: Report) -> str:
    """One suite; findings are failures, checks that could not look are skipped, crashes are errors."""
    diagnosis = report.diagnosis
    suite = Element("testsuite", name="doctor", timestamp=diagnosis.taken_at.isoformat())
    spoken = set()
    for finding in diagnosis.findings:
        spoken.add(arns.unqualified(finding.affects[0] if finding.affects else finding.subject))
        case = SubElement(suite, "testcase", classname=finding.rule, name=arns.name(finding.subject))
        told = "\n".join(f"{one.field}: {one.value} ({one.source})" for one in finding.problem.evidence)
        failure = SubElement(case, "failure", type=finding.severity, message=finding.problem.message)
        failure.text = f"{finding.subject}\n{told}"
    unlooked = diagnosis.unlooked
    for rule, skip in unlooked:
        case = SubElement(suite, "testcase", classname=rule, name=arns.name(skip.subject) or "account")
        SubElement(case, "skipped", message=f"{skip.gap.call.name}: {skip.gap.reason} {skip.gap.error}".strip())
    for crash in diagnosis.crashes:
        case = SubElement(suite, "testcase", classname=crash.rule, name=arns.name(crash.subject) or "account")
        SubElement(case, "error", message=crash.error)
    for row in report.rows:
        if row.arn not in spoken:
            SubElement(suite, "testcase", classname="function", name=row.name)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(diagnosis.findings)))
    suite.set("errors", str(len(diagnosis.crashes)))
    suite.set("skipped", str(len(unlooked)))
    indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, encoding="unicode") + "\n"
