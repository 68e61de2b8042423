"""IAM's writes: inline policies of a role."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec.structs import replace

from doctor.engine.operations import documents, managed_policies
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.operations.role_names import role_named
from doctor.engine.operations.templates import policy_as_code
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step, Touched
from doctor.model.function import Function
from doctor.model.identity import PolicyDetail, Role
from doctor.model.snapshot import Snapshot


class Wanted(NamedTuple):
    """What a role is to be allowed."""

    action: str
    """``service:Action``."""
    resource: str
    """ARN, or ``*`` for an action that has no resource."""
    condition: tuple[tuple[str, str], ...] = ()
    """Condition keys with the value that each must equal: ``(("kms:ViaService", "s3.eu-west-1.amazonaws.com"),)``."""
    pattern: bool = False
    """Whether ``resource`` is a pattern already, which somebody chose to be wider than what was asked for."""


def grant(
    role: Role, wanted: Iterable[tuple[str, str] | Wanted], *, below: bool = False, only: Function | None = None
) -> tuple[Step, ...]:
    """As ``allow``; a role whose inline policies have no room left gets a managed policy of doctor's own, if it may have one more."""
    asked = [Wanted(*one) for one in wanted]
    step = allow(role, asked, below=below, only=only)
    name, document = step.call.parameters["PolicyName"], json.loads(step.call.parameters["PolicyDocument"])
    others = [one.policy_document for one in role.role_policy_list if one.policy_name != name]
    full = documents.size(document, *others) > documents.MOST_INLINE
    if not full or len(role.attached_managed_policies) >= documents.MOST_ATTACHED:
        return (step,)
    alone = {"Version": documents.VERSION, "Statement": _statements(asked, below=below, only=only)}
    return managed_policies.attach(role, f"doctor-{documents.digest(alone)}", alone)


def allow(
    role: Role, wanted: Iterable[tuple[str, str] | Wanted], *, below: bool = False, only: Function | None = None
) -> Step:
    """Let a role do exactly what is wanted, by an inline policy of doctor's own, beside what that allows already.

    Args:
        role: The role.
        wanted: Actions (``service:Action``) with the ARN that each is for, or ``*`` for an action that has no resource.
        below: Whether each is for all that lies below the ARN instead: a log group's streams.
        only: The function whose code alone may make use of it, where others run with the same role. Not for what Lambda
            itself does with the role: its requests do not say which function they are for.
    """
    statements = _statements(wanted, below=below, only=only)
    known = _own(role)
    if known is not None:
        statements = documents.joined(known.policy_document["Statement"], statements)
    document = {"Version": documents.VERSION, "Statement": statements}
    name = known.policy_name if known else f"doctor-{documents.digest(document)}"
    return Step(name=f"allow it to {role.role_name}", call=_put(role, name, document))


def _statements(
    wanted: Iterable[tuple[str, str] | Wanted], *, below: bool, only: Function | None
) -> list[dict[str, Any]]:
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], set[str]] = {}
    for one in wanted:
        action, resource, condition, pattern = Wanted(*one)
        grouped.setdefault((resource if pattern else documents.literal(resource), condition), set()).add(action)
    return [
        _statement(resource + (":*" if below else ""), actions, condition, only)
        for (resource, condition), actions in sorted(grouped.items())
    ]


def _statement(
    resource: str, actions: Iterable[str], condition: tuple[tuple[str, str], ...], only: Function | None
) -> dict[str, Any]:
    tests: dict[str, dict[str, str]] = {"StringEquals": dict(condition)} if condition else {}
    if only is not None:
        tests["ArnEquals"] = {"lambda:SourceFunctionArn": arns.unqualified(only.arn)}
    return documents.named(
        {
            "Effect": "Allow",
            "Action": sorted(actions),
            "Resource": resource,
            **({"Condition": tests} if tests else {}),
        }
    )


def _own(role: Role) -> PolicyDetail | None:
    """The inline policy that an earlier fix made, whose form is known."""
    for one in role.role_policy_list:
        statements = one.policy_document.get("Statement")
        if (
            one.policy_name.startswith("doctor-")
            and one.policy_document.get("Version") == documents.VERSION
            and isinstance(statements, list)
        ):
            return one
    return None


def _put(role: Role, name: str, document: dict[str, Any]) -> Call:
    return _call(role, "PutRolePolicy", PolicyName=name, PolicyDocument=json.dumps(document))


def _call(role: Role, operation: str, **parameters: str) -> Call:
    return Call(
        service="iam",
        operation=operation,
        parameters={"RoleName": role.role_name, **parameters},
        account=arns.account(role.arn),
    )


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    role = role_named(World(snapshot), call)
    name, document = call.parameters["PolicyName"], call.parameters.get("PolicyDocument")
    policies = {one.policy_name: one for one in role.role_policy_list}
    policies.pop(name, None) if document is None else policies.update({name: _detail(name, document)})
    return snapshot.with_resources(replace(role, role_policy_list=tuple(policies.values()))), {}


def _detail(name: str, document: str) -> PolicyDetail:
    return PolicyDetail(policy_name=name, policy_document=json.loads(document))


def _undo(world: World, call: Call) -> Call:
    role, name = role_named(world, call), call.parameters["PolicyName"]
    before = next((one.policy_document for one in role.role_policy_list if one.policy_name == name), None)
    return _call(role, "DeleteRolePolicy", PolicyName=name) if before is None else _put(role, name, before)


def _touched(world: World, call: Call) -> tuple[Touched, ...]:
    """The role's inline policies by name, the order in which they are read again."""
    role = role_named(world, call)
    ordered = tuple(sorted(role.role_policy_list, key=lambda one: one.policy_name))
    return touched(replace(role, role_policy_list=ordered), "RolePolicyList")


def _policy(world: World, call: Call) -> tuple[Touched, ...]:
    return touched(role_named(world, call), f"RolePolicyList[{call.parameters['PolicyName']}]")


def _operation(name: str) -> Operation:
    return Operation(
        effect=_after,
        as_code=policy_as_code if name == "PutRolePolicy" else None,
        touches=_touched,
        part=_policy,
        undo=_undo,
        settled=no_settle,
        actions=(f"iam:{name}", "iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy"),
    )


OPERATIONS = {f"iam:{name}": _operation(name) for name in ("PutRolePolicy", "DeleteRolePolicy")}
