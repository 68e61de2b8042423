"""What differs between two snapshots."""

from typing import Any

from doctor.model.record import Record, Time


class Difference(Record):
    """One field of one resource, or a whole resource that came or went."""

    resource: str
    """ARN."""
    kind: str
    """CloudFormation's type of the resource."""
    field: str = ""
    """AWS's name, dotted for a field within one; empty: the whole resource."""
    before: Any = None
    """``None``: it was not there."""
    after: Any = None
    by: str = ""
    """Who changed it, where CloudTrail tells; the event's name behind it."""
    at: Time | None = None


class Unread(Record):
    """What one of two snapshots holds and the other did not look at."""

    snapshot: str
    """Which of them did not: ``OLD`` or ``NEW``."""
    resources: int = 0
    """Whole resources."""
    fields: dict[str, int] = {}
    """By name, in how many of the resources that both hold."""
