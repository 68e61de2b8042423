"""Runs, rehearsals and receipts of the sample account."""

from datetime import timedelta

import msgspec

from doctor.model.events import Event, Gauge, Line, Phase, Progress
from doctor.model.outcome import Enforced, LocalRun, Reproduction, Scenario, Succeeded, TimedOut
from doctor.model.plan import Applied, Plan, Proved, Receipt, Unproved, Verification
from doctor.model.telemetry import LogLine
from tests.tui.samples import ACCOUNT, NOW, REGION, SLOW, arn

FINDING = SLOW.findings[0]
_SCENARIO = Scenario(
    function=arn("report-export"), event=msgspec.Raw(b'{"report": 7}'), source="event of the failing invocation"
)
_ENFORCED = (
    Enforced(dimension="timeout", by="wall clock"),
    Enforced(dimension="memory", by="cgroup"),
    Enforced(dimension="network", by="", note="no namespaces here: connections were let through"),
)


def _log(*lines: tuple[float, str]) -> tuple[LogLine, ...]:
    return tuple(LogLine(at=NOW + timedelta(seconds=after), message=text) for after, text in lines)


TIMED_OUT = LocalRun(
    scenario=_SCENARIO,
    outcome=TimedOut(
        duration=3000.0,
        init_duration=212.0,
        max_memory_used=97,
        after=3.0,
        log=_log(
            (0.2, "START RequestId: 0001 Version: $LATEST"),
            (0.3, "[INFO] page 1 of 4"),
            (3.2, "Task timed out after 3.00 seconds"),
        ),
    ),
    stopped_in="in fetch, from handler app.py:12",
    enforced=_ENFORCED,
    assumptions=("dynamodb:Query on table/reports was let through: its data is not here",),
)
WENT_THROUGH = LocalRun(
    scenario=_SCENARIO,
    outcome=Succeeded(duration=4180.0, init_duration=208.0, max_memory_used=98, payload={"pages": 4}),
    enforced=_ENFORCED,
)
REPRODUCED = Reproduction(
    verdict="reproduced",
    why="the local run timed out after 3 s, as the invocation in the cloud did",
    expected="timed_out",
    cloud="6f1b2c3d-0000",
    run=TIMED_OUT,
    at=NOW,
)
_PLAN = Plan(
    finding=FINDING,
    fix=FINDING.problem.fixes[0],
    steps=FINDING.problem.fixes[0].steps,
    touches=FINDING.problem.fixes[0].steps[0].expects_before,
    notes=("the alias live keeps version 7 until it is moved",),
)
PROVED = Proved(
    plan=_PLAN,
    account=ACCOUNT,
    region=REGION,
    code_sha256="a81fZm9v",
    before=REPRODUCED,
    after=WENT_THROUGH,
    checks=("the finding is gone in the model", "no other function gets a new finding"),
)
UNPROVED = Unproved(
    plan=_PLAN, account=ACCOUNT, region=REGION, reasons=("the local run still timed out after 9 s",), before=REPRODUCED
)
_STEP = _PLAN.steps[0]
RECEIPT = Receipt(
    id="0007",
    at=NOW,
    account=ACCOUNT,
    region=REGION,
    function=arn("report-export"),
    finding=FINDING.rule,
    fingerprint=FINDING.fingerprint,
    title=FINDING.problem.fixes[0].title,
    state="applied",
    steps=(Applied(step="timeout", state="done", call=_STEP.call, undo=_STEP.undo),),
)
UNDONE = msgspec.structs.replace(
    RECEIPT, state="undone", steps=(msgspec.structs.replace(RECEIPT.steps[0], state="undone"),)
)
SENDING = (
    Line(text="nothing changed since the proof (2 values compared)", role="ok"),
    Line(text="timeout: lambda:UpdateFunctionConfiguration"),
)
UNDONE_BEFORE = msgspec.structs.replace(UNDONE, id="0006", at=NOW - timedelta(days=1))
STOPPED = msgspec.structs.replace(
    RECEIPT,
    state="stopped",
    steps=(
        msgspec.structs.replace(
            RECEIPT.steps[0],
            state="failed",
            error="AccessDeniedException: not authorized to perform lambda:UpdateFunctionConfiguration",
        ),
    ),
)
VERIFICATION = Verification(
    receipt="0007",
    settings_read_back=True,
    finding_gone=True,
    confirmed=False,
    lines=("Timeout read back: 9", "no invocation since the change: invoke the function to confirm"),
)
EVENTS: tuple[Event, ...] = (
    Progress(what="preparing the sandbox"),
    Phase(name="init", state="done", duration=212.0),
    Phase(name="invoke", state="running"),
    Gauge(memory=61, memory_limit=256, elapsed=1100.0, time_limit=3000.0),
    Line(text="[INFO] page 1 of 4", at=NOW),
    Line(text="[/bold] \x1b[31mnot markup", at=NOW),
    Gauge(memory=97, memory_limit=256, elapsed=3000.0, time_limit=3000.0),
    Phase(name="invoke", state="done", duration=3000.0),
)
