"""Lambda's own words: what a caller gets when there is no answer of the function's, and the platform's log lines.

New style: a fault is only a suffix of the REPORT line (all regions but China and GovCloud). Old style: a line of its own.
Source: "Lambda runtime environment" and "Viewing CloudWatch logs" in the Lambda developer guide, and recorded answers.
"""

import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from doctor.sandbox.records import Telemetry

Style = Literal["new", "old"]
_LEVELS = ("DEBUG", "INFO", "WARN")
_SIGNALS = {
    signal.SIGSEGV: "segmentation fault",
    signal.SIGABRT: "aborted",
    signal.SIGKILL: "killed",
    signal.SIGTERM: "terminated",
    signal.SIGBUS: "bus error",
    signal.SIGILL: "illegal instruction",
    signal.SIGFPE: "floating point exception",
    signal.SIGTRAP: "trace/breakpoint trap",
    signal.SIGINT: "interrupt",
    signal.SIGHUP: "hangup",
    signal.SIGQUIT: "quit",
    signal.SIGPIPE: "broken pipe",
    signal.SIGALRM: "alarm clock",
}
"""As Go, in which the platform is written, calls them."""


def _payload(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":")).encode()


def timed_out(request_id: str, seconds: float, style: Style = "new") -> bytes:
    """Payload of an invocation that ran into its timeout."""
    task = f"Task timed out after {seconds:.2f} seconds"
    if style == "old":
        return json.dumps({"errorMessage": f"{stamp(datetime.now(UTC))} {request_id} {task}"}).encode()
    return _payload("Sandbox.Timedout", f"RequestId: {request_id} Error: {task}")


def exit_reason(code: int) -> str:
    """How a process ended, from Python's exit code (negative: a signal); empty for 0."""
    if code < 0:
        return f"signal: {_SIGNALS.get(signal.Signals(-code), signal.strsignal(-code) or '')}"
    return f"exit status {code}" if code else ""


def exited(request_id: str, reason: str) -> bytes:
    """Payload of an invocation whose runtime process ended before it answered."""
    return _payload("Runtime.ExitError", f"RequestId: {request_id} Error: {exit_message(reason)}")


def exit_message(reason: str) -> str:
    """The sentence about a runtime process that ended."""
    return f"Runtime exited with error: {reason}" if reason else "Runtime exited without providing a reason"


def exec_error(number: int) -> str:
    """Why a program could not be started, from the error's number: ``no such file or directory``."""
    return os.strerror(number).lower()


def no_entrypoint(request_id: str, program: str, error: str) -> bytes:
    """Payload when the runtime could not be started at all."""
    return _payload("Runtime.InvalidEntrypoint", f"RequestId: {request_id} Error: fork/exec {program}: {error}")


def extension_failed(request_id: str, error_type: str, words: str) -> bytes:
    """Payload when an extension ended, or gave up."""
    return _payload(error_type, f"RequestId: {request_id} Error: {words}")


def not_restored() -> bytes:
    """Payload when restoring from a snapshot took too long."""
    return _payload("SnapStartTimeoutException", "Lambda couldn't restore the snapshot within the timeout limit.")


def too_large(limit: int) -> bytes:
    """Payload of an invocation whose answer has more bytes than ``limit``."""
    message = f"Response payload size exceeded maximum allowed payload size ({limit} bytes)."
    return json.dumps(
        {"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}, separators=(",", ":")
    ).encode()


def lines(event: Telemetry, style: Style = "new") -> Iterator[str]:
    """Log events that one telemetry event becomes in the text format; most platform events become none."""
    record = event.record
    match event.type:
        case "function" | "extension":
            yield record
        case "platform.initStart" if record["phase"] != "invoke":
            yield f"INIT_START Runtime Version: {record['runtimeVersion']}\tRuntime Version ARN: {record['runtimeVersionArn']}"
        case "platform.initReport" if record["status"] != "success" or record["phase"] == "snap-start":
            yield f"INIT_REPORT Init Duration: {record['metrics']['durationMs']:.2f} ms\tPhase: {record['phase']}\t{_status(record)}"
        case "platform.restoreStart":
            yield f"RESTORE_START Runtime Version: {record['runtimeVersion']}\tRuntime Version ARN: {record['runtimeVersionArn']}"
        case "platform.restoreReport":
            fault = "" if record["status"] == "success" else f"\t{_status(record)}"
            yield f"RESTORE_REPORT Restore Duration: {record['metrics']['durationMs']:.2f} ms{fault}"
        case "platform.start":
            yield f"START RequestId: {record['requestId']} Version: {record['version']}"
        case "platform.report":
            yield from _ending(event, style)


def json_lines(event: Telemetry, system_level: str = "INFO") -> Iterator[str]:
    """Log events that one telemetry event becomes in the JSON format: the platform's are the telemetry objects themselves.

    Args:
        event: What happened.
        system_level: The function's ``SystemLogLevel``; what succeeded inside the runtime is only for ``DEBUG``.
    """
    if event.type in ("function", "extension"):
        yield event.record
        return
    level = _system_level(event)
    if _LEVELS.index(level) >= _LEVELS.index(system_level):
        yield json.dumps({"time": stamp(event.time), "type": event.type, "record": event.record}, separators=(",", ":"))


def _system_level(event: Telemetry) -> str:
    """The level under which the platform writes an event."""
    if event.record.get("status", "success") != "success":
        return "WARN"
    return "DEBUG" if event.type in ("platform.initRuntimeDone", "platform.runtimeDone") else "INFO"


def _ending(event: Telemetry, style: Style) -> Iterator[str]:
    """END and REPORT, and in the old style a fault's own lines around them."""
    record = event.record
    request_id = record["requestId"]
    fault = _fault(event) if style == "old" else []
    out_of_memory = record.get("errorType") == "Runtime.OutOfMemory"
    if not out_of_memory:
        yield from fault
    yield f"END RequestId: {request_id}"
    yield _report(record, style)
    if out_of_memory:
        yield from fault


def _report(record: dict[str, Any], style: Style) -> str:
    metrics = record["metrics"]
    fields = [
        f"REPORT RequestId: {record['requestId']}",
        f"Duration: {metrics['durationMs']:.2f} ms",
        f"Billed Duration: {metrics['billedDurationMs']} ms",
        f"Memory Size: {metrics['memorySizeMB']} MB",
        f"Max Memory Used: {metrics['maxMemoryUsedMB']} MB",
    ]
    if "initDurationMs" in metrics:
        fields.append(f"Init Duration: {metrics['initDurationMs']:.2f} ms")
    if "restoreDurationMs" in metrics:
        fields.append(f"Restore Duration: {metrics['restoreDurationMs']:.2f} ms")
        fields.append(f"Billed Restore Duration: {metrics['billedRestoreDurationMs']} ms")
    if style == "new" and record["status"] in ("failure", "timeout"):
        return "\t".join([*fields, _status(record)])
    return "\t".join([*fields, ""])


def _status(record: dict[str, Any]) -> str:
    """``Status: timeout``, or ``Status: error`` with its type: text logs know no failure."""
    if record["status"] in ("success", "timeout"):
        return f"Status: {record['status']}"
    return f"Status: error\tError Type: {record.get('errorType', 'Runtime.Unknown')}"


def _fault(event: Telemetry) -> list[str]:
    """What the old style said about a fault."""
    record = event.record
    request_id = record["requestId"]
    if record["status"] == "timeout":
        seconds = record["metrics"]["durationMs"] / 1000
        return [f"{stamp(event.time)} {request_id} Task timed out after {seconds:.2f} seconds\n"]
    if event.detail:
        return [f"RequestId: {request_id} Error: {event.detail}", "Runtime.ExitError"]
    return []


def stamp(at: datetime) -> str:
    """A moment as AWS writes it: ``2026-11-23T10:42:00.123Z``."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
