"""Which components a change of the snapshot concerns: what had no part in it keeps its answers."""

from collections.abc import Mapping

from doctor.model.function import Function
from doctor.model.network import InternetGateway, NatGateway, NetworkAcl, NetworkShape, RouteTable, SecurityGroup
from doctor.model.snapshot import Resource
from doctor.network.catalogue import identifier

FROM_ELSEWHERE = frozenset(
    {
        "vpc-peering-connection",
        "transit-gateway",
        "DISCONNECTED_VPCS",
        "DR_PEER_DNS_PUBLIC",
        "IGW_NAT_REFLECTION",
        "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        "UNKNOWN_DESTINATION",
    }
)
"""Kinds of hops, and codes, of flows that come into a VPC from another one, or would."""


def changes(before: Mapping[str, Resource], after: Mapping[str, Resource]) -> frozenset[str] | None:
    """Ids of components that differ; of the VPC, where a difference may concern flows that never met the component.

    Returns:
        The ids, and the kinds and codes of hops that are concerned as well; ``None`` when everything may be different.
    """
    arns = {arn for arn in before.keys() | after.keys() if before.get(arn) is not after.get(arn)}
    found: set[str] = set()
    for arn in arns:
        ids = _concerned(before.get(arn), after.get(arn))
        if ids is None:
            return None
        found |= ids
    return frozenset(found)


def _concerned(old: Resource | None, new: Resource | None) -> set[str] | None:
    """The ids that a difference of one resource concerns; a function is looked at anew in any case."""
    one = new if new is not None else old
    if not isinstance(one, NetworkShape):
        return None if not isinstance(one, Function) and _has_network(one) else set()
    if old is not None and new is not None and _stays_in_place(old, new):
        return {identifier(one)}
    vpc = getattr(one, "vpc_id", "")
    return {vpc, identifier(one), *FROM_ELSEWHERE} if vpc and not _joins(one) else None


def _has_network(one: Resource | None) -> bool:
    return type(one).__module__ == "doctor.model.backends"


def _stays_in_place(old: Resource, new: Resource) -> bool:
    """Whether the same flows meet a component before and after: only what it does with them is different."""
    if isinstance(old, RouteTable | NetworkAcl) and isinstance(new, RouteTable | NetworkAcl):
        return old.associations == new.associations
    if isinstance(old, InternetGateway) and isinstance(new, InternetGateway):
        return {one.vpc_id for one in old.attachments} == {one.vpc_id for one in new.attachments}
    kinds = (SecurityGroup, NatGateway)
    return isinstance(old, kinds) and isinstance(new, kinds)


def _joins(one: NetworkShape) -> bool:
    """Whether something joins VPCs, or tells addresses that other VPCs reach as well."""
    return type(one).__module__ != "doctor.model.network"
