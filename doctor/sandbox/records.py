"""The one list of events that a local run writes: AWS's telemetry objects. Logs, figures and reports are renderings of it.

Source: "Lambda Telemetry API Event schema reference" in the Lambda developer guide.
"""

from datetime import UTC, datetime
from math import ceil
from typing import Any, Literal

from doctor.model.record import Record

Status = Literal["success", "error", "failure", "timeout"]
Initialization = Literal["on-demand", "provisioned-concurrency", "snap-start"]
InitPhase = Literal["init", "invoke", "snap-start"]


class Telemetry(Record):
    """One event of a type such as ``platform.start``, ``platform.report`` or ``function``."""

    time: datetime
    type: str
    record: Any
    detail: str = ""
    """How the runtime process ended, in the words that only logs of the old style have."""


class Figures(Record):
    """What a REPORT line says. Durations in milliseconds, memory in MB; ``init_duration`` only after a cold start."""

    duration: float
    init_duration: float | None = None
    restore_duration: float | None = None
    """Instead, where the environment was restored from a snapshot."""
    memory_size: int
    max_memory_used: int

    @property
    def billed_duration(self) -> int:
        """Whole milliseconds; initialisation is billed too since August 2025."""
        return ceil(round(self.duration + (self.init_duration or 0), 2))

    @property
    def billed_restore_duration(self) -> int:
        """Whole milliseconds, billed beside."""
        return ceil(self.restore_duration or 0)


def event(kind: str, record: Any, at: datetime | None = None) -> Telemetry:
    """An event of now, or of ``at``."""
    return Telemetry(time=at or datetime.now(UTC), type=kind, record=record)


def init_start(
    phase: InitPhase, version: str, function: str, function_version: str, initialization: Initialization
) -> Telemetry:
    """Initialisation began."""
    return event(
        "platform.initStart",
        {
            "initializationType": initialization,
            "phase": phase,
            "runtimeVersion": version,
            "runtimeVersionArn": "",
            "functionName": function,
            "functionVersion": function_version,
        },
    )


def init_done(
    phase: InitPhase, status: Status, duration: float, error_type: str, initialization: Initialization
) -> list[Telemetry]:
    """Initialisation ended, after ``duration`` milliseconds."""
    base: dict[str, Any] = {"initializationType": initialization, "phase": phase, "status": status}
    if error_type:
        base["errorType"] = error_type
    return [
        event("platform.initRuntimeDone", base),
        event("platform.initReport", {**base, "metrics": {"durationMs": round(duration, 2)}}),
    ]


def restored(status: Status, duration: float, error_type: str) -> list[Telemetry]:
    """The environment was restored from its snapshot, hooks included, in ``duration`` milliseconds."""
    base: dict[str, Any] = {"status": status}
    if error_type:
        base["errorType"] = error_type
    return [
        event("platform.restoreRuntimeDone", base),
        event("platform.restoreReport", {**base, "metrics": {"durationMs": round(duration, 2)}}),
    ]


def extension(name: str, events: list[str], fault: tuple[str, str] | None) -> Telemetry:
    """An extension registered, and waits for its events, or failed."""
    record: dict[str, Any] = {"name": name, "state": "Ready" if fault is None else "RegisterFailed", "events": events}
    if fault is not None:
        record["errorType"] = fault[0]
    return event("platform.extension", record)


def start(request_id: str, version: str) -> Telemetry:
    """The invocation began."""
    return event("platform.start", {"requestId": request_id, "version": version})


def done(request_id: str, status: Status, error_type: str, duration: float, size: int) -> Telemetry:
    """The runtime is through with the invocation; ``size`` bytes were answered."""
    record: dict[str, Any] = {
        "requestId": request_id,
        "status": status,
        "metrics": {"durationMs": round(duration, 2), "producedBytes": size},
    }
    if error_type:
        record["errorType"] = error_type
    return event("platform.runtimeDone", record)


def report(request_id: str, status: Status, error_type: str, figures: Figures, detail: str) -> Telemetry:
    """The figures of the invocation; ``detail`` for logs of the old style."""
    metrics: dict[str, Any] = {
        "durationMs": round(figures.duration, 2),
        "billedDurationMs": figures.billed_duration,
        "memorySizeMB": figures.memory_size,
        "maxMemoryUsedMB": figures.max_memory_used,
    }
    if figures.init_duration is not None:
        metrics["initDurationMs"] = round(figures.init_duration, 2)
    if figures.restore_duration is not None:
        metrics["restoreDurationMs"] = round(figures.restore_duration, 2)
        metrics["billedRestoreDurationMs"] = figures.billed_restore_duration
    record: dict[str, Any] = {"requestId": request_id, "metrics": metrics, "status": status}
    if error_type:
        record["errorType"] = error_type
    return Telemetry(time=datetime.now(UTC), type="platform.report", record=record, detail=detail)
