"""The condition context of a request: keys with their values, keys that are absent, and keys that nobody knows."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final


class Unknown(Enum):
    """Stands for the value of a key that may or may not be in the request."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Value = str | tuple[str, ...] | Unknown | None
"""A single value, the values of a multivalued key, unknown, or ``None`` for an absent key."""


def as_text(value: Any) -> str:
    """A scalar as IAM compares it: JSON's spelling for booleans and numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _none_unknown(_key: str) -> bool:
    return False


class Context:
    """Values by condition key; keys compare without regard to case.

    Args:
        values: A string for a single-valued key, a list for a multivalued one.
        is_unknown: Tells whether a key (in lower case) that is not in ``values`` is unknown; the others are absent.
    """

    __slots__ = ("_is_unknown", "_values")

    def __init__(self, values: Mapping[str, Any], is_unknown: Callable[[str], bool] = _none_unknown) -> None:
        self._values = {
            key.lower(): value if type(value) is str else tuple(map(as_text, value)) if _many(value) else as_text(value)
            for key, value in values.items()
        }
        self._is_unknown = is_unknown

    def get(self, key: str) -> Value:
        """The value of a key given in lower case."""
        value = self._values.get(key)
        if value is None and self._is_unknown(key):
            return UNKNOWN
        return value

    def without(self, key: str) -> "Context":
        """The same without a key (in lower case), which is absent then."""
        is_unknown = self._is_unknown
        left = Context({}, lambda other: other != key and is_unknown(other))
        left._values = {name: value for name, value in self._values.items() if name != key}
        return left

    def unknown_among(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys (in lower case) whose value is not known."""
        return [key for key in keys if self.get(key) is UNKNOWN]


def _many(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset)
