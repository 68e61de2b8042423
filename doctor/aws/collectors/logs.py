"""Log lines, parsed into invocations: what happened last, as far back as the scope's window and a page limit go."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from doctor.aws.draft import Draft
from doctor.aws.session import AwsError
from doctor.logs.invocations import LogEvent, invocations
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.redaction import redact_text
from doctor.model.telemetry import Invocation

PAGES = 4
"""Pages of a log, each up to 10,000 events or 1 MB, that are read of one function."""
_NEWEST = 12
"""The share of the window that is read again from its other end when the log is longer than that: one in so many."""


def logs(draft: Draft, function: Function) -> None:
    """The invocations that a function's log shows in the scope's window; no log group is an answer: it never ran."""
    since = draft.now - timedelta(seconds=draft.scope.window)
    events, whole = _events(draft, function, since)
    if not whole:
        newest = draft.now - timedelta(seconds=draft.scope.window / _NEWEST)
        events |= _events(draft, function, newest)[0]
        _say_cut(draft, function)
    found = invocations(sorted(events.values(), key=lambda one: (one.at, one.stream)))
    draft.invocations[arns.unqualified(function.arn)] = tuple(_redacted(draft, one) for one in found)


def _say_cut(draft: Draft, function: Function) -> None:
    """What was read stands, and the gap is on the group's streams, not on the group: rules go on with the part that was seen."""
    call = draft.to("logs", "FilterLogEvents", logGroupName=function.log_group)
    draft.gap("not_asked", call, f"{function.log_group_arn}:*", f"longer than {PAGES} pages: its middle was not read")


def _events(draft: Draft, function: Function, since: datetime) -> tuple[dict[str, LogEvent], bool]:
    """Events by id, and whether these are all."""
    call = draft.to(
        "logs",
        "FilterLogEvents",
        logGroupName=function.log_group,
        startTime=_millis(since),
        endTime=_millis(draft.now),
    )
    found: dict[str, LogEvent] = {}
    try:
        for number, page in enumerate(draft.aws.pages(call, draft.stop), 1):
            found |= {_identity(raw): _event(raw) for raw in page["events"]}
            if number == PAGES and page.get("nextToken"):
                return found, False
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            draft.note(error.gap(function.log_group_arn))
    return found, True


def _identity(raw: dict[str, Any]) -> str:
    return str(raw.get("eventId") or (raw.get("logStreamName"), raw["timestamp"], raw.get("message")))


def _event(raw: dict[str, Any]) -> LogEvent:
    at = datetime.fromtimestamp(raw["timestamp"] / 1000, UTC)
    message = (
        raw.get("message", "").encode(errors="replace").decode()
    )  # JSON can tell of half a surrogate pair, not carry it
    return LogEvent(at=at, stream=raw.get("logStreamName", ""), message=message)


def _redacted(draft: Draft, invocation: Invocation) -> Invocation:
    lines = tuple(replace(line, message=redact_text(line.message, draft.key)) for line in invocation.lines)
    return replace(invocation, lines=lines, error_message=redact_text(invocation.error_message, draft.key))


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)
