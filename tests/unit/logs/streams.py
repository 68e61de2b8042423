"""Log streams as Lambda writes them, in a few words: seconds after T0, and a line."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from doctor.logs.invocations import LogEvent, invocations
from doctor.model.telemetry import Invocation

T0 = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
A = "aaaaaaaa-0000-4000-8000-000000000001"
B = "bbbbbbbb-0000-4000-8000-000000000002"
INIT_START = (
    "INIT_START Runtime Version: python:3.12.v18\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:edb5\n"
)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def stream(*lines: tuple[float, str], name: str = "2026/11/23/[$LATEST]e1") -> list[LogEvent]:
    return [LogEvent(at=at(seconds), stream=name, message=line) for seconds, line in lines]


def read(*lines: tuple[float, str], name: str = "2026/11/23/[$LATEST]e1") -> tuple[Invocation, ...]:
    return invocations(stream(*lines, name=name))


def start(request_id: str = A, version: str = "$LATEST") -> str:
    return f"START RequestId: {request_id} Version: {version}\n"


def end(request_id: str = A) -> str:
    return f"END RequestId: {request_id}\n"


def report(request_id: str = A, *more: str, duration: str = "12.34", used: int = 36) -> str:
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration} ms",
        "Billed Duration: 13 ms",
        "Memory Size: 128 MB",
        f"Max Memory Used: {used} MB",
        *more,
    ]
    return "\t".join(fields) + "\t\n"


def platform(kind: str, **record: Any) -> str:
    return json.dumps({"time": "2026-11-23T10:00:00.000Z", "type": f"platform.{kind}", "record": record})


def one(*lines: tuple[float, str]) -> Invocation:
    """The only invocation of a stream."""
    (found,) = read(*lines)
    return found
