"""Events that a handler wrote to its log: what many do first."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from doctor.model.telemetry import Invocation

_SHAPES = (
    ("Records",),
    ("requestContext",),
    ("detail-type", "detail"),
    ("awslogs",),
    ("eventSource", "records"),
    ("triggerSource", "userPoolId"),
    ("RequestType", "StackId"),
    ("rawPath", "routeKey"),
    ("configRuleName", "invokingEvent"),
    ("Step", "SecretId"),
    ("invocationId", "records"),
)
"""Keys by which an event of an AWS service is known."""
_SAID = re.compile(r"\b(event|payload|received|request|input|incoming)\b[^{\[]{0,40}$", re.IGNORECASE)
"""What stands before it, where somebody writes it on purpose."""
_NAMED = ("event", "Event", "lambda_event", "payload", "input", "rawEvent")
_REDACTED = "<redacted"
_OPENINGS = 8
"""So many braces of a line are tried."""


class LoggedEvent(NamedTuple):
    """An event as a log line has it."""

    event: Any
    redacted: bool
    """Whether something in it was replaced when the log was read."""


def logged_event(invocation: Invocation) -> LoggedEvent | None:
    """The event of an invocation, as it wrote it; ``None``: it did not, or not as JSON or as Python writes it."""
    for line in invocation.own_lines:
        for value in _events(line.message):
            return LoggedEvent(value, redacted=_REDACTED in json.dumps(value))
    return None


def _events(text: str) -> Iterator[Any]:
    """What in a line is an event."""
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict):
        yield from _of_record(whole)
        return
    for opening in list(re.finditer(r"\{", text))[:_OPENINGS]:
        value = _value(text[opening.start() :])
        if isinstance(value, dict) and value:
            if _is_event(value) or _SAID.search(text[: opening.start()]):
                yield value
            else:
                yield from _of_record(value)
            return


def _of_record(record: dict[str, Any]) -> Iterator[Any]:
    """An event that a line of structured logging holds, or is."""
    if _is_event(record):
        yield record
        return
    for name in _NAMED:
        if isinstance(record.get(name), dict):
            yield record[name]
            return
    message = record.get("message", record.get("msg"))
    if isinstance(message, dict):
        yield from [message] if _is_event(message) else _of_record(message)
    elif isinstance(message, str):
        yield from _events(message)


def _is_event(value: dict[str, Any]) -> bool:
    return any(all(name in value for name in shape) for shape in _SHAPES)


def _value(text: str) -> Any:
    """The object that a text begins with, as JSON or as Python writes it."""
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text[: text.rindex("}") + 1])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
