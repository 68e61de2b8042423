"""IAM's writes to managed policies: another version of one, and one of doctor's own where a role has no room for inline policies."""

import json
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations import documents, properties
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.operations.role_names import role_named
from doctor.engine.operations.templates import managed_policy_as_code
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import OWN, Call, Ref
from doctor.model.finding import Step, Touched
from doctor.model.identity import AttachedPolicy, ManagedPolicy, PolicyVersion, Role
from doctor.model.snapshot import Snapshot

_ID = "PolicyVersion.VersionId"


def add(policy: ManagedPolicy, actions: list[str], resource: str) -> tuple[Step, ...]:
    """Let a managed policy allow more, in a version of its own that becomes the default; the one before stays.

    Args:
        policy: The account's own policy, with its default version; nothing is offered for one of AWS's.
        actions: ``service:Action``.
        resource: The ARN that they are for.
    """
    known = document(policy)
    if known is None or arns.account(policy.arn) == "aws" or not documents.takes(known, resource):
        return ()
    statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": documents.literal(resource)}
    told = json.dumps(documents.beside(known, statement))
    made = Step(
        name=f"write a version of {policy.policy_name}",
        call=_call(policy.arn, "CreatePolicyVersion", PolicyDocument=told, SetAsDefault=False),
    )
    chosen = _call(policy.arn, "SetDefaultPolicyVersion", VersionId=Ref(step=made.name, path=_ID))
    return made, Step(name=f"let it be the default of {policy.policy_name}", call=chosen)


def attach(role: Role, name: str, known: dict[str, Any]) -> tuple[Step, ...]:
    """Make a managed policy with a document, and give it to a role."""
    partition, account = role.arn.split(":")[1], arns.account(role.arn)
    arn = f"arn:{partition}:iam::{account}:policy/{name}"
    make = Call(
        service="iam",
        operation="CreatePolicy",
        parameters={"PolicyName": name, "PolicyDocument": json.dumps(known)},
        account=account,
    )
    give = replace(make, operation="AttachRolePolicy", parameters={"RoleName": role.role_name, "PolicyArn": arn})
    return (
        Step(name=f"make the policy {name}", call=make),
        Step(name=f"attach it to {role.role_name}", call=give),
    )


def document(policy: ManagedPolicy) -> dict[str, Any] | None:
    """What the default version says; ``None``: it was not seen."""
    versions = {one.version_id: one.document for one in policy.policy_version_list}
    return versions.get(policy.default_version_id)


def used_by(role: Role) -> tuple[str, ...]:
    """ARNs of the managed policies that grant to a role or bound it."""
    bound = (role.permissions_boundary.permissions_boundary_arn,) if role.permissions_boundary else ()
    return (*(one.policy_arn for one in role.attached_managed_policies), *bound)


def _call(arn: str, operation: str, **parameters: Any) -> Call:
    return Call(
        service="iam", operation=operation, parameters={"PolicyArn": arn, **parameters}, account=arns.account(arn)
    )


def _policy(world: World, call: Call) -> ManagedPolicy:
    found = world.get(call.parameters["PolicyArn"], ManagedPolicy)
    if found is None:
        raise LookupError(f"{call.name}: {call.parameters['PolicyArn']} is not in the snapshot")
    return found


def _nothing(_world: World, _call: Call) -> tuple[Touched, ...]:
    return ()


# CreatePolicyVersion, SetDefaultPolicyVersion, DeletePolicyVersion


def _versioned(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    """AWS counts on, and gives no number twice; which it gave to versions that were deleted is not seen."""
    policy, told = _policy(World(snapshot), call), json.loads(call.parameters["PolicyDocument"])
    known = next((one.version_id for one in policy.policy_version_list if one.document == told), None)
    if known is not None:
        return snapshot, {"PolicyVersion": {"VersionId": known}}
    numbers = [int(one.version_id.removeprefix("v")) for one in policy.policy_version_list]
    number = f"v{max(numbers, default=0) + 1}"
    version = PolicyVersion(document=told, version_id=number)
    changed = replace(policy, policy_version_list=(*policy.policy_version_list, version))
    return snapshot.with_resources(changed), {"PolicyVersion": {"VersionId": number}}


def _chosen(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    changed = replace(_policy(World(snapshot), call), default_version_id=call.parameters["VersionId"])
    return snapshot.with_resources(changed), {}


def _unversioned(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    policy = _policy(World(snapshot), call)
    left = tuple(one for one in policy.policy_version_list if one.version_id != call.parameters["VersionId"])
    return snapshot.with_resources(replace(policy, policy_version_list=left)), {}


# CreatePolicy, DeletePolicy, AttachRolePolicy, DetachRolePolicy


def _arn(world: World, call: Call) -> str:
    partition = next((one.arn.split(":")[1] for one in world.all(Role)), "aws")
    return f"arn:{partition}:iam::{call.account}:policy/{call.parameters['PolicyName']}"


def _made(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    arn = _arn(World(snapshot), call)
    version = PolicyVersion(
        document=json.loads(call.parameters["PolicyDocument"]), version_id="v1", is_default_version=True
    )
    policy = ManagedPolicy(arn=arn, policy_name=call.parameters["PolicyName"], policy_version_list=(version,))
    return snapshot.with_resources(policy), {"Policy": {"Arn": arn}}


def _deleted(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    left = {arn: one for arn, one in snapshot.resources.items() if arn != call.parameters["PolicyArn"]}
    return replace(snapshot, resources=left), {}


def _given(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    role, arn = role_named(World(snapshot), call), call.parameters["PolicyArn"]
    others = tuple(one for one in role.attached_managed_policies if one.policy_arn != arn)
    if call.operation == "AttachRolePolicy":
        others = (*others, AttachedPolicy(policy_name=arns.name(arn), policy_arn=arn))
    return snapshot.with_resources(replace(role, attached_managed_policies=others)), {}


def _take(_world: World, call: Call) -> Call:
    return replace(call, operation="DetachRolePolicy")


_READ_ROLE = ("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy")
_UNDONE = "doctor deletes only what it made itself"

OPERATIONS = {
    "iam:CreatePolicyVersion": Operation(
        effect=_versioned,
        touches=lambda world, call: touched(_policy(world, call), "DefaultVersionId"),
        part=_nothing,
        makes=True,
        undo=lambda _world, call: _call(
            call.parameters["PolicyArn"], "DeletePolicyVersion", VersionId=Ref(step=OWN, path=_ID)
        ),
        settled=no_settle,
        actions=(
            "iam:CreatePolicyVersion",
            "iam:DeletePolicyVersion",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:ListPolicyVersions",
        ),
        as_code=properties.managed_policy,
    ),
    "iam:DeletePolicyVersion": Operation(
        effect=_unversioned,
        touches=_nothing,
        undo=lambda _world, _call: None,
        undo_note=_UNDONE,
        settled=no_settle,
        actions=("iam:DeletePolicyVersion",),
    ),
    "iam:SetDefaultPolicyVersion": Operation(
        effect=_chosen,
        touches=lambda world, call: touched(_policy(world, call), "DefaultVersionId"),
        undo=lambda world, call: replace(
            call, parameters={**call.parameters, "VersionId": _policy(world, call).default_version_id}
        ),
        settled=no_settle,
        actions=("iam:SetDefaultPolicyVersion", "iam:GetPolicy"),
    ),
    "iam:CreatePolicy": Operation(
        effect=_made,
        touches=_nothing,
        makes=True,
        undo=lambda world, call: _call(_arn(world, call), "DeletePolicy"),
        settled=no_settle,
        actions=("iam:CreatePolicy", "iam:DeletePolicy"),
        as_code=managed_policy_as_code,
    ),
    "iam:DeletePolicy": Operation(
        effect=_deleted,
        touches=_nothing,
        undo=lambda _world, _call: None,
        undo_note=_UNDONE,
        settled=no_settle,
        actions=("iam:DeletePolicy",),
    ),
    "iam:AttachRolePolicy": Operation(
        effect=_given,
        touches=lambda world, call: touched(role_named(world, call), "AttachedManagedPolicies"),
        undo=_take,
        settled=no_settle,
        actions=("iam:AttachRolePolicy", "iam:DetachRolePolicy", *_READ_ROLE),
    ),
    "iam:DetachRolePolicy": Operation(
        effect=_given,
        touches=lambda world, call: touched(role_named(world, call), "AttachedManagedPolicies"),
        undo=lambda _world, call: replace(call, operation="AttachRolePolicy"),
        settled=no_settle,
        actions=("iam:DetachRolePolicy", *_READ_ROLE),
    ),
}
