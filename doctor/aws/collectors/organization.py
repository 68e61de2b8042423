"""AWS Organizations: the policies that bound the account, from the root down; only the management account may read them."""

from collections.abc import Iterator
from typing import Any

from doctor.aws.decode import JSON
from doctor.aws.draft import Draft
from doctor.model.organization import OrganizationTarget

_NONE = ("AWSOrganizationsNotInUseException",)
_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_OFF = ("PolicyTypeNotEnabledException",)


def policies(draft: Draft) -> None:
    """The targets on the way from the root to the account, each with its policies; no organization is an answer."""
    organization = draft.read("organizations", "DescribeOrganization", absent=_NONE)
    if organization is None:
        return
    contents: dict[str, Any] = {}
    path = [draft.aws.account, *_parents(draft, draft.aws.account)]
    for level, target in enumerate(reversed(path)):
        attached = [summary for kind in _TYPES for summary in _attached(draft, target, kind)]
        for summary in attached:
            if summary["Id"] not in contents:
                contents[summary["Id"]] = _content(draft, summary)
        raw = {
            "Arn": f"{organization['Organization']['Arn']}/{target}",
            "TargetId": target,
            "Level": level,
            "Policies": [contents[summary["Id"]] for summary in attached if contents[summary["Id"]]],
        }
        draft.add_all(OrganizationTarget, [raw], "organizations:ListPoliciesForTarget")


def _parents(draft: Draft, child: str) -> Iterator[str]:
    """Organizational units and the root above an account, nearest first."""
    while True:
        answer = draft.read("organizations", "ListParents", ChildId=child)
        if not answer or not answer["Parents"]:
            return
        child = answer["Parents"][0]["Id"]
        yield child
        if answer["Parents"][0]["Type"] == "ROOT":
            return


def _attached(draft: Draft, target: str, kind: str) -> list[dict[str, Any]]:
    answer = draft.read("organizations", "ListPoliciesForTarget", absent=_OFF, TargetId=target, Filter=kind)
    return list(answer["Policies"]) if answer else []


def _content(draft: Draft, summary: dict[str, Any]) -> dict[str, Any] | None:
    answer = draft.read("organizations", "DescribePolicy", PolicyId=summary["Id"])
    if answer is None:
        return None
    named: dict[str, Any] = {key: summary[key] for key in ("Id", "Name", "Type") if key in summary}
    return {**named, "Content": JSON(answer["Policy"]["Content"])}
