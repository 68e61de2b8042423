"""How an invocation ends: what its caller gets, and how the platform counts it."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

from msgspec.structs import replace

from doctor.model.outcome import Exited, HandlerFailed, InitFailed, Outcome, OutOfMemory, Succeeded, TimedOut
from doctor.model.record import Record
from doctor.model.telemetry import LogLine
from doctor.sandbox import texts
from doctor.sandbox.records import Figures, Status
from doctor.sandbox.runtime_api import Answer, Fault

Kind = Literal["succeeded", "handler_failed", "init_failed", "timed_out", "out_of_memory", "exited"]


_TOO_LARGE = "Function.ResponseSizeTooLarge"
_PROCESS_ENDED = ("Runtime.ExitError", "Runtime.OutOfMemory")


class Ending(Record):
    """The end of one invocation, or of an initialisation that failed."""

    kind: Kind
    status: Status
    payload: bytes
    error_type: str = ""
    """As the platform counts it: ``Runtime.ExitError``; empty where it counts none."""
    reason: str = ""
    """How the process ended: ``exit status 1``."""
    seconds: float = 0
    """Of a timeout."""

    @property
    def detail(self) -> str:
        """The sentence about a process that ended; empty when it did not."""
        return texts.exit_message(self.reason) if self.error_type in _PROCESS_ENDED else ""

    @property
    def resets(self) -> bool:
        """The runtime process is gone, or is to be ended: the next invocation initialises again."""
        return self.status in ("failure", "timeout") or self.error_type == _TOO_LARGE


def answered(answer: Answer) -> Ending:
    """The runtime posted a response, whole or broken off."""
    if answer.too_large:
        payload = texts.too_large(answer.too_large)
        return Ending(kind="handler_failed", status="error", payload=payload, error_type=_TOO_LARGE)
    if answer.fault_type:
        return Ending(kind="handler_failed", status="error", payload=answer.body, error_type=answer.fault_type)
    return Ending(kind="succeeded", status="success", payload=answer.body)


def failed(fault: Fault) -> Ending:
    """The runtime posted an error of the handler."""
    return Ending(kind="handler_failed", status="error", payload=fault.body, error_type=fault.error_type)


def after_init_fault(fault: Fault) -> Ending:
    """The runtime posted an error of initialisation."""
    return Ending(kind="init_failed", status="failure", payload=fault.body, error_type=fault.error_type)


def after_exit(request_id: str, code: int, *, oom: bool, said: bytes = b"", raised: bool = False) -> Ending:
    """The runtime process ended before it asked for the next event.

    Args:
        request_id: Of the invocation; empty while initialising before the first one.
        code: Python's exit code: negative for a signal.
        oom: Whether it was killed for memory.
        said: What it had posted before; its caller got that.
        raised: Whether that was an error: Node.js posts one and ends when nothing caught it.
    """
    reason = texts.exit_reason(code)
    kind: Kind = "handler_failed" if raised else "exited"
    return Ending(
        kind="out_of_memory" if oom else kind,
        status="failure",
        payload=said or texts.exited(request_id, reason),
        error_type="Runtime.OutOfMemory" if oom else "Runtime.ExitError",
        reason=reason,
    )


def without_entrypoint(request_id: str, program: str, error: str) -> Ending:
    """The runtime process could not be started."""
    payload = texts.no_entrypoint(request_id, program, error)
    return Ending(
        kind="exited", status="failure", payload=payload, error_type="Runtime.InvalidEntrypoint", reason=error
    )


def not_restored() -> Ending:
    """Restoring from the snapshot, the function's own hooks included, took too long."""
    payload = texts.not_restored()
    return Ending(kind="init_failed", status="timeout", payload=payload, error_type="SnapStartTimeoutException")


def extension_failed(request_id: str, error_type: str, words: str) -> Ending:
    """An extension ended, or said that it cannot go on: that is fatal for the environment."""
    payload = texts.extension_failed(request_id, error_type, words)
    return Ending(kind="exited", status="failure", payload=payload, error_type=error_type, reason=words)


def timed_out(request_id: str, seconds: float, style: texts.Style) -> Ending:
    """The invocation ran into its timeout."""
    payload = texts.timed_out(request_id, seconds, style)
    return Ending(kind="timed_out", status="timeout", payload=payload, error_type="Sandbox.Timedout", seconds=seconds)


def as_on_lambda(ending: Ending, told: Callable[[str], str]) -> Ending:
    """The same, its payload as ``told`` tells it."""
    payload = ending.payload.decode(errors="surrogateescape")
    said = told(payload)
    return ending if said == payload else replace(ending, payload=said.encode(errors="surrogateescape"))


def outcome(ending: Ending, figures: Figures, log: tuple[LogLine, ...]) -> Outcome:
    """Say it as doctor's other rooms know it."""
    payload = _decoded(ending.payload)
    ran: dict[str, Any] = {
        "duration": figures.duration,
        "init_duration": figures.init_duration,
        "max_memory_used": figures.max_memory_used,
        "payload": payload,
        "log": log,
    }
    error = payload if isinstance(payload, dict) else {}
    words: dict[str, Any] = {
        "error_type": str(error.get("errorType") or ending.error_type),
        "error_message": str(error.get("errorMessage") or ""),
    }
    match ending.kind:
        case "succeeded":
            return Succeeded(**ran)
        case "handler_failed":
            return HandlerFailed(**ran, **words)
        case "init_failed":
            return InitFailed(**ran, **words)
        case "timed_out":
            return TimedOut(**ran, after=ending.seconds)
        case "out_of_memory":
            return OutOfMemory(**ran, limit=figures.memory_size)
        case "exited":
            return Exited(**ran, reason=ending.reason or texts.exit_message(""), error_type=ending.error_type)


def _decoded(payload: bytes) -> Any:
    """A payload as JSON, or as text when it is none."""
    for encoding in ("utf-8", "latin-1"):  # AWS's client for Python sends what failed at import as Latin-1
        with suppress(ValueError):
            return json.loads(payload.decode(encoding))
    return payload.decode("utf-8", "replace")
