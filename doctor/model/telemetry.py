"""What was seen to happen: invocations, metrics, symptoms, and who changed what."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from doctor.model.record import Record, Shape, Time

Status = Literal["success", "error", "failure", "timeout"]


class LogLine(Record, gc=False):
    """One event of a log stream; ``at`` is the event's own time."""

    at: Time
    message: str
    platform: bool = False
    """Whether the service wrote it, not the function's code."""
    timed: bool = True
    """Whether ``at`` is its own: a line of a pasted log may have its neighbour's."""


class InitReport(Record, gc=False):
    """One INIT_REPORT: written when an initialisation failed or ran out of time, and always for SnapStart and provisioned concurrency."""

    phase: str
    """``init`` before the invocation, ``invoke`` when it was run again inside it, ``snap-start``."""
    status: str = "success"
    error_type: str = ""
    duration: float | None = None
    """Milliseconds."""


class Invocation(Record, gc=False):
    """One invocation as its log lines tell it. Durations in milliseconds, memory in MB."""

    request_id: str
    at: Time
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
    inits: tuple[InitReport, ...] = ()
    """What its INIT_REPORT lines tell, in order."""
    lines: tuple[LogLine, ...] = ()
    """Its lines in order, redacted, the platform's own included."""

    @property
    def succeeded(self) -> bool:
        """Whether it is known to have gone through: without a REPORT it may still be running."""
        return self.status == "success" and self.duration is not None

    @property
    def timed(self) -> bool:
        """Whether its time is its own: all lines of a pasted log may be without any."""
        return not self.lines or any(line.timed for line in self.lines)

    @property
    def waited(self) -> float:
        """Milliseconds that its caller waited: also for the start of its environment."""
        return (self.duration or 0.0) + (self.init_duration or 0.0)

    @property
    def _start(self) -> int | None:
        """The place of START among the lines."""
        starts = (
            place
            for place, line in enumerate(self.lines)
            if line.platform and (line.message.startswith("START ") or '"platform.start"' in line.message)
        )
        return next(starts, None)

    @property
    def started(self) -> datetime | None:
        """When START was written; ``None`` when it lies before the window, or not every line since has a time of its own."""
        start = self._start
        if start is None or not all(line.timed for line in self.lines[start:]):
            return None
        return self.lines[start].at

    @property
    def own_lines(self) -> tuple[LogLine, ...]:
        """What the function's own code wrote after START."""
        start = self._start
        return () if start is None else tuple(line for line in self.lines[start:] if not line.platform)

    @property
    def spoke_until(self) -> float | None:
        """Milliseconds after START at which its code wrote its last line, 0 when it wrote none; ``None`` when START has no time."""
        start = self.started
        if start is None:
            return None
        return max(((line.at - start).total_seconds() * 1000 for line in self.own_lines), default=0.0)


class MetricSeries(Record, gc=False):
    """A CloudWatch metric at one statistic: ``values[i]`` belongs to the period that starts at ``timestamps[i]``."""

    namespace: str
    metric_name: str
    dimensions: dict[str, str] = {}
    stat: str
    period: int
    """Seconds."""
    timestamps: tuple[Time, ...] = ()
    values: tuple[float, ...] = ()


class Change(Shape):
    """A management event of CloudTrail: who changed what, when."""

    event_id: str
    event_name: str
    event_time: Time
    event_source: str = ""
    username: str = ""
    resources: tuple[str, ...] = msgspec.field(default=(), name="resources")
    """ARNs or names that the event mentions."""


class RefusedCall(Shape):
    """A call that AWS refused, as CloudTrail recorded it: also one whose error the code swallowed."""

    event_id: str
    event_name: str
    event_time: Time
    event_source: str = ""
    username: str = ""
    """The session's name; of a function's own calls, the function's name."""
    user_identity: str = msgspec.field(default="", name="userIdentity")
    """ARN of who called."""
    error_code: str = msgspec.field(name="errorCode")
    error_message: str = msgspec.field(default="", name="errorMessage")
    """In AWS's words, redacted."""


class TracedCall(Record):
    """A call to AWS that X-Ray recorded of a function's code, with as much of its parameters as the trace tells."""

    function: str
    """ARN of the function, unqualified."""
    service: str
    """botocore's name of it."""
    operation: str
    parameters: dict[str, str] = {}
    region: str = ""
    """Empty: the trace does not tell."""
    at: Time
    trace_id: str


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
    first: Time
    last: Time
    example: str
    """Request id of the latest invocation that showed it, or the metric's name."""
