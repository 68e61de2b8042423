"""What every generated event carries: one moment, one account, and ids that are the same each time."""

import base64
import hashlib
import uuid
from datetime import datetime

from doctor.model import arns
from doctor.model.record import Record


class Stamp(Record):
    """The moment and the place of a generated event."""

    now: datetime
    function: str
    """ARN of the version that gets it."""

    @property
    def account(self) -> str:
        """The account's id."""
        return arns.account(self.function)

    @property
    def region(self) -> str:
        """The region."""
        return arns.region(self.function)

    @property
    def iso(self) -> str:
        """``2026-11-23T10:42:00Z``."""
        return f"{self.now:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def precise(self) -> str:
        """``2026-11-23T10:42:00.000Z``."""
        return f"{self.now:%Y-%m-%dT%H:%M:%S}.000Z"

    @property
    def millis(self) -> int:
        """Milliseconds since 1970."""
        return int(self.now.timestamp() * 1000)

    def id(self, what: str) -> str:
        """A UUID that is always the same for the same thing."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.function}/{what}"))

    def token(self, what: str, length: int) -> str:
        """So many hexadecimal digits, always the same for the same thing."""
        return hashlib.sha256(f"{self.function}/{what}".encode()).hexdigest()[:length]


def base64ed(text: str) -> str:
    """Base64 of a text."""
    return base64.b64encode(text.encode()).decode()


def md5(text: str) -> str:
    """MD5 in hexadecimal, as SQS tells it of a body."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


BODY = '{"id": "example-1"}'
"""What a message says of which nothing is known."""
