"""IAM: the roles that functions run as, with every policy that grants or bounds."""

from typing import Any

from doctor.aws.draft import Draft
from doctor.model.function import Function
from doctor.model.identity import Group, ManagedPolicy, Role, User

_FEW = 3
"""Of so many roles one page of the bulk listing is tried, and then each by itself: an account may have thousands of others."""
_MOST = 1000
"""Roles and policies on a page: fewer pages, and of an account that is not very large the first one tells all."""
_BULK = "iam:GetAccountAuthorizationDetails"
_DENIED = ("AccessDenied", "AccessDeniedException")


def roles(draft: Draft) -> None:
    """The functions' roles and the managed policies that these use; other roles of the account are left out.

    In one bulk listing; what it does not tell, because it is not allowed or broke off, is read one by one.
    """
    wanted = {function.role for function in draft.all(Function)} - {""}
    if not wanted:
        return
    answer = draft.read(
        "iam",
        "GetAccountAuthorizationDetails",
        absent=_DENIED,  # then each role says for itself whether it may be read
        pages=1 if len(wanted) <= _FEW else 0,
        MaxItems=_MOST,
        Filter=["Role", "LocalManagedPolicy", "AWSManagedPolicy"],
    )
    answer = answer or {}
    found = draft.add_all(Role, [raw for raw in answer.get("RoleDetailList", ()) if raw["Arn"] in wanted], _BULK)
    used = {policy for role in found for policy in _policies(role)}
    listed = [_default(raw) for raw in answer.get("Policies", ()) if raw["Arn"] in used]
    known = {one.arn for one in draft.add_all(ManagedPolicy, listed, _BULK)}
    for arn in sorted(wanted - {role.arn for role in found}):
        role(draft, arn)
    for arn in sorted(used - known):
        _policy(draft, arn)


def _policies(holder: Role | User | Group) -> list[str]:
    """The managed policies that a role, user or group uses, the one that bounds it included."""
    attached = [one.policy_arn for one in holder.attached_managed_policies]
    bound = None if isinstance(holder, Group) else holder.permissions_boundary
    return attached + ([bound.permissions_boundary_arn] if bound else [])


def _default(raw: dict[str, Any]) -> dict[str, Any]:
    """A managed policy with its default version only: the others decide nothing."""
    versions = [version for version in raw.get("PolicyVersionList", ()) if version.get("IsDefaultVersion")]
    return {**raw, "PolicyVersionList": versions}


def role(draft: Draft, arn: str, name: str = "") -> None:
    """One role, read by itself, with its policies; ``name``: where the ARN is that of a session."""
    name = name or arn.rsplit("/", 1)[-1]
    answer = draft.read("iam", "GetRole", about=arn, RoleName=name)
    if answer is None:
        return
    whole = {**answer["Role"], **policies(draft, "Role", arn, name)}
    found = draft.decode(Role, whole, "iam:GetRole", about=arn)
    if found is not None:
        draft.add(found)
        managed(draft, found)


def policies(draft: Draft, kind: str, arn: str, name: str) -> dict[str, Any]:
    """The policies of one role, user or group, by the names of ``GetAccountAuthorizationDetails``."""
    named: dict[str, Any] = {f"{kind}Name": name}
    attached = draft.read("iam", f"ListAttached{kind}Policies", about=arn, **named) or {"AttachedPolicies": ()}
    inline = draft.read("iam", f"List{kind}Policies", about=arn, **named) or {"PolicyNames": ()}
    documents = [
        draft.read("iam", f"Get{kind}Policy", about=arn, **named, PolicyName=policy) for policy in inline["PolicyNames"]
    ]
    return {
        "AttachedManagedPolicies": attached["AttachedPolicies"],
        f"{kind}PolicyList": [_inline(one) for one in documents if one],
    }


def managed(draft: Draft, holder: Role | User | Group) -> None:
    """The managed policies that one of them uses."""
    for policy in _policies(holder):
        _policy(draft, policy)


def _inline(answer: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyName": answer["PolicyName"], "PolicyDocument": answer["PolicyDocument"]}


def _policy(draft: Draft, arn: str) -> None:
    """One managed policy, at its default version; each is read once."""
    if arn in draft.resources:
        return
    answer = draft.read("iam", "GetPolicy", about=arn, PolicyArn=arn)
    if answer is None:
        return
    version = answer["Policy"]["DefaultVersionId"]
    document = draft.read("iam", "GetPolicyVersion", about=arn, PolicyArn=arn, VersionId=version)
    if document is not None:
        raw = {**answer["Policy"], "PolicyVersionList": [document["PolicyVersion"]]}
        draft.add_all(ManagedPolicy, [raw], "iam:GetPolicy")
