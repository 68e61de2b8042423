"""Which infrastructure-as-code owns a function, by the marks it leaves, and the same change in its language."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from doctor.engine.world import World
from doctor.model import arns
from doctor.model.finding import Step
from doctor.model.function import Function
from doctor.model.plan import Owner, Tool

_STACK_ID, _STACK = "aws:cloudformation:stack-id", "aws:cloudformation:stack-name"
_TERRAFORM = ("terraform", "managed-by", "managedby", "managed_by", "tf-workspace", "tfe_workspace")
"""Tags by which teams mark what Terraform owns, which itself leaves none; in lower case."""
SETTINGS = ("Timeout", "MemorySize", "Handler", "EphemeralStorage", "LoggingConfig", "ReservedConcurrentExecutions")
"""Parameters that are properties of a function under the same name in CloudFormation and SAM."""
HCL = {
    "Timeout": "timeout",
    "MemorySize": "memory_size",
    "Handler": "handler",
    "ReservedConcurrentExecutions": "reserved_concurrent_executions",
}
"""The same in Terraform's aws_lambda_function."""


def owner(world: World, steps: Iterable[Step]) -> Owner | None:
    """Who owns the functions that the steps change, with a snippet of the change; ``None``: no mark was seen."""
    for step in steps:
        function = world.get(arns.unqualified(str(step.call.parameters.get("FunctionName", ""))), Function)
        found = None if function is None else _marked(function)
        if found is not None and function is not None:
            tool, stack, mark = found
            changes = dict(settings(steps, function))
            return Owner(tool=tool, stack=stack, mark=mark, patch=snippet(tool, function, changes))
    return None


def _marked(function: Function) -> tuple[Tool, str, str] | None:
    tags = {name.lower(): value for name, value in function.tags.items()}
    if _STACK_ID in tags or _STACK in tags:
        mark = _STACK_ID if _STACK_ID in tags else _STACK
        stack = str(tags[mark]).split("stack/")[-1].split("/")[0] if mark == _STACK_ID else str(tags[mark])
        return _in_cloudformation(tags), stack, mark
    for name, value in tags.items():
        if name in _TERRAFORM and ("terraform" in name or "tf" in name or "terraform" in str(value).lower()):
            return "Terraform", "", name
    return None


def _in_cloudformation(tags: Mapping[str, Any]) -> Tool:
    """Which tool wrote the stack's template."""
    if "lambda:createdby" in tags:
        return "SAM"
    if any(name.startswith("aws-cdk:") for name in tags):
        return "CDK"
    if "serverless_service" in tags or "stage" in tags:
        return "Serverless Framework"
    return "CloudFormation"


def settings(steps: Iterable[Step], function: Function) -> Iterator[tuple[str, Any]]:
    """The properties of a function that the steps set, by AWS's names."""
    for step in steps:
        if arns.unqualified(str(step.call.parameters.get("FunctionName", ""))) == arns.unqualified(function.arn):
            yield from ((name, value) for name, value in step.call.parameters.items() if name in SETTINGS)


def snippet(tool: Tool, function: Function, changes: Mapping[str, Any]) -> str:
    """What to write where the function is declared; empty when the change is to none of its properties."""
    if not changes:
        return ""
    if tool == "Terraform":
        lines = [f"  {HCL[name]} = {_hcl(value)}" for name, value in changes.items() if name in HCL]
        head = f'resource "aws_lambda_function" "..." {{  # function_name = "{function.function_name}"'
        return "\n".join([head, *lines, "}"]) if lines else ""
    if tool == "CDK":
        words = {"Timeout": "timeout: Duration.seconds({})", "MemorySize": "memorySize: {}", "Handler": "handler: '{}'"}
        lines = [f"  {words[name].format(value)}," for name, value in changes.items() if name in words]
        return "\n".join([f"// the construct of {function.function_name}", *lines]) if lines else ""
    lines = [line for name, value in changes.items() for line in yaml_lines(name, value, 2)]
    return "\n".join([f"# the function {function.function_name}", "Properties:", *lines])


def _hcl(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def yaml_lines(name: str, value: Any, indent: int) -> list[str]:
    """A property as lines of YAML."""
    lead = " " * indent
    if isinstance(value, Mapping):
        return [f"{lead}{name}:", *(line for key, one in value.items() for line in yaml_lines(key, one, indent + 2))]
    return [f"{lead}{name}: {value}"]
