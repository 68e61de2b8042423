"""Events that were found for a function, or made for it, each with where it comes from."""

from typing import Literal

import msgspec

from doctor.model.record import Record, Time

EventKind = Literal[
    "given", "incident", "bundle", "dead-letter", "destination", "logs", "test-event", "generated", "empty"
]
"""Where an event comes from, the surest first."""
InvocationType = Literal["RequestResponse", "Event"]
FAILED: tuple[EventKind, ...] = ("given", "incident", "bundle", "dead-letter", "destination", "logs")
"""Kinds of events that are taken for those of a failed invocation; others only have its form."""


class FoundEvent(Record):
    """One event, and where it comes from."""

    kind: EventKind
    source: str
    """In words: ``message 5f… of the dead-letter queue orders-dead, 2 h ago``."""
    event: msgspec.Raw
    """As JSON text, in clear: it is run, and never shown like this."""
    name: str = ""
    """By which it can be asked for among others of its kind: a test event's name, a way in."""
    at: Time | None = None
    request_id: str = ""
    """Of the invocation that failed with it; empty: not told."""
    invocation_type: InvocationType = "RequestResponse"
    note: str = ""
    """What is not as it was: parts that were redacted, a batch of which one message is known."""


class Looked(Record):
    """One place where an event was looked for."""

    place: str
    result: str
    """``2 events``, or why there is none: in AWS's words where it refused."""


class Chosen(Record):
    """The event that is run, what else there was, and where it was looked for."""

    event: FoundEvent
    others: tuple[FoundEvent, ...] = ()
    looked: tuple[Looked, ...] = ()
