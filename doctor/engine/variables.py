"""Environment variables that the code of a function asks for, and that its configuration does not have."""

import re

from doctor.engine.world import Unseen
from doctor.model.function import Function
from doctor.model.package import Variable
from doctor.model.telemetry import Invocation

_KEY = re.compile(r"'(?P<name>[A-Za-z_][A-Za-z0-9_]*)'")
_ENVIRON = re.compile(r"(?:/os\.py|<frozen os>)\W+line \d+, in __getitem__")
"""The frame in which Python's ``os.environ`` gives up, as a traceback names it: frozen from Python 3.11 on."""


def unset_variable(function: Function, one: Invocation) -> str:
    """The environment variable without which an invocation failed, by its name; empty: it failed by something else.

    A ``KeyError`` alone may be any dictionary's. It counts where the function's own source reads a variable of that name from its
    environment, or the traceback ends in ``os.environ``.
    """
    name = maybe_variable(function, one)
    told = any(_ENVIRON.search(line.message) for line in one.lines) if name else False
    asked = told or any(read.use == "required" for read in places_of_variable(function, name))
    return name if asked else ""


def maybe_variable(function: Function, one: Invocation) -> str:
    """What may be an environment variable that is not set: the key of a ``KeyError``, where no variable has that name; or empty."""
    found = _KEY.fullmatch(one.error_message.strip()) if one.error_type == "KeyError" else None
    if found is None:
        return ""
    try:
        environment = function.environment
        unset = (
            found["name"] not in environment.variables and "Error" not in environment.extra
        )  # not decrypted: none is told
    except Unseen:  # of a log alone the configuration is not known
        unset = True
    return found["name"] if unset else ""


def places_of_variable(function: Function, name: str) -> tuple[Variable, ...]:
    """Where the function's source reads a variable of that name from its environment, as far as the source is known."""
    try:
        source = function.package.source.variables if function.package is not None else ()
    except Unseen:
        return ()
    return tuple(read for read in source if read.name == name)
