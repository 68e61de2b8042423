"""The forms in which Lambda tells of an invocation: text (with or without a failure's status on REPORT), and JSON."""

import json
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Protocol

from doctor.model.function import Function
from doctor.model.moments import rfc3339
from tests.incidents.twelve_faults import lines

Written = tuple[datetime, str]
"""A line and its time."""


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An exception that the runtime client posted; ``trace`` as it formats a stack, an element per frame."""

    error_type: str
    message: str
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """An invocation as the platform knows it. Durations in milliseconds, memory in MB."""

    function: Function
    version: str
    request_id: str
    started: datetime
    ended: datetime
    duration: float
    memory: int
    init: float | None = None
    timed_out: bool = False
    killed: bool = False
    raised: Raised | None = None

    @property
    def is_python(self) -> bool:
        return (self.function.runtime or "").startswith("python")


class Form(Protocol):
    """How each thing that happens to an environment is written."""

    def initialising(self, function: Function, version: str, at: datetime) -> list[Written]: ...

    def started(self, told: Told) -> list[Written]: ...

    def said(self, told: Told, at: datetime, message: str) -> list[Written]: ...

    def ended(self, told: Told) -> list[Written]: ...


@dataclass(frozen=True)
class Text:
    """The text format. ``old``: a failure has a line of its own, and REPORT bills no initialisation."""

    old: bool = False

    def initialising(self, function: Function, version: str, at: datetime) -> list[Written]:
        return [(at, lines.init_start(function))]

    def started(self, told: Told) -> list[Written]:
        return [(told.started, lines.start(told.request_id, told.version))]

    def said(self, told: Told, at: datetime, message: str) -> list[Written]:
        log = lines.python_log if told.is_python else lines.node_log
        return [(at, log(told.request_id, at, "INFO", message))]

    def ended(self, told: Told) -> list[Written]:
        before, after = self._failure(told)
        body = [*before, lines.end(told.request_id), self._report(told), *after]
        return [(told.ended, line) for line in body]

    def _failure(self, told: Told) -> tuple[list[str], list[str]]:
        """The lines that tell of a failure, before END and after REPORT."""
        if told.raised is not None:
            trace = tuple(line for frame in told.raised.trace for line in frame.splitlines())
            return [lines.python_error(told.raised.error_type, told.raised.message, trace)], []
        if self.old and told.timed_out:
            return [lines.timed_out(told.request_id, told.ended, told.function.timeout)], []
        if self.old and told.killed:
            exited = (
                f"RequestId: {told.request_id} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"
            )
            return [], [exited]
        return [], []

    def _report(self, told: Told) -> str:
        status = ""
        if told.timed_out and not self.old:
            status = "Status: timeout"
        elif told.killed and not self.old:
            status = "Status: error\tError Type: Runtime.OutOfMemory"
        return lines.report(
            told.request_id,
            duration=told.duration,
            billed=ceil(told.duration + (0 if self.old else told.init or 0)),
            memory_size=told.function.memory_size,
            memory_used=told.memory,
            init=told.init,
            status=status,
        )


@dataclass(frozen=True)
class Json:
    """The JSON format at Lambda's default levels: INFO for the application and for the system."""

    def initialising(self, function: Function, version: str, at: datetime) -> list[Written]:
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": lines.runtime_version(function),
            "runtimeVersionArn": lines.runtime_version_arn(function),
            "functionName": function.function_name,
            "functionVersion": version,
        }
        return [_event(at, "platform.initStart", record)]

    def started(self, told: Told) -> list[Written]:
        return [_event(told.started, "platform.start", {"requestId": told.request_id, "version": told.version})]

    def said(self, told: Told, at: datetime, message: str) -> list[Written]:
        level = {"timestamp": rfc3339(at), "level": "INFO"}
        if told.is_python:
            return [_line(at, {**level, "message": message, "logger": "root", "requestId": told.request_id})]
        return [_line(at, {**level, "requestId": told.request_id, "message": message})]

    def ended(self, told: Told) -> list[Written]:
        metrics: dict[str, float] = {
            "durationMs": round(told.duration, 3),
            "billedDurationMs": ceil(told.duration + (told.init or 0)),
            "memorySizeMB": told.function.memory_size,
            "maxMemoryUsedMB": told.memory,
        }
        if told.init is not None:
            metrics["initDurationMs"] = told.init
        report: dict[str, Any] = {"requestId": told.request_id, "metrics": metrics}
        if told.raised is None:
            return [_event(told.ended, "platform.report", {**report, "status": "success"})]
        done = {"requestId": told.request_id, "status": "error", "metrics": {"durationMs": metrics["durationMs"]}}
        return [
            self._error(told, told.raised),
            _event(told.ended, "platform.runtimeDone", done),
            _event(told.ended, "platform.report", {**report, "status": "error"}),
        ]

    def _error(self, told: Told, raised: Raised) -> Written:
        record = {
            "timestamp": rfc3339(told.ended),
            "level": "ERROR",
            "errorMessage": raised.message,
            "errorType": raised.error_type,
            "requestId": told.request_id,
            "stackTrace": raised.trace,
        }
        return _line(told.ended, record)


def _event(at: datetime, kind: str, record: dict[str, Any]) -> Written:
    return _line(at, {"time": rfc3339(at), "type": kind, "record": record})


def _line(at: datetime, record: dict[str, Any]) -> Written:
    return at, json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"
