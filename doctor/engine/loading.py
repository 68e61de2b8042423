"""Run a rule's file, or its cases' file, which may be anybody's."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from doctor.errors import RuleError


def names_of(path: Path, module_name: str) -> dict[str, Any]:
    """The names that a Python file defines.

    Raises:
        RuleError: the file cannot be loaded.
    """
    spec = spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise RuleError(f"{path}: not a Python file")
    module = module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except RuleError:
        raise
    except Exception as error:  # somebody else's file may fail in any way
        raise RuleError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    return vars(module)
