"""A run in which the gate saw one of everything."""

import msgspec

from doctor.model.decision import Decision, LayerDecision, StatementMatch, StatementRef
from doctor.model.events import Gated, Line
from doctor.model.gate import Connection, GatedCall
from doctor.model.outcome import Enforced, HandlerFailed, LocalRun, Reproduction, Scenario
from tests.tui.samples import ACCOUNT, NOW, REGION, arn

_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/report-role/report-export"
_QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:reports"


def _decision(
    action: str, resource: str, result: str, statement: StatementRef | None = None, **more: object
) -> Decision:
    matches = (StatementMatch(statement=statement),) if statement else ()
    layer = LayerDecision(layer=statement.layer if statement else "identity", result="depends", matches=matches)
    return Decision(principal=_SESSION, action=action, resource=resource, result=result, layers=(layer,), **more)  # type: ignore[arg-type]


_ALLOW = StatementRef(layer="identity", policy="send-reports", index=0, effect="Allow")
_DENY = StatementRef(
    layer="boundary", policy=f"arn:aws:iam::{ACCOUNT}:policy/bound", index=1, sid="Only", effect="Deny"
)
_CALLS = (
    GatedCall(
        call="sqs:SendMessage",
        region=REGION,
        resources=(_QUEUE,),
        decisions=(_decision("sqs:SendMessage", _QUEUE, "allowed", _ALLOW),),
        verdict="allowed",
        answered="embedded",
        status=200,
        times=3,
    ),
    GatedCall(
        call="sqs:DeleteMessage",
        resources=(_QUEUE,),
        decisions=(_decision("sqs:DeleteMessage", _QUEUE, "denied", _DENY, explicit=True, blockers=("boundary",)),),
        verdict="denied",
        answered="denied",
        status=400,
        error="AccessDenied",
    ),
    GatedCall(
        call="s3:PutObject",
        resources=("arn:aws:s3:::reports/7.pdf",),
        decisions=(
            _decision(
                "s3:PutObject",
                "arn:aws:s3:::reports/7.pdf",
                "denied",
                blockers=("identity",),
                assumptions=("AWS denied the same request in 0001; what was not read did not allow it then",),
            ),
        ),
        verdict="denied",
        answered="denied",
        status=403,
        error="AccessDenied",
    ),
    GatedCall(
        call="kms:Decrypt",
        resources=("*",),
        decisions=(_decision("kms:Decrypt", "*", "depends", blockers=("resource",)),),
        verdict="depends",
        answered="nobody",
        status=501,
        error="NotImplemented",
    ),
)
_CONNECTIONS = (
    Connection(host="sqs.eu-west-1.amazonaws.com", port=443, way="open"),
    Connection(
        host="10.0.3.7", port=5432, way="dropped", why="sg-1 lets nothing out to it", components=("sg-1",), attempts=2
    ),
    Connection(host="cache.internal", port=6379, way="refused", why="it listens on 6380"),
    Connection(host="db.shop.internal", port=0, way="dropped", protocol="dns", why="nothing has that name"),
    Connection(host="api.example.com", port=443, way="open", answered=False, why="doctor connects to nothing outside"),
)
MADE = Reproduction(
    verdict="reproduced",
    why="sqs:DeleteMessage was denied here too, by a Deny of the boundary (policies: doctor.iam)",
    expected="handler_failed",
    cloud="6f1b2c3d-0000",
    run=LocalRun(
        scenario=Scenario(
            function=arn("report-export"),
            event=msgspec.Raw(b"{}"),
            source="recorded with the incident",
            subnet="subnet-2",
        ),
        outcome=HandlerFailed(duration=41.0, error_type="ClientError", error_message="no", max_memory_used=61),
        enforced=(
            Enforced(dimension="network", by="namespace", note="every connection ends at doctor's gate"),
            Enforced(dimension="policies", by="doctor.iam"),
        ),
        assumptions=("api.example.com:443 was not answered",),
        presumptions=("no service control policy denies it: none could be read",),
        calls=_CALLS,
        connections=_CONNECTIONS,
    ),
)
MET = (
    Gated(at=NOW, call=_CALLS[0]),
    Gated(at=NOW, call=_CALLS[1]),
    Gated(at=NOW, connection=_CONNECTIONS[1]),
    Line(
        text="still waiting 2 s for 10.0.3.7:5432 in create_connection, from get_secret app.py:31",
        role="warning",
        at=NOW,
    ),
)
