"""What doctor wants to know of a handler's initialisation: how long each import takes, and what it is worth to put one off.

Run inside the sandbox, by every supported Python, before AWS's client; when nobody asks it is not even loaded.
"""

import importlib._bootstrap as loading
import importlib.machinery
import importlib.util
import json
import os
import sys
import time
from typing import Any, Dict, List  # noqa: UP035  Python 3.9 runs this

MARK = "doctor import times "
_LEAST = 0.1
"""Milliseconds: shorter imports are not told, only counted in what needed them."""


def watch(handler: str) -> None:
    """Time every load of a module; tell the tree on stderr when the handler's module is loaded, or cannot be."""
    load = loading._find_and_load  # type: ignore[attr-defined]  # noqa: SLF001  every import of C and of Python ends here
    stack: List[List[Dict[str, Any]]] = [[]]  # noqa: UP006
    wanted = handler.rpartition(".")[0].replace("/", ".")

    def timed(name: str, *rest: Any) -> Any:
        began = time.perf_counter()
        stack.append([])
        try:
            return load(name, *rest)
        finally:
            total = (time.perf_counter() - began) * 1000
            inner = stack.pop()
            own = max(total - sum(one["total"] for one in inner), 0.0)
            node = {"name": name, "own": own, "total": total, "imports": inner}
            if name == wanted:
                os.write(2, (MARK + json.dumps(node) + "\n").encode())
            elif total >= _LEAST:
                stack[-1].append(node)

    loading._find_and_load = timed  # type: ignore[attr-defined]  # noqa: SLF001


def put_off(name: str) -> None:
    """Load a module not when it is imported, but when something in it is used."""

    class Finder:
        @staticmethod
        def find_spec(wanted: str, path: Any = None, target: Any = None) -> Any:
            spec = importlib.machinery.PathFinder.find_spec(wanted, path, target) if wanted == name else None
            if spec is not None and spec.loader is not None:
                spec.loader = importlib.util.LazyLoader(spec.loader)
            return spec

    sys.meta_path.insert(0, Finder)
