"""One live invocation of a function, with what it logged: only ever on the user's own word."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError
from msgspec.structs import replace

from doctor.aws.refusals import one_line
from doctor.aws.session import Aws, AwsError
from doctor.logs.invocations import LogEvent, invocations
from doctor.logs.symptoms import symptom
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.function import Function
from doctor.model.hiding import Hiding
from doctor.model.outcome import (
    Exited,
    HandlerFailed,
    InitFailed,
    LiveRun,
    Outcome,
    OutOfMemory,
    Scenario,
    Succeeded,
    TimedOut,
)
from doctor.model.telemetry import Invocation, SymptomKind

_PATIENCE = 930.0
"""Seconds to wait for the answer: the longest time-out there is, and what comes before and after it."""
_NOT_LOADED = (SymptomKind.IMPORT_FAILED, SymptomKind.HANDLER_MISSING, SymptomKind.INIT_FAILED)


def invoke(aws: Aws, function: Function, qualifier: str, scenario: Scenario, key: bytes) -> LiveRun:
    """Invoke a function once, synchronously, and read the end of its log (4 KB, which Lambda sends along).

    Args:
        aws: The account.
        function: The version that is expected to run; its limits are named where one was met.
        qualifier: The version or alias to call.
        scenario: The event.
        key: The key of redaction digests.

    Raises:
        AwsError: it was refused or throttled, or no answer came; then it may have run all the same.
    """
    named = {"FunctionName": arns.unqualified(function.arn), "Qualifier": qualifier}
    variables = aws.read(_call("GetFunctionConfiguration", named)).get("Environment", {}).get("Variables", {})
    call = _call("Invoke", {**named, "Payload": bytes(scenario.event), "LogType": "Tail"})
    answer = aws.patient(_PATIENCE).call(call)
    payload = _payload(call, answer.get("Payload", b""))
    hiding = Hiding(dict(variables), key)
    ran = _invocation(answer, payload, hiding)
    return LiveRun(
        scenario=hiding.scenario(scenario),
        outcome=hiding.outcome(_outcome(ran, payload, function)),
        invocation=ran,
    )


def _call(operation: str, parameters: dict[str, Any]) -> Call:
    return Call(service="lambda", operation=operation, parameters=parameters)


def _payload(call: Call, raw: Any) -> Any:
    """What the handler returned, as JSON; as text when it is none."""
    try:
        content: bytes = raw.read() if hasattr(raw, "read") else raw
    except BotoCoreError as error:
        raise AwsError(call, type(error).__name__, one_line(error), "failed", transient=True) from error
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def _invocation(answer: Mapping[str, Any], payload: Any, hiding: Hiding) -> Invocation:
    """The invocation as the end of its log tells it; where that is cut off, the answer says whether it failed."""
    now = datetime.now(UTC)
    tail = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
    found = invocations(LogEvent(at=now, stream="", message=hiding.text(line)) for line in tail.splitlines())
    ran = found[-1] if found else Invocation(request_id="", at=now)
    ran = replace(ran, version=str(answer.get("ExecutedVersion") or ran.version))
    if not answer.get("FunctionError") or ran.status != "success":
        return ran
    told = payload if isinstance(payload, dict) else {}
    return replace(
        ran,
        status="error",
        error_type=str(told.get("errorType") or answer["FunctionError"]),
        error_message=hiding.text(str(told.get("errorMessage") or "")),
    )


def _outcome(ran: Invocation, payload: Any, function: Function) -> Outcome:
    """How it ended, in the words that a local run has."""
    told: dict[str, Any] = {
        "duration": ran.duration or 0.0,
        "init_duration": ran.init_duration,
        "max_memory_used": ran.max_memory_used,
        "payload": payload,
        "log": ran.lines,
    }
    error: dict[str, Any] = {"error_type": ran.error_type, "error_message": ran.error_message}
    seen = symptom(ran)
    match None if seen is None else seen.kind:
        case None:
            return Succeeded(**told)
        case SymptomKind.TIMED_OUT:
            return TimedOut(**told, after=function.timeout)
        case SymptomKind.KILLED:
            return OutOfMemory(**told, limit=ran.memory_size or function.memory_size)
        case SymptomKind.EXITED:
            return Exited(**told, reason=ran.error_message, error_type=ran.error_type)
        case kind if kind in _NOT_LOADED:
            return InitFailed(**told, **error)
        case _:
            return HandlerFailed(**told, **error)
