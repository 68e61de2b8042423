"""From a call to what IAM is asked: actions, resource ARNs, and the condition keys that the parameters set.

Nine of ten operations have an action of the same name, and IAM's templates say how its resources' ARNs are built from
parameters; the exceptions are in ``operation_table``. What cannot be told from the parameters alone is said.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from doctor.iam import catalogue, models
from doctor.iam.api_gateway_operations import api_gateway_needs
from doctor.iam.beside import beside
from doctor.iam.call_context import context_of
from doctor.iam.dynamodb_operations import dynamodb_needs
from doctor.iam.need import Need
from doctor.iam.operation_table import ACTIONS, PREFIXES
from doctor.iam.resource_arns import arns_of
from doctor.iam.s3_operations import s3_needs
from doctor.model.call import Call


class UnmappedCall(ValueError):
    """No IAM action is known for the operation; the message names it."""


def needs(call: Call) -> tuple[Need, ...]:
    """Everything that a call must be allowed to do. All of it must be.

    Raises:
        UnmappedCall: The operation has no known action.
    """
    special = _SPECIAL.get(call.service)
    found = tuple(special(call)) if special else ()
    return (*(found or _generic(call)), *beside(call))


_SPECIAL: dict[str, Callable[[Call], Iterable[Need]]] = {
    "apigateway": api_gateway_needs,
    "apigatewayv2": api_gateway_needs,
    "dynamodb": dynamodb_needs,
    "s3": s3_needs,
}


def _generic(call: Call) -> Iterator[Need]:
    for name in action_names(call):
        action = catalogue.action(name)
        if action is None:
            continue
        service = name.partition(":")[0]
        context = context_of(call, service)
        for resource, note in arns_of(call, service, action):
            yield Need(f"{service}:{action.name}", resource, context, note)
        if "iam:PassRole" in action.dependent_actions or _passes_role(call):
            yield from _pass_role(call)


def action_names(call: Call) -> tuple[str, ...]:
    """The IAM actions of an operation.

    Raises:
        UnmappedCall: None is known.
    """
    named = ACTIONS.get(call.name)
    if named is not None:
        return named
    for prefix in prefixes(call.service):
        if call.operation.lower() in catalogue.actions(prefix):
            return (f"{prefix}:{call.operation}",)
    raise UnmappedCall(f"no IAM action is known for {call.name}")


def prefixes(service: str) -> tuple[str, ...]:
    """IAM prefixes that a service of botocore may have, likeliest first."""
    metadata = models.metadata(service) if service in models.services() else models.Metadata()
    likely = (
        PREFIXES.get(service, ""),
        metadata.signs_as,
        service,
        metadata.endpoint_prefix,
        service.partition("-")[0],
    )
    return tuple(dict.fromkeys(prefix for prefix in likely if prefix))


_ROLE_PARAMETERS = ("Role", "RoleArn", "roleArn", "ExecutionRoleArn", "executionRoleArn", "taskRoleArn", "ServiceRole")
"""Parameters by which a service is handed a role to use later."""
_PASSING = ("Create", "Update", "Put", "Register", "Run", "Start")


def _passes_role(call: Call) -> bool:
    return call.service != "sts" and call.operation.startswith(_PASSING)


def _pass_role(call: Call) -> Iterator[Need]:
    """``iam:PassRole`` on every role that the call hands to a service."""
    principal = f"{prefixes(call.service)[0]}.amazonaws.com"
    for role in dict.fromkeys(_roles(call.parameters)):
        yield Need("iam:PassRole", role, {"iam:PassedToService": principal})


def _roles(value: Any, depth: int = 4) -> Iterator[str]:
    """Roles in parameters that are named for one, in nested objects too (``Target.RoleArn``)."""
    if not depth:
        return
    if isinstance(value, list):
        for one in value:
            yield from _roles(one, depth - 1)
    for name, one in value.items() if isinstance(value, dict) else ():
        if name in _ROLE_PARAMETERS and isinstance(one, str) and ":role/" in one:
            yield one
        else:
            yield from _roles(one, depth - 1)
