"""IAM's writes: inline policies of a role."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step, Touched
from doctor.model.function import Function
from doctor.model.identity import PolicyDetail, Role
from doctor.model.snapshot import Snapshot

_VERSION = "2012-10-17"


def allow(role: Role, wanted: Iterable[tuple[str, str]], *, below: bool = False, only: Function | None = None) -> Step:
    """Let a role do exactly what is wanted, by an inline policy of its own.

    Args:
        role: The role.
        wanted: Actions (``service:Action``) with the ARN that each is for, or ``*`` for an action that has no resource.
        below: Whether each is for all that lies below the ARN instead: a log group's streams.
        only: The function whose code alone may make use of it, where others run with the same role.
    """
    by_resource: dict[str, set[str]] = {}
    for action, resource in wanted:
        by_resource.setdefault(resource, set()).add(action)
    bound = {"Condition": {"ArnEquals": {"lambda:SourceFunctionArn": arns.unqualified(only.arn)}}} if only else {}
    statements = [
        {
            "Effect": "Allow",
            "Action": sorted(actions),
            "Resource": _literal(resource) + (":*" if below else ""),
            **bound,
        }
        for resource, actions in sorted(by_resource.items())
    ]
    document = {"Version": _VERSION, "Statement": statements}
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    return Step(name=f"allow it to {role.role_name}", call=_put(role, f"doctor-{digest[:12]}", document))


def _literal(arn: str) -> str:
    """An ARN as a pattern that matches nothing else; a lone ``*`` is every resource."""
    return arn if arn == "*" else "".join(f"${{{one}}}" if one in "*?$" else one for one in arn)


def _put(role: Role, name: str, document: dict[str, Any]) -> Call:
    return _call(role, "PutRolePolicy", PolicyName=name, PolicyDocument=json.dumps(document))


def _call(role: Role, operation: str, **parameters: str) -> Call:
    return Call(
        service="iam",
        operation=operation,
        parameters={"RoleName": role.role_name, **parameters},
        account=arns.account(role.arn),
    )


def _role(world: World, call: Call) -> Role:
    """The role that a call names; within an account names are unique whatever the path."""
    for role in world.all(Role):
        if (role.role_name, arns.account(role.arn)) == (call.parameters["RoleName"], call.account):
            return role
    raise LookupError(f"{call.name}: the role {call.parameters['RoleName']} is not in the snapshot")


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    role = _role(World(snapshot), call)
    name, document = call.parameters["PolicyName"], call.parameters.get("PolicyDocument")
    policies = {one.policy_name: one for one in role.role_policy_list}
    policies.pop(name, None) if document is None else policies.update({name: _detail(name, document)})
    return snapshot.with_resources(replace(role, role_policy_list=tuple(policies.values()))), {}


def _detail(name: str, document: str) -> PolicyDetail:
    return PolicyDetail(policy_name=name, policy_document=json.loads(document))


def _undo(world: World, call: Call) -> Call:
    role, name = _role(world, call), call.parameters["PolicyName"]
    before = next((one.policy_document for one in role.role_policy_list if one.policy_name == name), None)
    return _call(role, "DeleteRolePolicy", PolicyName=name) if before is None else _put(role, name, before)


def _touched(world: World, call: Call) -> tuple[Touched, ...]:
    """The role's inline policies by name, the order in which they are read again."""
    role = _role(world, call)
    ordered = tuple(sorted(role.role_policy_list, key=lambda one: one.policy_name))
    return touched(replace(role, role_policy_list=ordered), "RolePolicyList")


def _operation(name: str) -> Operation:
    return Operation(
        effect=_after,
        touches=_touched,
        undo=_undo,
        settled=no_settle,
        actions=(f"iam:{name}", "iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy"),
    )


OPERATIONS = {f"iam:{name}": _operation(name) for name in ("PutRolePolicy", "DeleteRolePolicy")}
