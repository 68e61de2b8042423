"""The report as SARIF 2.1.0, for code scanning. Resources are logical locations; there is no source line to point at."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from doctor.model import arns
from doctor.model.finding import Finding, Severity
from doctor.model.report import Report
from doctor.report import told
from doctor.report.lines import words
from doctor.report.lines.check import summary

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "1.0",
}
"""GitHub ranks by this property, from 0 to 10."""


def render(report: Report) -> str:
    """One run; findings that a team lives with are results with a suppression."""
    diagnosis = report.diagnosis
    rules = {card.name: place for place, card in enumerate(report.rules)}
    known = told.by_fingerprint(diagnosis)
    results = [_result(finding, rules, known) for finding in diagnosis.findings]
    for one in diagnosis.suppressed:
        reason = {"kind": "external", "status": "accepted", "justification": told.suppressed(one)}
        results.append({**_result(one.finding, rules, known), "suppressions": [reason]})
    run = {
        "tool": {"driver": _driver(report)},
        "invocations": [
            {"executionSuccessful": not diagnosis.crashes, "toolExecutionNotifications": list(_said(report))}
        ],
        "results": results,
        "properties": {"account": report.scope.account, "region": report.scope.region, "summary": summary(report)},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(report: Report) -> dict[str, Any]:
    return {
        "name": "doctor",
        "version": report.doctor,
        "rules": [
            {
                "id": card.name,
                "shortDescription": {"text": card.summary},
                "help": {"text": card.page, "markdown": card.page},
                "defaultConfiguration": {"level": _LEVELS[card.severity]},
                "properties": {"security-severity": _SCORES[card.severity]},
            }
            for card in report.rules
        ],
    }


def _result(finding: Finding, rules: Mapping[str, int], known: Mapping[str, Finding]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": _text("\n".join((_message(finding), *told.details(finding, known)))),
        "locations": [_location(finding.subject)],
        "relatedLocations": [_location(arn) for arn in finding.affects if arn != finding.subject],
        "partialFingerprints": {"doctor/v1": finding.fingerprint},
        "properties": {"confidence": str(finding.problem.confidence), "causes": list(finding.causes)},
    }
    if finding.rule in rules:
        result["ruleIndex"] = rules[finding.rule]
    return result


def _message(finding: Finding) -> str:
    return f"{words.resource(finding.subject)}: {finding.problem.message}"


def _location(arn: str) -> dict[str, Any]:
    """A resource. Code scanning drops results without a physical location, so a path that names the resource stands in."""
    parts = ("aws", arns.service(arn), arns.region(arn) or "global", arns.name(arn)) if arn else ("aws",)
    path = "/".join(quote(part, safe="") for part in parts)
    return {
        "physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": 1}},
        "logicalLocations": [{"fullyQualifiedName": arn, "kind": "resource"}],
    }


def _said(report: Report) -> Iterator[dict[str, Any]]:
    """What crashed, what could not be looked at, what fails for no known reason, and what must be known beside."""
    diagnosis = report.diagnosis
    for crash in told.broken(diagnosis.crashes):
        yield _notification("error", f"{crash.rule} crashed: {told.broken_text(crash)}", crash.rule)
    for remark in diagnosis.remarks:
        yield _notification("warning", remark)
    for arn, text in told.open_ends(diagnosis):
        yield _notification("warning", f"{words.resource(arn)}: {text}")
    for unseen in told.unseen(diagnosis.skips):
        level = "note" if unseen.gap.on_purpose else "warning"
        yield _notification(level, f"{told.unseen_text(unseen)}: {', '.join(unseen.rules)} could not look")
    for text in report.not_seen:
        yield _notification("note", f"read not made: {text}")


def _notification(level: str, text: str, rule: str = "") -> dict[str, Any]:
    about = {"associatedRule": {"id": rule}} if rule else {}
    return {"level": level, "message": _text(text), **about}


def _text(text: str) -> dict[str, str]:
    """A message in which data cannot be a link: the standard gives ``[text](target)`` that meaning."""
    return {"text": text.replace("](", "] (")}
