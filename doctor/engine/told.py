"""What is told of a function whose configuration was not read: a rule that can speak without a field asks for it here."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from doctor.engine.citing import cite
from doctor.engine.world import Unseen
from doctor.model.finding import Evidence
from doctor.model.function import Function

_Told = TypeVar("_Told")
_Else = TypeVar("_Else")


def told(ask: Callable[[], _Told], otherwise: _Else) -> _Told | _Else:
    """What ``ask`` gives, or ``otherwise`` where it lies behind a gap. For what only refines a finding, never for what it rests on."""
    try:
        return ask()
    except Unseen:
        return otherwise


def cite_told(function: Function, *fields: str) -> Iterator[Evidence]:
    """Cite those of a function's fields that are known."""
    for field in fields:
        found = told(lambda field=field: cite(function, field), None)  # type: ignore[misc]
        if found is not None:
            yield found
