"""Where the time of an initialisation goes: a tree of imports, as the handler's own interpreter measured it."""

import msgspec

from doctor.model.measured import Import
from doctor.sandbox.runtimes.python.startup import MARK

WATCH = "_DOCTOR_IMPORTS"
"""Variable that has the runtime measure its imports."""
PUT_OFF = "_DOCTOR_PUT_OFF"
"""Variable that names a module which is loaded on first use."""


def tree(line: str) -> Import | None:
    """The tree that a line of stderr tells; ``None``: it is the handler's own."""
    if not line.startswith(MARK):
        return None
    try:
        return msgspec.json.decode(line[len(MARK) :], type=Import)
    except msgspec.DecodeError:
        return None


def heaviest(root: Import) -> Import | None:
    """The import in the handler's own module that costs most; ``None``: it imports nothing of weight."""
    return max(root.imports, key=lambda one: one.total, default=None)
