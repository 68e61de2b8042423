"""The cases of tests/data/iam as requests and compiled policies."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from doctor.iam.evaluate import Level, Policies
from doctor.iam.policy import Policy, compile_policy
from doctor.iam.request import Request, make_request
from doctor.model.decision import LayerName

DATA = Path(__file__).parents[2] / "data" / "iam"


def load(name: str, key: str = "cases") -> list[dict[str, Any]]:
    return json.loads((DATA / name).read_text())[key]


def request_of(case: dict[str, Any], is_unknown: Callable[[str], bool] | None = None) -> Request:
    given = case["request"]
    principal = given["principal"] if isinstance(given["principal"], str) else "anonymous"
    return make_request(
        principal,
        given["action"],
        given["resource"],
        given["context"],
        owner=given["resource_account"],
        is_unknown=is_unknown,
    )


def compiled(entries: Any, layer: LayerName) -> tuple[Policy, ...]:
    entries = [entries] if isinstance(entries, dict) else entries or []
    return tuple(compile_policy(entry["name"], entry["document"], layer) for entry in entries)


def levels(entries: Any, layer: LayerName) -> tuple[Level, ...]:
    return tuple(Level(entry["target"], compiled(entry["policies"], layer)) for entry in entries or [])


def policies_of(case: dict[str, Any]) -> Policies:
    given = case["policies"]
    return Policies(
        identity=compiled(given["identity"], "identity"),
        boundary=compiled(given["boundary"], "boundary"),
        session=compiled(given["session"], "session"),
        resource=compiled(given["resource"], "resource"),
        endpoint=compiled(given["endpoint"], "endpoint"),
        scp=levels(given["scp"], "scp"),
        rcp=levels(given["rcp"], "rcp"),
    )
