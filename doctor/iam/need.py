"""What a call must be allowed to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Need(NamedTuple):
    """One action on one resource, which the caller must be allowed for its call to succeed."""

    action: str
    resource: str
    """ARN; ``*`` when the action has no resource, or none that the parameters tell."""
    context: Mapping[str, Any] = MappingProxyType({})
    note: str = ""
    """What could not be told from the parameters, in words; empty: nothing."""
