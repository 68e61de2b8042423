"""What a call of which only some parameters are known asks for: what is certain of it, and nothing else."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from doctor.iam import catalogue
from doctor.model.call import Call

_IN_ENTRIES = ("events:PutEvents",)
"""Operations that name the resource in each of the entries that they take, which source does not show."""
_OBJECT = "object"


class Asked(NamedTuple):
    """One action that the caller must be allowed."""

    action: str
    resource: str
    """ARN, or ``*`` for an action without resources; empty: which one is not known."""
    within: str = ""
    """What the ARN begins with where more of it is not known."""
    context: Mapping[str, Any] = MappingProxyType({})


def asked(call: Call) -> Iterator[Asked]:
    """What a call must be allowed to do as far as its parameters tell; nothing for an operation that nobody knows."""
    from doctor.iam.operations import UnmappedCall, needs  # reads models: only who asks about calls pays for it
    from doctor.iam.request import InvalidRequest

    try:
        found = needs(call)
    except (UnmappedCall, InvalidRequest):
        return
    for need in found:
        action = catalogue.action(need.action)
        uses = action.resource_types if action else ()
        nameless = need.resource == "*" and any(use.required for use in uses)
        unknown = bool(need.note) or nameless or call.name in _IN_ENTRIES
        passed = {name: value for name, value in need.context.items() if name == "iam:PassedToService"}
        if any(use.name == _OBJECT for use in uses) and "/" not in need.resource:
            bucket = f"{need.resource}/" if need.resource.startswith("arn:") else ""
            yield Asked(need.action, "", bucket)
        elif unknown:
            yield Asked(need.action, "")
        else:
            yield Asked(need.action, need.resource, context=passed)
