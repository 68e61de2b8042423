"""Log lines to invocations: text and JSON, old and new style, grouped by request id within each stream."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from doctor.logs import formats
from doctor.model.record import Record
from doctor.model.telemetry import InitReport, Invocation, LogLine, Status

_STATUS: dict[str, Status] = {"success": "success", "error": "error", "failure": "failure", "timeout": "timeout"}
_REPORT_FIELDS: dict[str, tuple[str, type[float | int]]] = {
    "Duration": ("duration", float),
    "Billed Duration": ("billed_duration", float),
    "Init Duration": ("init_duration", float),
    "Memory Size": ("memory_size", int),
    "Max Memory Used": ("max_memory_used", int),
}
_METRIC_FIELDS: dict[str, tuple[str, type[float | int]]] = {
    "durationMs": ("duration", float),
    "billedDurationMs": ("billed_duration", float),
    "initDurationMs": ("init_duration", float),
    "memorySizeMB": ("memory_size", int),
    "maxMemoryUsedMB": ("max_memory_used", int),
}
_ENDS = ("platform.report", "platform.runtimeDone", "platform.initReport", "platform.initRuntimeDone")
LONGEST_MESSAGE = 8192
"""Characters of an error's message that are kept apart from its line: AWS's longest refusals have two thousand."""
_LARGEST = 2**53
"""No figure of a REPORT is as large; JSON carries what is smaller exactly."""


class LogEvent(Record):
    """One event of a log group."""

    at: datetime
    stream: str
    message: str
    timed: bool = True
    """Whether ``at`` is the line's own; in a pasted log it may be its neighbour's."""


class _Open:
    """An invocation while its lines are being read."""

    def __init__(self, request_id: str, event: LogEvent) -> None:
        self.facts: dict[str, Any] = {"request_id": request_id, "at": event.at, "log_stream": event.stream}
        if match := formats.STREAM_VERSION.search(event.stream):
            self.facts["version"] = match["version"]
        self.lines: list[LogLine] = []
        self.inits: list[InitReport] = []
        self.started = False

    @property
    def reported(self) -> bool:
        return "duration" in self.facts

    def add(self, event: LogEvent) -> None:
        message = event.message.rstrip("\n")
        self.lines.append(
            LogLine(at=event.at, message=message, platform=formats.is_platform(message), timed=event.timed)
        )

    def fail(self, *, status: Status = "error", error_type: str = "", message: str = "") -> None:
        """Note a failure; the first type and message that say something are kept, a time-out is never overwritten."""
        if self.facts.get("status") != "timeout":
            self.facts["status"] = status
        if error_type and not self.facts.get("error_type"):
            self.facts["error_type"] = error_type
        if message and not self.facts.get("error_message"):
            self.facts["error_message"] = message[:LONGEST_MESSAGE]

    def succeed(self) -> None:
        """Note that the service says it went through: errors that its lines told of were handled."""
        for name in ("status", "error_type", "error_message"):
            self.facts.pop(name, None)

    def close(self) -> Invocation:
        return Invocation(**self.facts, inits=tuple(self.inits), lines=tuple(self.lines))


def invocations(events: Iterable[LogEvent], *, whole: bool = True) -> tuple[Invocation, ...]:
    """Group log events, in any order, into invocations, oldest first.

    Lines before a START (the initialisation's) belong to the invocation that follows; of an invocation that began
    before the window, what names its request id and what follows that is kept. An attempt that Lambda makes again
    under the same request id is an invocation of its own. Not ``whole`` is an excerpt: lines that tell of an error are
    then an invocation even where none is named, a traceback alone for example.
    """
    streams: dict[str, list[LogEvent]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    found = [one.close() for stream in streams.values() for one in _Stream().read(stream, whole=whole)]
    return tuple(sorted(found, key=lambda one: (one.at, one.request_id)))


class _Stream:
    """One stream while it is being read: one environment, whose invocations come one after another."""

    def __init__(self) -> None:
        self.found: list[_Open] = []
        self.by_id: dict[str, _Open] = {}
        self.current: _Open | None = None
        self.waiting: list[LogEvent] = []
        """Lines of an initialisation whose invocation has not begun."""

    def read(self, events: list[LogEvent], *, whole: bool) -> list[_Open]:
        """The invocations of the stream; of a whole one an initialisation at its end, which has none yet, is left out."""
        for event in sorted(events, key=lambda one: one.at):  # stable: lines of one millisecond keep their order
            owner = self._owner(event)
            if owner is None:
                self.waiting.append(event)
            else:
                _read(owner, event)
        if self.waiting and not whole:
            rest = self._open("", self.waiting[0])
            if "status" not in rest.facts:
                self.found.remove(rest)
        return self.found

    def _owner(self, event: LogEvent) -> _Open | None:
        """The invocation that a line belongs to: the one it names, otherwise the one that is running."""
        if start := _started(event):
            return self._start(*start, event)
        named = _named(event)
        if named in self.by_id:
            return self.by_id[named]
        if named:
            return self._open(named, event)
        if self.waiting or self.current is None or (self.current.reported and _begins_init(event)):
            return None
        return self.current

    def _start(self, request_id: str, version: str, event: LogEvent) -> _Open:
        early = self.by_id.get(request_id)
        found = self._open(request_id, event) if early is None or early.started else early
        found.started = True
        found.facts["version"] = version
        return found

    def _open(self, request_id: str, event: LogEvent) -> _Open:
        found = _Open(request_id, self.waiting[0] if self.waiting else event)
        for early in self.waiting:
            _read(found, early)
        self.waiting = []
        self.found.append(found)
        self.by_id[request_id] = self.current = found
        return found


def _started(event: LogEvent) -> tuple[str, str] | None:
    """The request id and version of a START."""
    if match := formats.START.match(event.message):
        return match["request_id"], match["version"]
    kind, body = _platform(event.message) or ("", {})
    request_id = body.get("requestId")
    if kind == "platform.start" and isinstance(request_id, str):
        return request_id, _text(body.get("version")) or "$LATEST"
    return None


def _named(event: LogEvent) -> str:
    """The request id that a line names; empty when it names none."""
    for pattern in formats.NAMES_REQUEST:
        if match := pattern.match(event.message):
            return match["request_id"] if formats.REQUEST_ID.fullmatch(match["request_id"]) else ""
    record = _json(event.message) or {}
    body = record.get("record", record)
    named = _text(body.get("requestId") or body.get("AWSRequestId")) if isinstance(body, dict) else ""
    return named if formats.REQUEST_ID.fullmatch(named) else ""


def _begins_init(event: LogEvent) -> bool:
    """Tell whether a line begins an initialisation."""
    return event.message.startswith("INIT_START") or (_platform(event.message) or ("",))[0] == "platform.initStart"


def _json(message: str) -> dict[str, Any] | None:
    """The JSON object that a line is, or ``None`` for anything else."""
    if not message.startswith("{"):
        return None
    try:
        record = msgspec.json.decode(message)
    except (ValueError, RecursionError):  # a handler may print anything
        return None
    return record if isinstance(record, dict) else None


def _platform(message: str) -> tuple[str, dict[str, Any]] | None:
    """The type and record of a platform event in JSON, or ``None`` for anything else."""
    if '"platform.' not in message:
        return None
    found = _json(message) or {}
    kind, body = found.get("type"), found.get("record")
    return (kind, body) if isinstance(kind, str) and isinstance(body, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _figure(value: Any, kind: type[float | int]) -> float | int | None:
    """A figure of a REPORT; ``None`` for a mangled one, which we did not see."""
    try:
        found = kind(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if 0 <= found < _LARGEST else None


def _read(current: _Open, event: LogEvent) -> None:
    """Add a line to an invocation with what it tells about it."""
    current.add(event)
    if platform := _platform(event.message):
        _read_platform(current, *platform)
    elif event.message.startswith("{"):
        _read_json(current, event.message)
    else:
        _read_text(current, event.message)


def _read_platform(current: _Open, kind: str, body: dict[str, Any]) -> None:
    if kind not in _ENDS:
        return
    status = _STATUS.get(str(body.get("status", "success")), "error")
    if kind == "platform.initReport":
        metrics = body.get("metrics")
        duration = _figure(metrics.get("durationMs"), float) if isinstance(metrics, dict) else None
        phase, error = _text(body.get("phase")) or "init", _text(body.get("errorType"))
        current.inits.append(InitReport(phase=phase, status=status, error_type=error, duration=duration))
    if kind == "platform.report":
        metrics = body.get("metrics")
        _figures(current, metrics if isinstance(metrics, dict) else {}, _METRIC_FIELDS)
        if status == "success":
            current.succeed()
    if status != "success" and body.get("phase") != "init":
        current.fail(status=status, error_type=_text(body.get("errorType")))


def _figures(current: _Open, told: dict[str, Any], fields: dict[str, tuple[str, type[float | int]]]) -> None:
    read = {ours: _figure(told[theirs], kind) for theirs, (ours, kind) in fields.items() if theirs in told}
    current.facts.update({ours: figure for ours, figure in read.items() if figure is not None})


def _read_json(current: _Open, message: str) -> None:
    """An application's line in JSON: an error record names its type and message."""
    record = _json(message)
    if record and record.get("errorType"):
        current.fail(error_type=str(record["errorType"]), message=str(record.get("errorMessage", "")))


def _read_text(current: _Open, message: str) -> None:
    if match := formats.REPORT.match(message):
        _read_report(current, match["rest"])
    elif match := formats.INIT_REPORT.match(message):
        current.inits.append(
            InitReport(
                phase=match["phase"],
                status=match["status"],
                error_type=match["error_type"] or "",
                duration=_figure(match["ms"], float),
            ),
        )
        if match["phase"] == "invoke" and match["status"] != "success":
            current.fail(status=_STATUS.get(match["status"], "error"), error_type=match["error_type"] or "")
    elif formats.TIMED_OUT.match(message):
        current.fail(status="timeout")
    elif match := formats.FAULT.match(message):
        first, _, rest = match["message"].partition("\n")
        current.fail(
            error_type=rest.strip() if formats.ERROR_TYPE.fullmatch(rest.strip()) else "", message=first.strip()
        )
    elif formats.ERROR_TYPE.fullmatch(message.strip()):
        current.fail(error_type=message.strip())
    elif formats.TOO_LARGE.search(message):
        current.fail(error_type="Function.ResponseSizeTooLarge")
    elif match := formats.PYTHON_ERROR.match(message) or formats.JAVA_ERROR.match(message):
        current.fail(error_type=match["type"], message=match["message"] or "")
    elif (line := formats.NODE_LOG.match(message)) and (match := formats.NODE_ERROR.search(line["message"])):
        _read_json(current, match["json"])


def _read_report(current: _Open, rest: str) -> None:
    pairs = {match["key"]: match["value"] for match in formats.REPORT_PAIR.finditer(rest)}
    _figures(current, pairs, _REPORT_FIELDS)
    status = _STATUS.get(pairs.get("Status", "success"), "error")
    if status != "success":
        current.fail(status=status, error_type=pairs.get("Error Type", ""))
        if pairs.get("Error Type") == "Runtime.OutOfMemory":
            current.facts["error_type"] = "Runtime.OutOfMemory"
