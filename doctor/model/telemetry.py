"""What was seen to happen: invocations, metrics, symptoms, and who changed what."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from doctor.model.record import Record, Shape

Status = Literal["success", "error", "failure", "timeout"]


class LogLine(Record):
    """One event of a log stream; ``at`` is the event's own time."""

    at: datetime
    message: str
    platform: bool = False
    """Whether the service wrote it, not the function's code."""


class Invocation(Record):
    """One invocation as its log lines tell it. Durations in milliseconds, memory in MB."""

    request_id: str
    at: datetime
    """When its first line was written."""
    version: str = "$LATEST"
    """The version that ran, from the START line."""
    log_stream: str = ""
    status: Status = "success"
    error_type: str = ""
    """``Runtime.OutOfMemory``, ``ValueError``, …; empty when it succeeded or when no line says."""
    error_message: str = ""
    duration: float | None = None
    """``None``: no REPORT line was seen."""
    billed_duration: float | None = None
    init_duration: float | None = None
    memory_size: int | None = None
    max_memory_used: int | None = None
    lines: tuple[LogLine, ...] = ()
    """Its lines in order, redacted, the platform's own included."""


class MetricSeries(Record):
    """A CloudWatch metric at one statistic: ``values[i]`` belongs to the period that starts at ``timestamps[i]``."""

    namespace: str
    metric_name: str
    dimensions: dict[str, str] = {}
    stat: str
    period: int
    """Seconds."""
    timestamps: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()


class Change(Shape):
    """A management event of CloudTrail: who changed what, when."""

    event_id: str
    event_name: str
    event_time: datetime
    event_source: str = ""
    username: str = ""
    resources: tuple[str, ...] = msgspec.field(default=(), name="resources")
    """ARNs or names that the event mentions."""


class SymptomKind(StrEnum):
    """The closed vocabulary of what telemetry shows. A symptom is not a cause."""

    TIMED_OUT = "timed_out"
    KILLED = "killed"
    EXITED = "exited"
    DENIED = "denied"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    IMPORT_FAILED = "import_failed"
    HANDLER_MISSING = "handler_missing"
    INIT_SLOW = "init_slow"
    INIT_FAILED = "init_failed"
    RAISED = "raised"


class Symptom(Record):
    """What was seen, without a resource: a problem names the symptoms that it would explain in the same words.

    ``detail`` narrows it (the denied call, the destination, the error's class); empty means any.
    """

    kind: SymptomKind
    detail: str = ""

    def covers(self, other: "Symptom") -> bool:
        """Tell whether a problem that explains this symptom explains ``other``."""
        return self.kind is other.kind and self.detail in ("", other.detail)


class Observation(Record):
    """A symptom seen on one version of one function."""

    symptom: Symptom
    function: str
    """ARN of the version that ran."""
    count: int
    first: datetime
    last: datetime
    example: str
    """Request id of the latest invocation that showed it, or the metric's name."""
