"""One event on its way to the runtime, as the Runtime API and the Extensions API hand it over."""

import secrets
import time
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from doctor.model.record import Record
from doctor.sandbox.http import response


class Caller(Record):
    """What a caller of Invoke may add, as JSON text: ``X-Amz-Client-Context`` decoded, and a Cognito identity."""

    client_context: str = ""
    cognito_identity: str = ""


NOBODY = Caller()


class Delivery(Record):
    """An event with all that goes with it."""

    request_id: str
    event: bytes
    deadline_ms: int
    """Milliseconds since 1970."""
    function_arn: str
    trace_id: str
    caller: Caller

    def for_runtime(self) -> bytes:
        """The answer to the runtime's request for its next event; empty headers are left out."""
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(self.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": self.trace_id,
            "Lambda-Runtime-Client-Context": self.caller.client_context,
            "Lambda-Runtime-Cognito-Identity": self.caller.cognito_identity,
        }
        return response(HTTPStatus.OK, self.event, {name: value for name, value in headers.items() if value})

    def for_extensions(self) -> dict[str, Any]:
        """What an ``INVOKE`` event says."""
        return {
            "deadlineMs": self.deadline_ms,
            "requestId": self.request_id,
            "invokedFunctionArn": self.function_arn,
            "tracing": {"type": "X-Amzn-Trace-Id", "value": self.trace_id},
        }


def delivery(event: bytes, caller: Caller, function_arn: str, timeout: float) -> Delivery:
    """A new one, to be handled within so many seconds."""
    deadline = int((time.time() + timeout) * 1000)
    own, trace = str(uuid4()), trace_id()
    return Delivery(
        request_id=own, event=event, deadline_ms=deadline, function_arn=function_arn, trace_id=trace, caller=caller
    )


def trace_id() -> str:
    """A new trace in the form of ``_X_AMZN_TRACE_ID``, not sampled."""
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"
