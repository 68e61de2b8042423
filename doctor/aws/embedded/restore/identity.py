"""Roles and managed policies."""

import json
from pathlib import Path
from typing import Any

from doctor.aws.embedded.recorded import recorded
from doctor.aws.embedded.restore.clients import Clients
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.snapshot import Snapshot


def restore(clients: Clients, snapshot: Snapshot, _: Path) -> None:
    """Policies first: roles refer to them."""
    for resource in snapshot.resources.values():
        if isinstance(resource, ManagedPolicy):
            _policy(clients, resource)
    for resource in snapshot.resources.values():
        if isinstance(resource, Role):
            _role(clients, resource)


def _policy(clients: Clients, policy: ManagedPolicy) -> None:
    default = next(one for one in policy.policy_version_list if one.is_default_version)
    if policy.arn.startswith("arn:aws:iam::aws:"):
        clients.embedded.control(
            "put_managed_policy",
            Arn=policy.arn,
            Document=default.document,
            VersionId=default.version_id,
        )
        return
    with recorded(ids=[str(policy.extra.get("PolicyId", ""))]):
        clients.iam.create_policy(
            PolicyName=policy.policy_name,
            Path=policy.path,
            PolicyDocument=json.dumps(default.document),
        )


def _role(clients: Clients, role: Role) -> None:
    bound = role.permissions_boundary
    boundary: dict[str, Any] = {"PermissionsBoundary": bound.permissions_boundary_arn} if bound else {}
    with recorded(ids=[role.role_id]):
        clients.iam.create_role(
            RoleName=role.role_name,
            Path=role.path,
            AssumeRolePolicyDocument=json.dumps(role.assume_role_policy_document),
            **boundary,
        )
    for inline in role.role_policy_list:
        clients.iam.put_role_policy(
            RoleName=role.role_name,
            PolicyName=inline.policy_name,
            PolicyDocument=json.dumps(inline.policy_document),
        )
    for attached in role.attached_managed_policies:
        clients.iam.attach_role_policy(RoleName=role.role_name, PolicyArn=attached.policy_arn)
