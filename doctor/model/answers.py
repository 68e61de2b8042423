"""What a screen asks about a snapshot beside its diagnosis, and is answered."""

from datetime import datetime
from typing import Literal

from doctor.model.decision import Decision
from doctor.model.difference import Difference, Unread
from doctor.model.finding import Finding, Severity
from doctor.model.record import Record
from doctor.model.report import FunctionRow, RuleCard
from doctor.model.telemetry import Observation
from doctor.model.trace import Traced


class Reaching(Record):
    """Everything that a function is known to connect to."""

    found: tuple[Traced, ...] = ()
    unread: tuple[str, ...] = ()
    """Where destinations may be named that nobody could read, in words."""


class Asked(Record):
    """One request of a function's code, and what the policies say about it."""

    decision: Decision
    refused: int = 0
    """How many invocations failed because AWS refused it."""
    last: datetime | None = None
    """When it was refused last."""
    places: tuple[str, ...] = ()
    """Where the code makes it: ``archive.py:17``."""
    differs: str = ""
    """How AWS's text and the decision differ; empty: they agree, or AWS said nothing."""


class Permitting(Record):
    """What a function's code is known to ask for."""

    role: str
    """ARN."""
    asked: tuple[Asked, ...] = ()
    """What was refused or may be first."""
    unseen: tuple[str, ...] = ()
    """Why something was not decided, in words."""


class Incident(Record):
    """One root cause and everything that it brings about."""

    key: str
    """Stable as long as the cause is: the subject at fault, or the finding's fingerprint."""
    title: str
    rule: str
    """Of the worst finding; empty: no rule explains it."""
    severity: Severity | None = None
    """``None``: no rule explains it."""
    subject: str = ""
    """ARN of the resource at fault."""
    findings: tuple[Finding, ...] = ()
    """The roots; of several the worst first."""
    follows: tuple[Finding, ...] = ()
    """What is a consequence of them."""
    functions: tuple[FunctionRow, ...] = ()
    """Those affected, the worst first."""
    failures: dict[str, int] = {}
    """By name of the function, how often it was seen to fail from this."""
    first: datetime | None = None
    """When it was first seen to fail from this."""
    last: datetime | None = None


class RegionCount(Record):
    """A region, and how many functions the account has there."""

    region: str
    functions: int = 0
    error: str = ""
    """Why that is not known; empty: it is."""


class RuleRow(Record):
    """One rule, and what it said about the functions of a snapshot."""

    card: RuleCard
    folder: str
    """The symptom that it is filed under."""
    covers: tuple[str, ...] = ()
    """Entries of the catalogue of failures."""
    hit: tuple[str, ...] = ()
    """Names of the functions that it found something about."""
    passed: int = 0
    unseen: int = 0
    """So many functions it could not look at."""
    crashed: tuple[str, ...] = ()
    """What went wrong in it, in a line each."""


Part = Literal["root", "path", "near", "other"]
"""How near a change is to what fails: the cause itself, cited by a finding, belonging to the function, or neither."""


class Changed(Record):
    """A difference between two snapshots, and how near it is to what fails."""

    difference: Difference
    part: Part


class Happening(Record):
    """Something on the time line."""

    at: datetime
    kind: Literal["snapshot", "change", "onset", "now"]
    text: str = ""
    """A change's operation and what it names."""
    by: str = ""
    """Who changed it."""
    part: Part = "other"
    seen: Observation | None = None
    """What was seen first at an onset."""


class Pace(Record):
    """How a function went in the window of a snapshot."""

    p95: float | None = None
    """Milliseconds, the worst of the window's periods; ``None``: not observed."""
    errors_per_hour: float | None = None


class Comparison(Record):
    """What changed since it worked."""

    function: str = ""
    """Name; empty: the whole account."""
    before: datetime | None = None
    """When the earlier snapshot was taken; ``None``: there is none to compare with."""
    after: datetime
    changed: tuple[Changed, ...] = ()
    """The nearest to what fails first."""
    line: tuple[Happening, ...] = ()
    """Snapshots, CloudTrail's events and the first failure, oldest first."""
    came: tuple[Finding, ...] = ()
    """Findings that are there now only."""
    went: tuple[Finding, ...] = ()
    stayed: int = 0
    unread: tuple[Unread, ...] = ()
    """What only one of the snapshots looked at: whether that changed is unknown."""
    paces: tuple[Pace, Pace] | None = None
    """How the function went then and how it goes now; ``None``: it is about the whole account, or nothing is held against it."""
