"""doctor diagnoses AWS Lambda functions, proves a cause and its fix locally, and only then applies it.

The names that a rule's author needs (``doctor.rules_api``) can be imported from here too; importing ``doctor`` itself
loads nothing.
"""

import os.path
from importlib import import_module

TYPE_CHECKING = False  # typing takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any


def __getattr__(name: str) -> "Any":
    # The import system asks for our own modules here first: that must not cost an import.
    place = os.path.join(os.path.dirname(__file__), name)  # noqa: PTH118, PTH120 -- pathlib costs as much as the rest
    if name.startswith("_") or os.path.exists(place) or os.path.exists(f"{place}.py"):  # noqa: PTH110 -- the same
        raise AttributeError(name)
    try:
        return getattr(import_module("doctor.rules_api"), name)
    except AttributeError:
        raise AttributeError(f"module 'doctor' has no attribute '{name}'") from None
