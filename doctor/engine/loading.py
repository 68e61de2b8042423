"""Run a rule's file, or its cases' file, which may be anybody's."""

import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from doctor.errors import Ended, RuleError


def names_of(path: Path, module_name: str) -> dict[str, Any]:
    """The names that a Python file defines.

    Raises:
        RuleError: the file cannot be loaded.
    """
    if path.suffix != ".py":
        raise RuleError(f"{path}: not a Python file")
    place = str(path)
    module = ModuleType(module_name)
    module.__file__ = place
    sys.modules[module_name] = module
    try:
        code = SourceFileLoader(module_name, place).get_code(module_name)  # a spec costs as much as the code
        exec(code, vars(module))  # type: ignore[arg-type]  # noqa: S102 -- a rule is code; only a package has none
    except (RuleError, Ended):
        raise
    except (Exception, SystemExit) as error:  # somebody else's file may fail in any way, or end the process
        raise RuleError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    return vars(module)
