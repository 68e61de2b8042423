"""Answers to what the screens ask about the sample account."""

from datetime import timedelta

import msgspec

from doctor.model.answers import (
    Asked,
    Changed,
    Comparison,
    Happening,
    Incident,
    Pace,
    Permitting,
    Reaching,
    RegionCount,
    RuleRow,
)
from doctor.model.decision import Decision, LayerDecision, NearMiss, StatementMatch, StatementRef
from doctor.model.difference import Difference, Unread
from doctor.model.events import ApiCall
from doctor.model.finding import Severity
from doctor.model.report import RuleCard
from doctor.model.sourced import FoundEvent
from doctor.report.lines.work import Job
from tests.tui import samples
from tests.tui.samples import ACCOUNT, NOW, REGION, arn
from tests.unit.report import traces

EVENTS = (
    FoundEvent(kind="dead-letter", source="message 6f1b of the dead-letter queue", event=msgspec.Raw(b'{"report": 7}')),
    FoundEvent(kind="empty", source="an empty one", event=msgspec.Raw(b"{}")),
)
REACHING = Reaching(found=traces.SEVERAL, unread=traces.UNREAD)
_TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/reports"
_PRINCIPAL = f"arn:aws:sts::{ACCOUNT}:assumed-role/report-export/report-export"
_WRITE = StatementRef(layer="identity", policy="reports-inline", index=0, sid="WriteReports", effect="Allow")
_READ = StatementRef(layer="identity", policy="reports-inline", index=1, effect="Allow")
DENIED = Decision(
    principal=_PRINCIPAL,
    action="dynamodb:PutItem",
    resource=_TABLE,
    result="denied",
    layers=(
        LayerDecision(layer="identity", result="allowed", matches=(StatementMatch(statement=_WRITE),)),
        LayerDecision(layer="boundary", result="implicitly_denied"),
        LayerDecision(layer="scp", result="not_seen"),
    ),
    blockers=("boundary",),
    near_misses=(NearMiss(statement=_READ, element="Action", hint="it allows dynamodb:GetItem"),),
    assumptions=("no service control policy denies it: none could be read",),
)
ALLOWED = Decision(
    principal=_PRINCIPAL,
    action="dynamodb:GetItem",
    resource=_TABLE,
    result="allowed",
    layers=(LayerDecision(layer="identity", result="allowed", matches=(StatementMatch(statement=_READ),)),),
)
PERMITTING = Permitting(
    role=f"arn:aws:iam::{ACCOUNT}:role/report-export",
    asked=(
        Asked(decision=DENIED, refused=9, last=NOW - timedelta(minutes=11), places=("app.py:17",)),
        Asked(decision=ALLOWED, places=("app.py:12", "[bold]db.py[/]:3")),
    ),
    unseen=("its package was not read: the calls in its source are not known",),
)
NOTHING_ASKED = Permitting(role=PERMITTING.role)

_SLOW = samples.SLOW.findings[0]
INCIDENTS = (
    Incident(
        key="n1",
        title=samples.NETWORK.findings[0].problem.message,
        rule="nat-gateway-gone",
        severity=Severity.CRITICAL,
        subject=samples.NETWORK.findings[0].subject,
        findings=samples.NETWORK.findings[:1],
        follows=samples.NETWORK.findings[1:2],
        functions=(samples.ROWS[0], samples.ROWS[2]),
        failures={"payments-reconcile": 41},
        first=NOW - timedelta(hours=11),
        last=NOW - timedelta(minutes=2),
    ),
    Incident(
        key="f1",
        title=_SLOW.problem.message,
        rule=_SLOW.rule,
        severity=Severity.HIGH,
        subject=_SLOW.subject,
        findings=(_SLOW,),
        functions=(samples.ROWS[1],),
        failures={"report-export": 12},
        first=NOW - timedelta(hours=2),
        last=NOW - timedelta(minutes=4),
    ),
    Incident(key="unexplained raised", title="raised: ValueError", rule="", functions=(samples.ROWS[3],)),
)
REGIONS = (
    RegionCount(region="eu-west-1", functions=7),
    RegionCount(region="us-east-1", functions=1),
    RegionCount(region="eu-north-1"),
    RegionCount(region="af-south-1", error="lambda:GetAccountSettings: UnrecognizedClientException: not enabled"),
)
RULES = (
    RuleRow(
        card=samples.SLOW.rules[0],
        folder="timeout",
        covers=("timeout-too-low",),
        hit=("report-export",),
        passed=5,
        unseen=1,
    ),
    RuleRow(
        card=RuleCard(name="team-tag", severity=Severity.LOW, summary="A function says whose it is.", page="Whose."),
        folder="own",
        passed=6,
        crashed=("emails-send: KeyError: 'team'",),
    ),
)


def _difference(resource: str, field: str, before: object, after: object, **more) -> Difference:
    return Difference(resource=resource, kind="sample", field=field, before=before, after=after, **more)


_OBSERVATION = samples.SLOW.explanations[0].observation
COMPARISON = Comparison(
    function="report-export",
    before=NOW - timedelta(days=2),
    after=NOW,
    changed=(
        Changed(
            part="path",
            difference=_difference(
                arn("report-export"), "Timeout", 60, 3, by="deploy-role (Update)", at=NOW - timedelta(hours=41)
            ),
        ),
        Changed(part="near", difference=_difference(f"arn:aws:iam::{ACCOUNT}:role/report-export", "Path", None, "/")),
        Changed(part="other", difference=Difference(resource=arn("gone"), kind="sample", before={"a": 1})),
    ),
    line=(
        Happening(at=NOW - timedelta(days=2), kind="snapshot"),
        Happening(
            at=NOW - timedelta(hours=41),
            kind="change",
            text="UpdateFunctionConfiguration report-export",
            by="deploy-role",
            part="path",
        ),
        Happening(at=NOW - timedelta(hours=20), kind="change", text="PutRule nightly", by="somebody", part="other"),
        Happening(at=NOW - timedelta(hours=2), kind="onset", part="path", seen=_OBSERVATION),
        Happening(at=NOW, kind="now"),
    ),
    came=(_SLOW,),
    went=samples.NETWORK.findings[2:],
    stayed=1,
    paces=(Pace(p95=900.0, errors_per_hour=0.0), Pace(p95=30_000.0)),
    unread=(Unread(snapshot="OLD", resources=2, fields={"Package": 1}),),
)
CLOUDTRAIL_ONLY = Comparison(function="report-export", after=NOW, line=COMPARISON.line[1:])

CALLS = (
    ApiCall(at=NOW, name="lambda:ListFunctions", took=84.2),
    ApiCall(at=NOW, name="logs:FilterLogEvents", about="/aws/lambda/report-export", status="AccessDenied", took=35.1),
    ApiCall(at=NOW, name="lambda:UpdateFunctionConfiguration", about="report-export", took=120.0, write=True),
)
JOBS = (
    Job(verb="load", began=NOW, ended=NOW + timedelta(seconds=3.2)),
    Job(verb="reproduce", about="report-export", began=NOW, ended=NOW, error="Stopped."),
    Job(verb="rehearse", about="report-export", began=NOW),
)
