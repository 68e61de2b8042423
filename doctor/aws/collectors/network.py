"""EC2: the networks that functions are attached to, one listing for each kind of resource."""

from dataclasses import dataclass
from typing import Any

from doctor.aws.collectors import transit
from doctor.aws.collectors.vpc_settings import settings
from doctor.aws.draft import Draft
from doctor.model import arns
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
    _Listing(VpnGateway, "DescribeVpnGateways", "VpnGateways", "VpnGatewayId", "vpn-gateway", "attachment.vpc-id"),
    _Listing(
        SecurityGroupVpcAssociation,
        "DescribeSecurityGroupVpcAssociations",
        "SecurityGroupVpcAssociations",
        "GroupId",
        "security-group-vpc-association",
    ),
    _Listing(
        VpcEncryptionControl,
        "DescribeVpcEncryptionControls",
        "VpcEncryptionControls",
        "VpcEncryptionControlId",
        "vpc-encryption-control",
    ),
)


def networks(draft: Draft, vpcs: set[str]) -> None:
    """Everything that decides where a packet goes in the given VPCs, and in those that are joined to them."""
    if not vpcs:
        return
    every = vpcs | transit.neighbours(draft, vpcs)
    for listing in LISTINGS:
        filters: dict[str, Any] = {listing.parameter: [{"Name": listing.filter, "Values": sorted(every)}]}
        answer = draft.read("ec2", listing.operation, **filters) or {}
        raws = [{**raw, "arn": _arn(draft, listing, raw)} for raw in answer.get(listing.key, ())]
        draft.add_all(listing.shape, raws, f"ec2:{listing.operation}")
    transit.lines(draft)
    settings(draft, vpcs)


def _arn(draft: Draft, listing: _Listing, raw: dict[str, Any]) -> str:
    identifier = raw[listing.identifier]
    if listing.shape is SecurityGroupVpcAssociation:  # one for each pair
        identifier = f"{identifier}/{raw.get('VpcId', '')}"
    return arns.ec2(draft.aws.region, draft.aws.account, listing.kind, identifier)


def vpcs_of(draft: Draft, subnets: set[str]) -> set[str]:
    """The VPCs that subnets lie in: ``VpcConfig.VpcId`` of a function is not always told."""
    if not subnets:
        return set()
    answer = draft.read("ec2", "DescribeSubnets", SubnetIds=sorted(subnets)) or {}
    return {raw["VpcId"] for raw in answer.get("Subnets", ())}
