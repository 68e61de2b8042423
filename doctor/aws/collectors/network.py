"""EC2: the networks that functions are attached to, one listing for each kind of resource."""

from dataclasses import dataclass
from typing import Any

from doctor.aws.collectors import transit
from doctor.aws.collectors.vpc_settings import settings, unneeded
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.interfaces import NetworkInterface, SecurityGroupVpcAssociation, VpcEncryptionControl
from doctor.model.network import (
    InternetGateway,
    NatGateway,
    NetworkAcl,
    NetworkShape,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from doctor.model.transit import VpnGateway


@dataclass(frozen=True)
class _Listing:
    """How one kind of resource is listed: the operation, the list in its answer, the id, and the kind in the ARN."""

    shape: type[NetworkShape]
    operation: str
    key: str
    identifier: str
    kind: str
    filter: str = "vpc-id"
    parameter: str = "Filters"


LISTINGS = (
    _Listing(Vpc, "DescribeVpcs", "Vpcs", "VpcId", "vpc"),
    _Listing(Subnet, "DescribeSubnets", "Subnets", "SubnetId", "subnet"),
    _Listing(SecurityGroup, "DescribeSecurityGroups", "SecurityGroups", "GroupId", "security-group"),
    _Listing(RouteTable, "DescribeRouteTables", "RouteTables", "RouteTableId", "route-table"),
    _Listing(
        InternetGateway,
        "DescribeInternetGateways",
        "InternetGateways",
        "InternetGatewayId",
        "internet-gateway",
        "attachment.vpc-id",
    ),
    _Listing(NatGateway, "DescribeNatGateways", "NatGateways", "NatGatewayId", "natgateway", parameter="Filter"),
    _Listing(VpcEndpoint, "DescribeVpcEndpoints", "VpcEndpoints", "VpcEndpointId", "vpc-endpoint"),
    _Listing(NetworkAcl, "DescribeNetworkAcls", "NetworkAcls", "NetworkAclId", "network-acl"),
    _Listing(
        NetworkInterface,
        "DescribeNetworkInterfaces",
        "NetworkInterfaces",
        "NetworkInterfaceId",
        "network-interface",
    ),
    _Listing(
        VpcEncryptionControl,
        "DescribeVpcEncryptionControls",
        "VpcEncryptionControls",
        "VpcEncryptionControlId",
        "vpc-encryption-control",
    ),
)


_VPN = _Listing(VpnGateway, "DescribeVpnGateways", "VpnGateways", "VpnGatewayId", "vpn-gateway", "attachment.vpc-id")
_ASSOCIATIONS = _Listing(
    SecurityGroupVpcAssociation,
    "DescribeSecurityGroupVpcAssociations",
    "SecurityGroupVpcAssociations",
    "GroupId",
    "security-group-vpc-association",
)


OPERATIONS = (
    *(listing.operation for listing in LISTINGS[1:]),
    "DescribeVpcAttribute",
    "DescribeDhcpOptions",
    "DescribePrefixLists",
    "DescribeVpcPeeringConnections",
    "DescribeTransitGatewayVpcAttachments",
    "DescribeVpcBlockPublicAccessOptions",
    "route53:ListHostedZonesByVPC",
)
"""What is asked for after the VPCs, of every network."""


def networks(draft: Draft, vpcs: set[str]) -> None:
    """Everything that decides where a packet goes in the given VPCs, and in those that are joined to them."""
    if not vpcs:
        return
    every = vpcs | transit.neighbours(draft, vpcs)
    for listing in LISTINGS:
        _list(draft, listing, every)
    if draft.missed("ec2:DescribeRouteTables") or _leads_to(draft, "vgw-"):
        _list(draft, _VPN, every)
    else:
        unneeded(draft, _VPN.operation, _VPN.kind, "no route of these VPCs leads to one")
    known = {group.group_id for group in draft.all(SecurityGroup)}
    if any(set(function.vpc_config.security_group_ids) - known for function in draft.all(Function)):
        _list(draft, _ASSOCIATIONS, every)
    else:
        unneeded(draft, _ASSOCIATIONS.operation, _ASSOCIATIONS.kind, "every group of a function is of its own VPC")
    transit.lines(draft)
    settings(draft, vpcs)


def _list(draft: Draft, listing: _Listing, vpcs: set[str]) -> None:
    filters: dict[str, Any] = {listing.parameter: [{"Name": listing.filter, "Values": sorted(vpcs)}]}
    answer = draft.read("ec2", listing.operation, **filters) or {}
    raws = [{**raw, "arn": _arn(draft, listing, raw)} for raw in answer.get(listing.key, ())]
    draft.add_all(listing.shape, raws, f"ec2:{listing.operation}")


def _leads_to(draft: Draft, prefix: str) -> bool:
    """Whether a route leads to a gateway of a kind, or may: a VPN gateway that propagates its routes is named beside them."""
    return any(
        table.extra.get("PropagatingVgws") or any(route.gateway_id.startswith(prefix) for route in table.routes)
        for table in draft.all(RouteTable)
    )


def _arn(draft: Draft, listing: _Listing, raw: dict[str, Any]) -> str:
    identifier = raw[listing.identifier]
    if listing.shape is SecurityGroupVpcAssociation:  # one for each pair
        identifier = f"{identifier}/{raw.get('VpcId', '')}"
    return arns.ec2(draft.aws.region, draft.aws.account, listing.kind, identifier)


def vpcs_of(draft: Draft) -> set[str]:
    """The VPCs that functions are in; where one does not tell, the VPCs that its subnets lie in."""
    configs = [one.vpc_config for one in draft.all(Function) if one.vpc_config.subnet_ids]
    told = {one.vpc_id for one in configs if one.vpc_id}
    subnets = {subnet for one in configs if not one.vpc_id for subnet in one.subnet_ids}
    if not subnets:
        return told
    answer = draft.read("ec2", "DescribeSubnets", SubnetIds=sorted(subnets)) or {}
    return told | {raw["VpcId"] for raw in answer.get("Subnets", ())}
