"""Whoever would apply a fix: the policies that say whether they may. Read only when a fix is planned."""

from doctor.aws.collectors import identity
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.identity import Group, Role, User


def applier(draft: Draft, principal: str) -> None:
    """The role of a session, or a user with its groups, by the ARN that ``GetCallerIdentity`` gave."""
    account, name = arns.account(principal), principal.split("/", 1)[-1].split("/")
    if ":assumed-role/" in principal:
        known = {one.role_name for one in draft.all(Role) if arns.account(one.arn) == account}
        if name[0] not in known:
            identity.role(draft, principal, name[0])
    elif ":user/" in principal:
        _user(draft, principal, name[-1])


def _user(draft: Draft, arn: str, name: str) -> None:
    answer = draft.read("iam", "GetUser", about=arn, UserName=name)
    if answer is None:
        return
    groups = draft.read("iam", "ListGroupsForUser", about=arn, UserName=name) or {"Groups": ()}
    whole = {
        **answer["User"],
        "GroupList": [one["GroupName"] for one in groups["Groups"]],
        **identity.policies(draft, "User", arn, name),
    }
    found = draft.decode(User, whole, "iam:GetUser", about=arn)
    if found is None:
        return
    draft.add(found)
    identity.managed(draft, found)
    for group in groups["Groups"]:
        detail = {**group, **identity.policies(draft, "Group", group["Arn"], group["GroupName"])}
        decoded = draft.decode(Group, detail, "iam:ListGroupsForUser", about=group["Arn"])
        if decoded is not None:
            draft.add(decoded)
            identity.managed(draft, decoded)
