"""The smallest event that still does the same: parts are left out, then made smaller, as long as it does.

By structure, not by characters: members of objects and items of lists (delta debugging, halves first), then texts and
numbers; JSON inside a text is a structure too, such as a message's body. The same event is shrunk in the same way each
time. Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.
"""

import json
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Shrinking = Generator[Any, bool, T]
"""Yields a smaller candidate, is sent whether it still does the same, and returns the smallest that does."""


def shrink(value: Any) -> Shrinking[Any]:
    """Shrink until a whole round changes nothing."""
    while True:
        smaller = yield from _smaller(value)
        if smaller == value:
            return value
        value = smaller


def _smaller(value: Any) -> Shrinking[Any]:
    if isinstance(value, dict):
        return (yield from _object(value))
    if isinstance(value, list):
        return (yield from _list(value))
    if isinstance(value, str):
        return (yield from _text(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (yield from _number(value))
    return value


def _object(value: dict[str, Any]) -> Shrinking[dict[str, Any]]:
    kept = dict((yield from _fewer(list(value.items()), dict)))
    for name in list(kept):
        kept[name] = yield from _inside(_smaller(kept[name]), partial(_with_member, kept, name))
    return kept


def _list(value: list[Any]) -> Shrinking[list[Any]]:
    kept = list((yield from _fewer(value, list)))
    for place in range(len(kept)):
        kept[place] = yield from _inside(_smaller(kept[place]), partial(_with_item, kept, place))
    return kept


def _with_member(whole: dict[str, Any], name: str, one: Any) -> dict[str, Any]:
    return {**whole, name: one}


def _with_item(whole: list[Any], place: int, one: Any) -> list[Any]:
    return [*whole[:place], one, *whole[place + 1 :]]


def _inside(inner: Shrinking[T], around: Callable[[Any], Any]) -> Shrinking[T]:
    """Shrink a part: its candidates are tried in their place in the whole."""
    try:
        candidate = next(inner)
        while True:
            candidate = inner.send((yield around(candidate)))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # a generator's return value is not typed


def _fewer(items: Sequence[Any], made: Callable[[Sequence[Any]], Any]) -> Shrinking[Sequence[Any]]:
    """Leave items out: all of them, halves, quarters, …, single ones."""
    if items and (yield made([])):
        return []
    size = len(items) // 2
    while size:
        place = 0
        while place < len(items):
            fewer = [*items[:place], *items[place + size :]]
            if fewer and (yield made(fewer)):
                items = fewer
            else:
                place += size
        size //= 2
    return items


def _text(value: str) -> Shrinking[str]:
    inner = _structure(value)
    if inner is not None:
        return json.dumps((yield from _inside(_smaller(inner), json.dumps)))
    if value and (yield ""):
        return ""
    size = len(value) // 2
    while size:
        place = 0
        while place < len(value):
            shorter = value[:place] + value[place + size :]
            if shorter and (yield shorter):
                value = shorter
            else:
                place += size
        size = size // 2 if size > _FINE else 0
    return value


_FINE = 8
"""Characters: to leave out fewer of a text makes nothing clearer, and costs a run for each."""


def _structure(text: str) -> Any:
    """The object or list that a text holds; ``None``: it is just a text."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _number(value: float) -> Shrinking[float]:
    for simple in (0, 1):
        if abs(value) > simple and (yield simple):
            return simple
    if isinstance(value, int):
        while abs(value) > 1 and (yield int(value / 2)):
            value = int(value / 2)
    return value
