"""The value that is told in place of a secret."""

from typing import Literal

from doctor.model.record import Record

Kind = Literal["value", "url", "credential"]


class Redacted(Record, tag_field="redacted", tag="redacted"):
    """A value that was there and is not told: its kind, its length in characters, and a keyed digest."""

    kind: Kind
    length: int
    digest: str

    def __str__(self) -> str:
        """Name the kind and the length, never the value."""
        return f"<redacted {self.kind}, {self.length} characters>"
