"""A policy inside a parameter, told statement by statement: as JSON inside JSON nobody reads it."""

import json
from collections.abc import Iterator
from typing import Any

_KNOWN = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def told(value: Any) -> list[str]:
    """The statements of a policy document, one text each; empty: it is none, or holds what is not told here."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return []
    try:
        document = json.loads(value)
    except ValueError:
        return []
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), list):
        return []
    statements = document["Statement"]
    if not all(isinstance(one, dict) and {"Effect", "Action"} <= one.keys() <= _KNOWN for one in statements):
        return []
    return [" ".join(_parts(one)) for one in statements]


def _parts(statement: dict[str, Any]) -> Iterator[str]:
    yield str(statement["Effect"])
    if "Principal" in statement:
        principal = statement["Principal"]
        named = _listed(next(iter(principal.values()))) if isinstance(principal, dict) and principal else str(principal)
        yield f"{named} to"
    yield _listed(statement["Action"])
    if "Resource" in statement:
        yield f"on {_listed(statement['Resource'])}"
    if statement.get("Condition"):
        yield f"if {json.dumps(statement['Condition'])}"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
