"""Condition keys that follow from where a function is: its VPC endpoints, its organization, whose role it has.

Source: IAM User Guide, "AWS global condition context keys".
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from doctor.iam.layers import Layers
from doctor.model.function import Function
from doctor.model.identity import Role
from doctor.model.organization import OrganizationTarget
from doctor.model.snapshot import Snapshot

_ACCOUNT_DIGITS = 12


class Surroundings(NamedTuple):
    """Keys with their values, and keys (in lower case) that are certainly absent."""

    known: Mapping[str, Any]
    absent: frozenset[str]


def of_role(snapshot: Snapshot, layers: Layers, role: str, resource: str) -> Surroundings:
    """What is known of any request that is made with a role on a resource."""
    known: dict[str, Any] = {}
    absent: set[str] = set()
    owner = "".join(resource.split(":", 5)[4:5])
    if owner.isdigit() and len(owner) == _ACCOUNT_DIGITS:
        known["aws:ResourceAccount"] = owner
    organization = _organization(layers, role)
    if organization:
        known["aws:PrincipalOrgID"] = organization
    elif layers.alone and role.split(":")[4:5] == [snapshot.scope.account]:
        absent |= {"aws:principalorgid", "aws:principalorgpaths"}
    return Surroundings(known, frozenset(absent))


def of_code(snapshot: Snapshot, layers: Layers, function: Function, service: str, region: str) -> Surroundings:
    """What is known beside that of a request of a function's code: by an endpoint of its VPC, where all its subnets use one.

    Without an endpoint there it may still leave by another VPC's, so nothing is said.
    """
    known: dict[str, Any] = {}
    absent: set[str] = set()
    role = snapshot.resources.get(function.role)
    if isinstance(role, Role) and role.role_id:
        known["aws:userid"] = f"{role.role_id}:{function.function_name}"
    through = layers.passed(function, service) if region in ("", function.function_arn.split(":")[3]) else []
    if len(through) == 1 and through[0][1] == len(function.vpc_config.subnet_ids):
        known |= {"aws:SourceVpc": function.vpc_config.vpc_id, "aws:SourceVpce": through[0][0].vpc_endpoint_id}
        absent.add("aws:sourceip")
    return Surroundings(known, frozenset(absent))


def _organization(layers: Layers, role: str) -> str:
    """The id of the organization that a role's account is in; empty: not seen."""
    targets = layers.all(OrganizationTarget)
    if not any(target.target_id == "".join(role.split(":")[4:5]) for target in targets):
        return ""
    names = (part for target in targets for part in target.arn.split("/"))
    return next((part for part in names if part.startswith("o-")), "")
