"""Environment variables that the code of a function asks for, and that its configuration does not have."""

import re

from doctor.model.function import Function
from doctor.model.telemetry import Invocation

_KEY = re.compile(r"'(?P<name>[A-Za-z_][A-Za-z0-9_]*)'")
_ENVIRON = re.compile(r"/os\.py\W+line \d+, in __getitem__")
"""The frame in which Python's ``os.environ`` gives up, as a traceback names it."""


def unset_variable(function: Function, one: Invocation) -> str:
    """The environment variable without which an invocation failed, by its name; empty: it failed by something else.

    A ``KeyError`` alone may be any dictionary's. It counts where the function's own source reads a variable of that name from its
    environment, or the traceback ends in ``os.environ``.
    """
    found = _KEY.fullmatch(one.error_message.strip()) if one.error_type == "KeyError" else None
    if found is None or found["name"] in function.environment.variables:
        return ""
    source = function.package.source.variables if function.package is not None else ()
    asked = any(read.name == found["name"] and read.use == "required" for read in source)
    return found["name"] if asked or any(_ENVIRON.search(line.message) for line in one.lines) else ""
