"""One thing to look at in a version of a function, and what follows from what is seen."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

from doctor.engine.world import World
from doctor.model.function import Function

Known = Mapping[type, Any]
"""By type of parameter: a dictionary of the fields and methods that are known, or the whole value."""


class Glance(NamedTuple):
    """One thing to look at, and what is known by it."""

    sees: Callable[[World, Function], Hashable]
    """``None``: nothing can be told."""
    tells: Callable[[Any], Known]
    about: frozenset[type]
    """What it may tell about."""
