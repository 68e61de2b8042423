"""What the tests of the gate share: a function's world in a few lines, and a handler's run in it."""

from collections.abc import Callable, Sequence
from typing import Any

from doctor.iam.http_requests import HttpRequest
from doctor.model.call import Call
from doctor.model.decision import Decision
from doctor.model.trace import Blocker, Destination, Symptom, Trace, Verdict
from doctor.sandbox.gate.views import Answer, Views

ACCOUNT = "123456789012"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/demo-role/demo"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:work"


def decision(result: str = "allowed", action: str = "sqs:SendMessage", resource: str = QUEUE, **facts: Any) -> Decision:
    blockers = facts.pop("blockers", ("identity",) if result == "denied" else ())
    return Decision(principal=SESSION, action=action, resource=resource, result=result, blockers=blockers, **facts)  # type: ignore[arg-type]


def trace(
    destination: Destination,
    verdict: Verdict = "reachable",
    symptom: Symptom = "none",
    code: str = "",
    detail: str = "",
) -> Trace:
    stops = "drop" if verdict == "unreachable" else "unknown"
    blocker = Blocker(component="sg-1", code=code, direction="egress", stage="forward", verdict=stops, detail=detail)  # type: ignore[arg-type]
    return Trace(
        source="demo",
        destination=destination,
        port=destination.port or 0,
        protocol="tcp",
        family="ipv4",
        verdict=verdict,
        symptom=symptom,
        blockers=() if verdict == "reachable" else (blocker,),
    )


def allowing(call: Call) -> Sequence[Decision]:
    return (decision(action=call.name),)


def echoing(host: str, request: HttpRequest) -> Answer:
    """An account whose every answer tells who was asked."""
    return Answer(200, {"Content-Type": "application/x-amz-json-1.0", "X-Host": host}, b'{"MessageId": "m-1"}')


def views(
    decide: Callable[[Call], Sequence[Decision]] = allowing,
    network: Callable[[Destination], Trace] = trace,
    answer: Callable[[str, HttpRequest], Answer] | None = echoing,
    *,
    known: bool = True,
) -> Views:
    return Views(ACCOUNT, decide, network, lambda _arn: known, answer=answer, nobody="there is none in this test")
