"""What a step of the pipeline says while it works; its result is what its generator returns."""

from collections.abc import Generator
from datetime import datetime
from typing import TypeVar

from doctor.model.gate import Connection, GatedCall
from doctor.model.record import Record


class Progress(Record, tag_field="event", tag="progress"):
    """How far a step is; ``waiting`` says for what, when it waits."""

    what: str
    done: int = 0
    total: int = 0
    """0: not known."""
    waiting: str = ""


class Line(Record, tag_field="event", tag="line"):
    """One line for the person who watches: a log line of a local run, a step of an apply."""

    text: str
    role: str = "text"
    at: datetime | None = None


class Phase(Record, tag_field="event", tag="phase"):
    """A phase of a local run began or ended: ``init``, ``invoke``; durations in milliseconds."""

    name: str
    state: str
    duration: float | None = None


class Gauge(Record, tag_field="event", tag="gauge"):
    """Where a local run stands: memory in MB against its limit, time in milliseconds against its limit."""

    memory: int
    memory_limit: int
    elapsed: float
    time_limit: float


class Gated(Record, tag_field="event", tag="gated"):
    """The gate of a local run met a call or a connection of the handler's: one of the two."""

    at: datetime
    call: GatedCall | None = None
    connection: Connection | None = None


class ApiCall(Record):
    """One request that was sent to AWS, and how it was answered."""

    at: datetime
    name: str
    """``service:Operation``."""
    about: str = ""
    """What it was about: a name or an ARN among its parameters."""
    status: str = "200"
    """AWS's error code where it refused, otherwise ``200``."""
    took: float = 0.0
    """Milliseconds."""
    write: bool = False
    """Whether it was sent to change something."""


Event = Progress | Line | Phase | Gauge | Gated

T = TypeVar("T")
Job = Generator[Event, None, T]
"""A step of the pipeline: yields events, returns its result."""
