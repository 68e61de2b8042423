"""The Runtime API (2018-06-01) as a state machine: what a runtime may ask when, and what it is answered.

Source: "Using the Lambda runtime API" in the Lambda developer guide; states and error texts as AWS's own emulator has them.
"""

import json
import re
from enum import StrEnum
from http import HTTPStatus

from doctor.sandbox.http import Request, response

ROOT = "/2018-06-01/runtime/"
_ERROR_TYPE_HEADER = "lambda-runtime-function-error-type"
_MODE_HEADER = "lambda-runtime-function-response-mode"
_GOOD_TYPE = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
_ANSWER = re.compile(r"invocation/([^/]+)/(response|error)")


class State(StrEnum):
    """Where the runtime is."""

    STARTED = "started"
    SNAPPED = "snapped"
    """It is initialised, and waits to be restored from the snapshot that is taken of it now."""
    RESTORED = "restored"
    READY = "ready"
    """It waits for an event."""
    RUNNING = "running"
    ANSWERED = "answered"


class Fault:
    """An error that the runtime posted: its body as it came, and its type as the platform counts it."""

    def __init__(self, request: Request) -> None:
        self.body = bytes(request.body)
        self.error_type = counted_type(request.headers.get(_ERROR_TYPE_HEADER, ""))


class Answer:
    """A response that the runtime posted."""

    def __init__(self, request: Request) -> None:
        self.body = bytes(request.body)
        self.content_type = request.headers.get("content-type", "application/json")
        self.streamed = request.headers.get(_MODE_HEADER, "").lower() == "streaming"
        self.fault_type = request.trailers.get(_ERROR_TYPE_HEADER, "")
        """A streamed response broke off with an error: its trailers say so."""
        self.too_large = 0
        """Bytes allowed, when it was refused for its size."""


class RuntimeApi:
    """One runtime process's side of the conversation; a new process gets a new one.

    Args:
        limit: Bytes that a response may have.
        snap_start: Whether the runtime may ask to be restored.
    """

    def __init__(self, limit: int, *, snap_start: bool = False) -> None:
        self.limit = limit
        self.snap_start = snap_start
        self.state = State.STARTED
        self.request_id = ""
        self.init_fault: Fault | None = None
        self.fault: Fault | None = None
        self.answer: Answer | None = None

    def begin(self, request_id: str) -> None:
        """The waiting runtime gets an event."""
        self.state = State.RUNNING
        self.request_id = request_id
        self.fault = self.answer = None

    def handle(self, request: Request) -> bytes | None:
        """Answer a request; ``None``: it waits, for the next event or to be restored."""
        path = request.path.partition("?")[0].removeprefix(ROOT)
        if (request.method, path) == ("GET", "invocation/next"):
            return self._next()
        if (request.method, path) == ("POST", "init/error"):
            return self._init_error(request)
        if self.snap_start and (request.method, path) == ("GET", "restore/next") and self.state is State.STARTED:
            self.state = State.SNAPPED
            return None
        if self.snap_start and (request.method, path) == ("POST", "restore/error") and self.state is State.RESTORED:
            self.init_fault = Fault(request)
            return _accepted()
        if request.method == "POST" and (match := _ANSWER.fullmatch(path)):
            return self._answered(request, *match.groups())
        return response(HTTPStatus.NOT_FOUND, b"404 page not found\n", {"Content-Type": "text/plain; charset=utf-8"})

    def _next(self) -> bytes | None:
        if self.state is State.RUNNING:
            return _wrong_state(self.state, State.READY)
        self.state = State.READY
        return None

    def _init_error(self, request: Request) -> bytes:
        if self.state is not State.STARTED or self.init_fault:
            return _wrong_state(self.state, "InitError")
        self.init_fault = Fault(request)
        return _accepted()

    def _answered(self, request: Request, request_id: str, kind: str) -> bytes:
        """A response or an error for the current event."""
        if self.state not in (State.RUNNING, State.ANSWERED):
            return _wrong_state(self.state, "InvocationResponse")
        if request_id != self.request_id:
            return _refused(HTTPStatus.BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
        if self.state is State.ANSWERED:
            return _wrong_state(self.state, "InvocationResponse")
        if kind == "error":
            self.fault = Fault(request)
        elif (mode := request.headers.get(_MODE_HEADER)) and mode.lower() != "streaming":
            return _refused(HTTPStatus.BAD_REQUEST, "InvalidFunctionResponseMode", "Invalid function response mode")
        else:
            self.answer = Answer(request)
            if request.truncated and not self.answer.streamed:
                self.answer.too_large = self.limit
        self.state = State.ANSWERED
        if self.answer and self.answer.too_large:
            text = f"Exceeded maximum allowed payload size ({self.limit} bytes)."
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge", text)
        return _accepted()


def counted_type(header: str) -> str:
    """The type under which the platform counts an error: only its own form is taken as it is."""
    if _GOOD_TYPE.fullmatch(header):
        return header
    return "Function.Unknown" if header.startswith("Function.") else "Runtime.Unknown"


def _accepted() -> bytes:
    return response(HTTPStatus.ACCEPTED, b'{"status":"OK"}\n', {"Content-Type": "application/json"})


def _refused(status: HTTPStatus, error_type: str, message: str) -> bytes:
    body = json.dumps({"errorMessage": message, "errorType": error_type}).encode()
    return response(status, body, {"Content-Type": "application/json"})


def _wrong_state(old: str, new: str) -> bytes:
    return _refused(HTTPStatus.FORBIDDEN, "InvalidStateTransition", f"Transition from {old} to {new} is not allowed")
