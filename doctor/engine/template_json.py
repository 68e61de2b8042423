"""The patch of a template in JSON: values are set where they stand in the text, so that nothing else moves."""

import json
import re
from collections.abc import Mapping
from typing import Any

from doctor.errors import UsageError
from doctor.model.function import Function

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")


def set_in_json(name: str, text: str, function: Function, changes: Mapping[str, Any]) -> str:
    """The template with the properties set in the function's resource.

    Args:
        name: The file's name, for errors.
        text: The template.
        function: Whose properties.
        changes: What to set, by AWS's names.

    Raises:
        UsageError: it is no JSON, or not exactly one function in it is this one.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: not JSON: {error}") from error
    resources = whole.get("Resources") if isinstance(whole, dict) else None
    found = [one for one, body in (resources or {}).items() if _is_of(one, body, function)]
    if not found:
        raise UsageError(f"{name}: no function in it is {function.function_name}; check --template")
    if len(found) > 1:
        raise UsageError(f"{name}: {len(found)} functions in it could be {function.function_name}")
    for property_, value in changes.items():
        resource = _members(text, _members(text, _start(text, 0))["Resources"][0])[found[0]]
        place = _members(text, resource[0]).get("Properties")
        if place is None:
            raise UsageError(f"{name}: the function {found[0]} has no Properties")
        text = _set(text, place[0], property_, value)
    return text


def _is_of(logical: str, body: Any, function: Function) -> bool:
    """Whether a resource declares the function: by its FunctionName, or by the name that CloudFormation makes of its own."""
    if not isinstance(body, dict) or body.get("Type") not in FUNCTIONS:
        return False
    properties = body.get("Properties")
    declared = properties.get("FunctionName") if isinstance(properties, dict) else None
    if declared is not None:
        return bool(declared == function.function_name)
    return re.search(rf"-{re.escape(logical)}-\w+$", function.function_name) is not None


def _set(text: str, place: int, name: str, value: Any) -> str:
    """The text with a member of the object at ``place`` set, or put in before the first."""
    members = _members(text, place)
    if name in members:
        start, end = members[name]
        return text[:start] + _written(text, start, value) + text[end:]
    first = _start(text, place + 1)
    gap = text[place + 1 : first] if members else ""
    put = f"{gap}{json.dumps(name)}: {json.dumps(value)}"
    return text[: place + 1] + put + ("," if members else "") + text[place + 1 :]


def _written(text: str, start: int, value: Any) -> str:
    """A value as JSON, an object's members on lines of their own below the line on which it starts."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    lead = line[: len(line) - len(line.lstrip())]
    if not isinstance(value, dict) or not lead:
        return json.dumps(value)
    return json.dumps(value, indent=2).replace("\n", f"\n{lead}")


def _start(text: str, at: int) -> int:
    """Where the next thing begins."""
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _members(text: str, place: int) -> dict[str, tuple[int, int]]:
    """Where the value of each member of the object at ``place`` begins and ends. The text is known to be JSON."""
    found: dict[str, tuple[int, int]] = {}
    at = _start(text, place + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _start(text, _start(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        found[name] = (start, end)
        at = _start(text, end)
        if text[at] == ",":
            at = _start(text, at + 1)
    return found
