"""Something that an EventBridge pattern, or a poller's filter, lets through.

Source: "Comparison operators for use in event patterns" in the EventBridge user guide.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_WORD = "example"
_ABSENT = object()


def example(pattern: Any) -> Any:
    """A value that a pattern, or a part of one, lets through; of several alternatives the first."""
    if isinstance(pattern, Mapping):
        made: dict[str, Any] = {}
        for name, part in pattern.items():
            if name == "$or":
                made = merged(made, example(part[0]) if part else {})
                continue
            value = example(part)
            if value is not _ABSENT:
                made[name] = value
        return made
    if isinstance(pattern, Sequence) and not isinstance(pattern, str):
        return _alternative(pattern[0]) if pattern else _WORD
    return pattern


def merged(base: Any, over: Any) -> Any:
    """A default with what a pattern asks for in it."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return {**base, **{name: merged(base[name], one) if name in base else one for name, one in over.items()}}
    return over


def _alternative(one: Any) -> Any:
    """What one comparison lets through."""
    if not isinstance(one, Mapping):
        return one
    operator, wanted = next(iter(one.items()), ("", None))
    make = _COMPARISONS.get(operator)
    return _WORD if make is None else make(wanted)


def _plain(wanted: Any) -> str:
    return str(next(iter(wanted.values()))) if isinstance(wanted, Mapping) else str(wanted)


def _other(unwanted: Any) -> Any:
    """Something else than what is not wanted."""
    values = unwanted if isinstance(unwanted, list) else [unwanted]
    if all(isinstance(one, int | float) for one in values):
        return max(values) + 1
    return _WORD if _WORD not in values else f"another {_WORD}"


def _number(bounds: Sequence[Any]) -> Any:
    """A number within bounds such as ``[">", 0, "<=", 5]``."""
    named = dict(zip(bounds[::2], bounds[1::2], strict=True))
    if "=" in named:
        return named["="]
    low = named.get(">=", named.get(">"))
    high = named.get("<=", named.get("<"))
    if low is not None and high is not None:
        return (low + high) / 2
    if low is not None:
        return low + 1
    return None if high is None else high - 1


_COMPARISONS: dict[str, Callable[[Any], Any]] = {
    "exists": lambda wanted: _WORD if wanted else _ABSENT,
    "prefix": lambda wanted: f"{_plain(wanted)}{_WORD}",
    "suffix": lambda wanted: f"{_WORD}{_plain(wanted)}",
    "wildcard": lambda wanted: str(wanted).replace("*", "x"),
    "equals-ignore-case": lambda wanted: wanted,
    "anything-but": _other,
    "numeric": _number,
    "cidr": lambda wanted: str(ipaddress.ip_network(wanted, strict=False)[1]),
}
