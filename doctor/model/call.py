"""One shape for every AWS call: what is read, what a handler asked for, what a fix sends, what the journal records."""

from typing import Any, Literal

import msgspec

from doctor.model.record import Record
from doctor.model.redacted import Redacted

Reason = Literal["denied", "throttled", "failed", "not_asked", "unsupported", "absent"]


OWN = ""
"""In place of a step's name in a ``Ref``: the step itself, whose undo needs what it made."""


class Ref(Record, tag_field="ref", tag="ref"):
    """Stands in a call's parameters for an answer that an earlier step of the same plan will bring."""

    step: str
    """The name of the earlier step."""
    path: str
    """Where in its response, dotted: ``NatGateway.NatGatewayId``."""


class Call(Record):
    """An AWS API call: botocore's service and operation names, and the operation's parameters in AWS's spelling."""

    service: str
    operation: str
    parameters: dict[str, Any] = {}
    account: str = ""
    region: str = ""

    def __post_init__(self) -> None:
        """Take back from JSON what stood in for a value: sent as it is, it would be a parameter that nobody meant."""
        if self.parameters:
            msgspec.structs.force_setattr(self, "parameters", _taken_back(self.parameters))

    @property
    def name(self) -> str:
        """The call as AWS writes it: ``lambda:GetFunction``."""
        return f"{self.service}:{self.operation}"


def _taken_back(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("ref") == "ref":
            return msgspec.convert(value, Ref)
        if value.get("redacted") == "redacted":
            return msgspec.convert(value, Redacted)
        return {name: _taken_back(one) for name, one in value.items()}
    return [_taken_back(one) for one in value] if isinstance(value, list) else value


INTERRUPTED = "interrupted"
"""The error of a gap that was left because the collecting was."""
UNREAD = "still being read"
"""The error of a gap that will be closed, or told otherwise, before the collecting ends."""


class Gap(Record):
    """A read that brought nothing, and why: what lies behind it is unknown, never fine."""

    reason: Reason
    call: Call
    resource: str = ""
    """ARN of the resource it concerns; empty when it concerns the whole account and region."""
    error: str = ""
    """The error as AWS (or the network) worded it, one line."""

    @property
    def on_purpose(self) -> bool:
        """Whether it was left by choice, and not because the collecting has not ended, or was ended."""
        return self.reason == "not_asked" and self.error not in (INTERRUPTED, UNREAD)
