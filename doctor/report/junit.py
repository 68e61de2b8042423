"""The report as JUnit XML: a test case for each finding, one for each function without any, and one for whatever else was said.

A finding below ``--fail-on`` is a case that passes and tells it: a build that the exit code lets pass is not failed here.
"""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from doctor.model import arns
from doctor.model.finding import Finding, Severity
from doctor.model.report import Report
from doctor.report import told
from doctor.report.lines import words
from doctor.report.lines.check import summary

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What a text in XML 1.0 cannot hold, escaped or not."""


def render(report: Report) -> str:
    """One suite; what fails the check is a failure, what was not seen is skipped, a crashed rule is an error."""
    diagnosis = report.diagnosis
    suite = _suite(report)
    least = report.fail_on or Severity.INFO
    known = told.by_fingerprint(diagnosis)
    for finding in diagnosis.findings:
        case = _case(suite, finding.rule, words.resource(finding.subject))
        text = _text([finding.subject, *told.details(finding, known)])
        if finding.severity.rank <= least.rank:
            _say(case, "failure", finding.problem.message, text, finding.severity)
        else:
            SubElement(case, "system-out").text = _text([f"{finding.severity}: {finding.problem.message}", text])
    for one in diagnosis.suppressed:
        case = _case(suite, one.finding.rule, words.resource(one.finding.subject))
        text = f"suppressed by {one.by}: {told.suppressed(one)}: {one.finding.problem.message}"
        _say(case, "skipped", text)
    for crash in told.broken(diagnosis.crashes):
        _say(_case(suite, crash.rule, "the rule itself"), "error", told.broken_text(crash), kind="crash")
    for unseen in told.unseen(diagnosis.skips):
        text = f"could not look: {', '.join(unseen.rules)}"
        _say(_case(suite, "not seen", told.unseen_text(unseen)), "skipped", text)
    for remark in diagnosis.remarks:
        _say(_case(suite, "remark", remark), "skipped", remark)
    _functions(suite, report)
    _close(suite, [summary(report), *diagnosis.remarks], [f"read not made: {text}" for text in report.not_seen])
    indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


def _suite(report: Report) -> Element:
    """With the attributes that readers of JUnit insist on; doctor takes no times, and tells no machine's name."""
    when = f"{report.diagnosis.taken_at:%Y-%m-%dT%H:%M:%S}"
    suite = Element("testsuite", name="doctor", timestamp=when, hostname="localhost", time="0")
    properties = SubElement(suite, "properties")
    for name, value in (("doctor", report.doctor), ("account", report.scope.account), ("region", report.scope.region)):
        SubElement(properties, "property", name=name, value=_clean(value))
    return suite


def _functions(suite: Element, report: Report) -> None:
    """A case for each function of which no finding speaks: it passes only where all rules looked and nothing failed."""
    findings: Iterable[Finding] = report.diagnosis.findings
    spoken = {arns.unqualified(arn) for one in findings for arn in (*one.affects, one.subject)}
    open_ends: dict[str, list[str]] = {}
    for arn, text in told.open_ends(report.diagnosis):
        open_ends.setdefault(arns.unqualified(arn), []).append(text)
    for row in report.rows:
        failing = open_ends.get(row.arn, [])
        if failing:
            for text in failing:
                _say(_case(suite, "function", row.name), "skipped", text)
        elif row.arn not in spoken:
            case = _case(suite, "function", row.name)
            if row.health != "ok":
                _say(case, "skipped", row.why)


def _case(suite: Element, classname: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_clean(classname), name=_clean(name) or "account", time="0")


def _say(case: Element, outcome: str, message: str, text: str = "", kind: str = "") -> None:
    """How a case ended other than well; ``kind`` is what JUnit calls its type."""
    said = SubElement(case, outcome, {"type": str(kind)} if kind else {}, message=_clean(message))
    said.text = text or None


def _close(suite: Element, out: Iterable[str], loud: Iterable[str]) -> None:
    """The counts, which are the suite's attributes, and what is said of the whole."""
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    for kind, texts in (("system-out", out), ("system-err", loud)):
        text = _text(texts)
        if text:
            SubElement(suite, kind).text = text


def _text(lines: Iterable[str]) -> str:
    return _clean("\n".join(lines))


def _clean(text: str) -> str:
    return _NO_XML.sub("?", text)
