"""One report with everything that a report can have, all of its data hostile to whatever format tells it."""

from datetime import UTC, date, datetime

from doctor.model.call import Call, Gap
from doctor.model.finding import (
    Confidence,
    Crash,
    Diagnosis,
    Evidence,
    Explanation,
    Finding,
    Fix,
    Problem,
    Severity,
    Skip,
    Suppressed,
)
from doctor.model.identity import AttachedPolicy
from doctor.model.report import FunctionRow, Report, RuleCard
from doctor.model.snapshot import Scope
from doctor.model.telemetry import Observation, Symptom, SymptomKind

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
BAD = "a|b `c` <b>d</b> %0A::error::e\nf,g [h](http://i) @j \x1b[31m\x00 ]]>&amp;"
"""Text as a log may bring it."""


def arn(name: str) -> str:
    return f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"


def _finding(name: str, subject: str, severity: Severity, message: str, *causes: str) -> Finding:
    policies = (AttachedPolicy(policy_name="read", policy_arn="arn:aws:iam::aws:policy/read"),)
    cited = (
        Evidence(resource=subject, field="AttachedManagedPolicies", value=policies, source="iam:GetRole"),
        Evidence(resource=subject, field="last line", value=BAD, source="logs:FilterLogEvents", at=NOW),
    )
    fixes = (Fix(title="open the route"),)
    return Finding(
        rule=name,
        severity=severity,
        subject=subject,
        affects=tuple(arn(f"hit-{number}") for number in range(7)) if name == "no-way-out" else (subject,),
        problem=Problem(message=message, evidence=cited, fixes=fixes, confidence=Confidence.LIKELY),
        fingerprint=f"of-{name}",
        causes=causes,
    )


ROOT = _finding("no-way-out", "arn:aws:ec2:eu-west-1:123456789012:route-table/rtb-1", Severity.CRITICAL, "no route")
SYMPTOM = _finding("slow-call", arn("pay"), Severity.HIGH, BAD, ROOT.fingerprint)
MINOR = _finding("old-runtime", arn("old"), Severity.LOW, "a runtime that ends")
LIVED_WITH = _finding("no-alarm", arn("quiet"), Severity.HIGH, "nobody is told")
UNSEEN = Gap(
    reason="denied", call=Call(service="logs", operation="FilterLogEvents"), resource=arn("dark"), error="not allowed"
)
SKIPS = (Skip(rules=("out-of-memory", "tmp-full"), severity=Severity.HIGH, subject=arn("dark"), gap=UNSEEN),)
CRASHES = tuple(
    Crash(rule="broken-rule", subject=arn(name), error="KeyError: 'x' (mine/broken_rule.py:12)")
    for name in ("pay", "old", "dark")
)
FAILING = Explanation(
    observation=Observation(
        symptom=Symptom(kind=SymptomKind.RAISED, detail="ValueError"),
        function=arn("riddle"),
        count=3,
        first=NOW,
        last=NOW,
        example="r",
    )
)
EXPIRED = "the suppression of no-way-out on * expired on 2026-11-01: until the move"
STALE = "2 entries of the baseline are no longer found: write it again"
OLD = "the snapshot is of 2026-11-23 10:42 UTC: older than 1d"
UNREAD = "ec2:DescribeVpnGateways: not asked for"


def report() -> Report:
    """The report."""
    rows = [
        FunctionRow(arn=arn("pay"), name="pay", health="critical", why="no route", findings=1),
        FunctionRow(arn=arn("riddle"), name="riddle", health="unexplained", why="raised 3 times"),
        FunctionRow(arn=arn("dark"), name="dark", health="partial", why="2 of 9 rules could not look"),
        FunctionRow(arn=arn("well"), name="well", health="ok", why="9 rules found nothing"),
    ]
    return Report(
        doctor="1.2.3",
        scope=Scope(account="123456789012", region="eu-west-1"),
        fail_on=Severity.HIGH,
        diagnosis=Diagnosis(
            taken_at=NOW,
            functions=tuple(row.arn for row in rows),
            rules=("no-way-out", "slow-call", "old-runtime"),
            findings=(ROOT, SYMPTOM, MINOR),
            explanations=(FAILING,),
            skips=SKIPS,
            crashes=CRASHES,
            suppressed=(
                Suppressed(finding=LIVED_WITH, by="configuration", reason="a team of one", expires=date(2027, 3, 1)),
            ),
            remarks=(EXPIRED, STALE, OLD),
        ),
        rules=(RuleCard(name="no-way-out", severity=Severity.CRITICAL, summary="No way out.", page="No way out."),),
        rows=tuple(rows),
        not_seen=(UNREAD,),
    )
