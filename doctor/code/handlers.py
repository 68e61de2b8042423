"""How people name handlers and what they take."""

from collections.abc import Sequence

_EVENT = frozenset(("e", "event", "events", "evt", "payload", "request"))
_CONTEXT = frozenset(("context", "ctx", "lambda_context"))


def looks_like_handler(name: str, parameters: Sequence[str]) -> bool:
    """Tell by its name, or by those of its first two parameters, whether a function was written for Lambda to call."""
    first, second = (*(one.strip("_").lower() for one in parameters[:2]), "", "")[:2]
    return "handler" in name.lower() or first in _EVENT or second in _CONTEXT
