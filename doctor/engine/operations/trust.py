"""IAM's writes to a role's trust policy: who may take it on."""

import json
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations import documents, properties
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.operations.role_names import role_named
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.identity import Role
from doctor.model.snapshot import Snapshot


def let_assume(role: Role, service: str) -> Step:
    """Let a service take on a role, beside whoever may already: ``lambda.amazonaws.com``."""
    return Step(name=f"let {service} take on {role.role_name}", call=_update(role, _with(role, {"Service": service})))


def let_role_assume(role: Role, other: str) -> Step:
    """Let another role of the account, by its ARN, take on a role: named like this it needs no policy of its own for it."""
    return Step(
        name=f"let {arns.name(other)} take on {role.role_name}", call=_update(role, _with(role, {"AWS": other}))
    )


def _with(role: Role, principal: dict[str, str]) -> dict[str, Any]:
    known = role.assume_role_policy_document or {"Version": documents.VERSION}
    added = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {**known, "Statement": [*documents.statements(known), added]}


def _update(role: Role, document: dict[str, Any]) -> Call:
    return Call(
        service="iam",
        operation="UpdateAssumeRolePolicy",
        parameters={"RoleName": role.role_name, "PolicyDocument": json.dumps(document)},
        account=arns.account(role.arn),
    )


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    role = role_named(World(snapshot), call)
    document = json.loads(call.parameters["PolicyDocument"])
    return snapshot.with_resources(replace(role, assume_role_policy_document=document)), {}


def _undo(world: World, call: Call) -> Call:
    role = role_named(world, call)
    return _update(role, role.assume_role_policy_document)


OPERATIONS = {
    "iam:UpdateAssumeRolePolicy": Operation(
        effect=_after,
        touches=lambda world, call: touched(role_named(world, call), "AssumeRolePolicyDocument"),
        undo=_undo,
        settled=no_settle,
        actions=("iam:UpdateAssumeRolePolicy", "iam:GetRole"),
        as_code=properties.trust,
    ),
}
