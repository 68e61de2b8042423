"""The patch of a template: a diff that sets the properties a plan sets, found by text, so that nothing else moves."""

import difflib
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from msgspec.structs import replace

from doctor.engine.ownership import HCL, settings, yaml_lines
from doctor.engine.template_json import FUNCTIONS, set_in_json
from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.plan import Owner, Plan, Tool

_VALUE = re.compile(r"""\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|.*?)(?P<comment>\s+(?:\#|//).*)?""")
"""A scalar, and the comment behind it."""
_KEY = re.compile(r"^(?P<indent> *)(?P<quote>[\"']?)(?P<name>[\w:]+)(?P=quote) *:(?P<value>.*)$")


def patched(plan: Plan, world: World, name: str, text: str) -> Plan:
    """The plan with a diff of its template.

    Raises:
        UsageError: the template is not that of the function, or not of a form that doctor patches.
    """
    for step in plan.steps:
        function = world.get(arns.unqualified(str(step.call.parameters.get("FunctionName", ""))), Function)
        changes = {} if function is None else dict(settings(plan.steps, function))
        if function is not None and changes:
            tool: Tool = "Terraform" if name.endswith(".tf") else "CloudFormation"
            known = plan.owner or Owner(tool=tool)
            patch = diff(name, text, function, changes)
            return replace(plan, owner=replace(known, patch=patch, against=name))
    raise UsageError(f"{name}: the plan changes no property of a function, so there is nothing to patch")


def diff(name: str, text: str, function: Function, changes: Mapping[str, Any]) -> str:
    """A unified diff of a template.

    Args:
        name: The file's name, as the diff tells it; ``.tf`` is Terraform, ``.json`` is JSON, all else YAML.
        text: The template.
        function: Whose properties.
        changes: What to set, by AWS's names.

    Raises:
        UsageError: the function is not found in it, or it is of a form that doctor does not patch.
    """
    kind = PurePath(name).suffix.lower()
    lines = text.splitlines()
    if kind == ".json":
        edited = set_in_json(name, text, function, changes).splitlines()
    else:
        edited = _terraform(name, lines, function, changes) if kind == ".tf" else _yaml(name, lines, function, changes)
    told = difflib.unified_diff(lines, edited, f"a/{name.lstrip('/')}", f"b/{name.lstrip('/')}", lineterm="")
    return "\n".join(told)


def _yaml(name: str, lines: list[str], function: Function, changes: Mapping[str, Any]) -> list[str]:
    """The lines with the properties set in the function's block."""
    found = [block for block in _blocks(lines) if _is_of(lines, block, function)]
    if not found:
        raise UsageError(f"{name}: no function in it is {function.function_name}; check --template")
    if len(found) > 1:
        raise UsageError(f"{name}: {len(found)} functions in it could be {function.function_name}")
    start, end = found[0]
    top = _indent(lines[start])
    properties = next((at for at in range(start + 1, end) if _named(lines[at], "Properties")), None)
    if properties is None:
        raise UsageError(f"{name}: the function at line {start + 1} has no Properties")
    last = next(
        (
            at
            for at in range(properties + 1, end)
            if lines[at].strip() and _indent(lines[at]) <= _indent(lines[properties])
        ),
        end,
    )
    inner = next((_indent(lines[at]) for at in range(properties + 1, last) if lines[at].strip()), top + 4)
    edited = list(lines)
    for property_, value in changes.items():
        at = next((one for one in range(properties + 1, last) if _named(edited[one], property_, inner)), None)
        new = yaml_lines(property_, value, inner)
        if at is None:
            edited[properties + 1 : properties + 1] = new
            last += len(new)
        else:
            old = next(
                (one for one in range(at + 1, last) if edited[one].strip() and _indent(edited[one]) <= inner), last
            )
            if old == at + 1 == at + len(new):
                new = [new[0] + _comment(edited[at].partition(":")[2])]
            edited[at:old] = new
            last += len(new) - (old - at)
    return edited


def _blocks(lines: list[str]) -> list[tuple[int, int]]:
    """Where each function's block begins and ends."""
    found = []
    for at, line in enumerate(lines):
        match = _KEY.match(line)
        if match is None or match["name"] != "Type" or match["value"].strip().strip("\"'") not in FUNCTIONS:
            continue
        inner = _indent(line)
        start = next((one for one in range(at, -1, -1) if lines[one].strip() and _indent(lines[one]) < inner), 0)
        end = next(
            (one for one in range(at + 1, len(lines)) if lines[one].strip() and _indent(lines[one]) < inner), len(lines)
        )
        found.append((start, end))
    return found


def _is_of(lines: list[str], block: tuple[int, int], function: Function) -> bool:
    """Whether a block declares the function: by its FunctionName, or by the name that CloudFormation makes of its own."""
    start, end = block
    for line in lines[start:end]:
        match = _KEY.match(line)
        if match is not None and match["name"] == "FunctionName":
            return match["value"].strip().strip("\"'") == function.function_name
    logical = lines[start].strip().rstrip(":").strip("\"'")
    return re.search(rf"-{re.escape(logical)}-\w+$", function.function_name) is not None


def _terraform(name: str, lines: list[str], function: Function, changes: Mapping[str, Any]) -> list[str]:
    """The lines with the arguments set in the function's resource."""
    for start, line in enumerate(lines):
        if not re.match(r'\s*resource\s+"aws_lambda_function"', line):
            continue
        end = next((at for at in range(start + 1, len(lines)) if lines[at].rstrip() == "}"), len(lines))
        wanted = re.compile(rf'\s*function_name\s*=\s*"{re.escape(function.function_name)}"')
        if any(wanted.match(one) for one in lines[start:end]):
            return _set(lines, start, end, changes)
    raise UsageError(f"{name}: no aws_lambda_function in it is {function.function_name}; check --template")


def _set(lines: list[str], start: int, end: int, changes: Mapping[str, Any]) -> list[str]:
    edited = list(lines)
    for property_, value in changes.items():
        argument = HCL.get(property_)
        if argument is None:
            raise UsageError(f"doctor does not know {property_} in Terraform; without --template it prints a snippet")
        written = f'"{value}"' if isinstance(value, str) else str(value)
        known = re.compile(rf"(\s*{argument}\s*=\s*)(\S.*)")
        at = next((one for one in range(start, end) if known.match(edited[one])), None)
        if at is None:
            edited.insert(end, f"  {argument} = {written}")
            end += 1
        else:
            old = known.fullmatch(edited[at])
            assert old is not None
            edited[at] = f"{old[1]}{written}{_comment(old[2])}"
    return edited


def _comment(value: str) -> str:
    """What stands behind a value that is replaced: it may be about more than that value."""
    found = _VALUE.fullmatch(value)
    return (found["comment"] or "") if found else ""


def _named(line: str, name: str, indent: int | None = None) -> bool:
    match = _KEY.match(line)
    return match is not None and match["name"] == name and indent in (None, len(match["indent"]))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
