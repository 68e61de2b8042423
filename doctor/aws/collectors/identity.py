"""IAM: the roles that functions run as, with every policy that grants or bounds, in one bulk read."""

from typing import Any

from doctor.aws.draft import Draft
from doctor.model.function import Function
from doctor.model.identity import ManagedPolicy, Role


def roles(draft: Draft, functions: list[Function]) -> None:
    """The functions' roles and the managed policies that these use; other roles of the account are left out."""
    wanted = {function.role for function in functions}
    answer = draft.read(
        "iam",
        "GetAccountAuthorizationDetails",
        Filter=["Role", "LocalManagedPolicy", "AWSManagedPolicy"],
    )
    if answer is None:
        return
    listed = [raw for raw in answer.get("RoleDetailList", ()) if raw["Arn"] in wanted]
    found = draft.add_all(Role, listed, "iam:GetAccountAuthorizationDetails")
    for arn in sorted(wanted - {role.arn for role in found} - {""}):
        draft.read("iam", "GetRole", about=arn, RoleName=arn.rsplit("/", 1)[-1])
    used = {attached.policy_arn for role in found for attached in role.attached_managed_policies}
    used |= {role.permissions_boundary.permissions_boundary_arn for role in found if role.permissions_boundary}
    policies = [_default(raw) for raw in answer.get("Policies", ()) if raw["Arn"] in used]
    draft.add_all(ManagedPolicy, policies, "iam:GetAccountAuthorizationDetails")


def _default(raw: dict[str, Any]) -> dict[str, Any]:
    """A managed policy with its default version only: the others decide nothing."""
    versions = [version for version in raw.get("PolicyVersionList", ()) if version.get("IsDefaultVersion")]
    return {**raw, "PolicyVersionList": versions}
