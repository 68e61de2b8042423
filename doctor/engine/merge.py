"""Several fixes as one plan: steps that write the same thing become one; what they cannot agree on is said."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.engine.operations.documents import joined
from doctor.model.call import Call
from doctor.model.finding import Step

_TARGETS = {
    "lambda:UpdateFunctionConfiguration": ("FunctionName",),
    "lambda:PutFunctionConcurrency": ("FunctionName",),
    "lambda:UpdateEventSourceMapping": ("UUID",),
    "lambda:UpdateAlias": ("FunctionName", "Name"),
    "iam:PutRolePolicy": ("RoleName", "PolicyName"),
    "sqs:SetQueueAttributes": ("QueueUrl",),
}
"""Writes that set fields of one thing, by the parameters that name it: two of them can be one."""
_MORE_WILL_DO = ("Timeout", "MemorySize", "Size", "VisibilityTimeout", "ReservedConcurrentExecutions")
"""Where two fixes ask for different amounts, the larger one is enough for both."""


def merged(steps: Iterable[Step], obstacles: list[str]) -> list[Step]:
    """The steps, each write once, at the place of its first; what two of them set differently becomes an obstacle."""
    kept: dict[bytes, Step] = {}
    for step in steps:
        place, known = place_of(step.call), kept.get(place_of(step.call))
        if known is None:
            kept[place] = step
        else:
            parameters = _joined(step.call, known.call.parameters, step.call.parameters, obstacles)
            kept[place] = replace(known, call=replace(known.call, parameters=parameters))
    return _named(kept.values())


def place_of(call: Call) -> bytes:
    """What two calls have in common that set fields of the same thing; of all others, everything."""
    names = _TARGETS.get(call.name, call.parameters)
    what = {name: call.parameters.get(name) for name in names}
    return msgspec.json.encode((call.service, call.operation, call.account, call.region, what), order="sorted")


def _joined(call: Call, one: dict[str, Any], other: dict[str, Any], obstacles: list[str]) -> dict[str, Any]:
    return {
        name: _agreed(call, name, one[name], other[name], obstacles)
        if name in one and name in other
        else one.get(name, other.get(name))
        for name in {**one, **other}
    }


def _agreed(call: Call, name: str, one: Any, other: Any, obstacles: list[str]) -> Any:
    if one == other:
        return one
    if isinstance(one, dict) and isinstance(other, dict):
        return _joined(call, one, other, obstacles)
    if name in _MORE_WILL_DO:
        return max(one, other, key=int)
    if call.name == "iam:PutRolePolicy" and name == "PolicyDocument":
        return _both(one, other)
    obstacles.append(f"{call.name}: two fixes want {name} to be {one} and {other}; choose one with --finding")
    return one


def _both(one: str, other: str) -> str:
    """One document that allows what two do: both were made of what is there, each with a statement more."""
    known, added = json.loads(one), json.loads(other)["Statement"]
    return json.dumps({**known, "Statement": joined(known["Statement"], added)})


def _named(steps: Iterable[Step]) -> list[Step]:
    """The steps with names of their own: the answers of earlier ones are found by them."""
    taken: dict[str, int] = {}
    named = []
    for step in steps:
        number = taken[step.name] = taken.get(step.name, 0) + 1
        named.append(step if number == 1 else replace(step, name=f"{step.name} ({number})"))
    return named
