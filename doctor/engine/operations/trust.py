"""IAM's writes to a role's trust policy: who may take it on."""

import json
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.operations.role_policies import role_named
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.identity import Role
from doctor.model.snapshot import Snapshot

_VERSION = "2012-10-17"


def let_assume(role: Role, service: str) -> Step:
    """Let a service take on a role, beside whoever may already: ``lambda.amazonaws.com``."""
    known = role.assume_role_policy_document or {"Version": _VERSION, "Statement": []}
    statements = known.get("Statement", [])
    added = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = {**known, "Statement": [*(statements if isinstance(statements, list) else [statements]), added]}
    return Step(name=f"let {service} take on {role.role_name}", call=_update(role, document))


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
    ),
}
