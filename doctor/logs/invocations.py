"""Log lines to invocations: text and JSON, old and new style, grouped by request id within each stream."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from doctor.logs import formats
from doctor.model.record import Record
from doctor.model.telemetry import Invocation, LogLine, Status

_STATUS: dict[str, Status] = {"success": "success", "error": "error", "failure": "failure", "timeout": "timeout"}
_REPORT_FIELDS = {
    "Duration": ("duration", float),
    "Billed Duration": ("billed_duration", float),
    "Init Duration": ("init_duration", float),
    "Memory Size": ("memory_size", int),
    "Max Memory Used": ("max_memory_used", int),
}
_METRIC_FIELDS = {
    "durationMs": ("duration", float),
    "billedDurationMs": ("billed_duration", float),
    "initDurationMs": ("init_duration", float),
    "memorySizeMB": ("memory_size", int),
    "maxMemoryUsedMB": ("max_memory_used", int),
}


class LogEvent(Record):
    """One event of a log group."""

    at: datetime
    stream: str
    message: str


class _Open:
    """An invocation while its lines are being read."""

    def __init__(self, request_id: str, event: LogEvent) -> None:
        self.facts: dict[str, Any] = {"request_id": request_id, "at": event.at, "log_stream": event.stream}
        self.lines: list[LogLine] = []

    def add(self, event: LogEvent) -> None:
        message = event.message.rstrip("\n")
        self.lines.append(LogLine(at=event.at, message=message, platform=formats.is_platform(message)))

    def fail(self, *, status: Status = "error", error_type: str = "", message: str = "") -> None:
        """Note a failure; the first type and message that say something are kept, a time-out is never overwritten."""
        if self.facts.get("status") != "timeout":
            self.facts["status"] = status
        if error_type and not self.facts.get("error_type"):
            self.facts["error_type"] = error_type
        if message and not self.facts.get("error_message"):
            self.facts["error_message"] = message

    def close(self) -> Invocation:
        return Invocation(**self.facts, lines=tuple(self.lines))


def invocations(events: Iterable[LogEvent]) -> tuple[Invocation, ...]:
    """Group log events, in any order, into invocations, oldest first.

    Lines before a START (the initialisation's) belong to the invocation that follows; a stream whose beginning lies
    before the window keeps what can be attributed by request id.
    """
    streams: dict[str, list[LogEvent]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    found = [one for stream in streams.values() for one in _stream(stream)]
    return tuple(sorted(found, key=lambda one: (one.at, one.request_id)))


def _stream(events: list[LogEvent]) -> Iterator[Invocation]:
    """The invocations of one stream: one environment, so one after another."""
    waiting: list[LogEvent] = []
    current: _Open | None = None
    for event in sorted(
        events, key=lambda one: one.at
    ):  # sorted() is stable: lines of one millisecond keep their order
        started = _started(event)
        if started is not None:
            if current is not None:
                yield current.close()
            request_id, version = started
            current = _Open(request_id, waiting[0] if waiting else event)
            current.facts["version"] = version
            for early in waiting:
                _read(current, early)
            waiting = []
        elif current is None or _is_next(event, current):
            waiting.append(event)
            continue
        _read(current, event)
    if current is not None:
        for late in waiting:
            _read(current, late)
        yield current.close()


def _started(event: LogEvent) -> tuple[str, str] | None:
    if match := formats.START.match(event.message):
        return match["request_id"], match["version"]
    record = _platform(event.message)
    if record is not None and record["type"] == "platform.start":
        return record["record"]["requestId"], record["record"].get("version", "$LATEST")
    return None


def _is_next(event: LogEvent, current: _Open) -> bool:
    """Tell whether a line belongs to the initialisation of the next invocation: one after REPORT that is not about this one.

    In the old style the fault of an invocation, and below it the fault's type, follow its REPORT.
    """
    if "duration" not in current.facts:
        return False
    message = event.message.strip()
    about_this = current.facts["request_id"] in message or formats.ERROR_TYPE.fullmatch(message)
    return bool(message) and not about_this and not message.startswith("XRAY ")


def _platform(message: str) -> dict[str, Any] | None:
    """The JSON record of a platform event, or ``None`` for anything else."""
    if not message.startswith("{") or '"platform.' not in message:
        return None
    try:
        record = msgspec.json.decode(message)
    except msgspec.DecodeError:
        return None
    well_formed = isinstance(record, dict) and isinstance(record.get("record"), dict) and "type" in record
    return record if well_formed else None


def _read(current: _Open, event: LogEvent) -> None:
    """Add a line to an invocation with what it tells about it."""
    current.add(event)
    record = _platform(event.message)
    if record is not None:
        _read_platform(current, record)
    elif event.message.startswith("{"):
        _read_json(current, event.message)
    else:
        _read_text(current, event.message)


def _read_platform(current: _Open, record: dict[str, Any]) -> None:
    body = record["record"]
    if record["type"] == "platform.report":
        metrics = body.get("metrics", {})
        for theirs, (ours, read) in _METRIC_FIELDS.items():
            with suppress(ValueError, TypeError):  # a mangled figure is one we did not see
                if theirs in metrics:
                    current.facts[ours] = read(metrics[theirs])
    if record["type"] in ("platform.report", "platform.runtimeDone", "platform.initReport", "platform.initRuntimeDone"):
        status = _STATUS.get(body.get("status", "success"), "error")
        if status != "success" and body.get("phase") != "init":
            current.fail(status=status, error_type=body.get("errorType", ""))


def _read_json(current: _Open, message: str) -> None:
    """An application's line in JSON: an error record names its type and message."""
    try:
        record = msgspec.json.decode(message)
    except msgspec.DecodeError:
        return
    if isinstance(record, dict) and record.get("errorType"):
        current.fail(error_type=str(record["errorType"]), message=str(record.get("errorMessage", "")))


def _read_text(current: _Open, message: str) -> None:
    if match := formats.REPORT.match(message):
        _read_report(current, match["rest"])
    elif match := formats.INIT_REPORT.match(message):
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
    elif match := formats.PYTHON_ERROR.match(message):
        current.fail(error_type=match["type"], message=match["message"] or "")
    elif (line := formats.NODE_LOG.match(message)) and (match := formats.NODE_ERROR.search(line["message"])):
        _read_json(current, match["json"])


def _read_report(current: _Open, rest: str) -> None:
    pairs = {match["key"]: match["value"] for match in formats.REPORT_PAIR.finditer(rest)}
    for theirs, (ours, read) in _REPORT_FIELDS.items():
        with suppress(ValueError):  # a mangled figure is one we did not see
            if theirs in pairs:
                current.facts[ours] = read(pairs[theirs])
    status = _STATUS.get(pairs.get("Status", "success"), "error")
    if status != "success":
        current.fail(status=status, error_type=pairs.get("Error Type", ""))
        if pairs.get("Error Type") == "Runtime.OutOfMemory":
            current.facts["error_type"] = "Runtime.OutOfMemory"
