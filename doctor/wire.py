"""The messages between the screen and the worker: one JSON object per line, in each direction.

The screen sends a ``Command``; the worker answers with ``Message`` lines of the same job, numbered without gaps, the
last of which is ``done`` or ``error``. Bodies are opaque here: events and results of ``doctor.model``.
"""

from typing import Any, Literal

import msgspec

Question = Literal[
    "detail",
    "network",
    "trace",
    "permissions",
    "can",
    "incidents",
    "rules",
    "compare",
    "events",
    "history",
    "regions",
]
"""What is asked about a stored snapshot and answered from it: it changes nothing and may be asked at any time."""
Verb = Literal["load", "reproduce", "rehearse", "apply", "undo"] | Question
Kind = Literal["progress", "row", "line", "phase", "gauge", "gated", "calls", "done", "error"]


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One job for a worker."""

    job: str
    """Chosen by the sender; every answer carries it."""
    verb: Verb
    arguments: dict[str, Any] = {}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a job's answer."""

    job: str
    seq: int
    """From 0, without gaps."""
    kind: Kind
    body: msgspec.Raw
    """JSON: an event's fields, a list of ``calls`` to AWS, the result of ``done``, or the one line of ``error``."""


def encode(message: Command | Message) -> bytes:
    """One line, its newline included. A line end inside JSON is white space: raw bodies may have been indented."""
    return msgspec.json.encode(message).replace(b"\n", b" ") + b"\n"


def command(line: bytes) -> Command:
    """Read a command; raises ``ValueError`` for anything else."""
    return msgspec.json.decode(line, type=Command)


def message(line: bytes) -> Message:
    """Read a message; raises ``ValueError`` for anything else."""
    return msgspec.json.decode(line, type=Message)
