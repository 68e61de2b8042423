"""The report as SARIF 2.1.0, for code scanning. Resources are logical locations; there is no source line to point at."""

import json
from typing import Any

from doctor.model import arns
from doctor.model.finding import Finding, Severity
from doctor.model.report import Report

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
    rules = [card.name for card in report.rules]
    results = [_result(finding, rules) for finding in report.diagnosis.findings]
    for one in report.diagnosis.suppressed:
        reason = {"kind": "external", "justification": one.reason}
        results.append({**_result(one.finding, rules), "suppressions": [reason]})
    run = {
        "tool": {"driver": _driver(report)},
        "invocations": [
            {"executionSuccessful": not report.diagnosis.crashes, "toolExecutionNotifications": _said(report)}
        ],
        "results": results,
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


def _result(finding: Finding, rules: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{arns.name(finding.subject)}: {finding.problem.message}"},
        "locations": [_location(finding.subject)],
        "relatedLocations": [_location(arn) for arn in finding.affects if arn != finding.subject],
        "partialFingerprints": {"doctor/v1": finding.fingerprint},
        "properties": {"confidence": str(finding.problem.confidence)},
    }
    if finding.rule in rules:
        result["ruleIndex"] = rules.index(finding.rule)
    return result


def _location(arn: str) -> dict[str, Any]:
    """A resource. Code scanning drops results without a physical location, so a path that names the resource stands in."""
    path = "/".join(("aws", arns.service(arn), arns.region(arn) or "global", arns.name(arn))) if arn else "aws"
    return {
        "physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": 1}},
        "logicalLocations": [{"fullyQualifiedName": arn, "kind": "resource"}],
    }


def _said(report: Report) -> list[dict[str, Any]]:
    """What could not be looked at, and what crashed."""
    skips = [
        {
            "level": "warning",
            "message": {"text": f"{rule} could not look at {one.subject}: {one.gap.call.name}: {one.gap.reason}"},
        }
        for rule, one in report.diagnosis.unlooked
    ]
    crashes = [
        {"level": "error", "message": {"text": f"{one.rule} crashed on {one.subject}: {one.error}"}}
        for one in report.diagnosis.crashes
    ]
    remarks = [{"level": "warning", "message": {"text": one}} for one in report.diagnosis.remarks]
    return [*skips, *crashes, *remarks]
