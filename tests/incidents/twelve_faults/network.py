"""The one VPC: private subnets that lost their way out, and a subnet that still has it."""

from typing import Any

from doctor.model import arns
from doctor.model.function import VpcConfig
from doctor.model.interfaces import (
    Address,
    AttributeValue,
    DhcpConfiguration,
    DhcpOptions,
    NetworkInterface,
    SecurityGroupRule,
    VpcBlockPublicAccessOptions,
)
from doctor.model.network import (
    InternetGateway,
    InternetGatewayAttachment,
    IpPermission,
    IpRange,
    NatGateway,
    NatGatewayAddress,
    NetworkAcl,
    Route,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    Subnet,
    Vpc,
)
from doctor.model.snapshot import Resource
from tests.incidents.twelve_faults.scene import ACCOUNT, REGION, hexadecimal

CIDR = "10.20.0.0/16"
EVERYWHERE = "0.0.0.0/0"
LOCAL = Route(destination_cidr_block=CIDR, gateway_id="local", origin="CreateRouteTable")
ALL_TRAFFIC = IpPermission(ip_protocol="-1", ip_ranges=(IpRange(cidr_ip=EVERYWHERE),))


def _id(prefix: str, name: str) -> str:
    return f"{prefix}-0{hexadecimal(16, prefix, name)}"


def _arn(kind: str, identifier: str) -> str:
    return arns.ec2(REGION, ACCOUNT, kind, identifier)


VPC = _id("vpc", "main")
DHCP = _id("dopt", "amazon")
NAT = _id("nat", "a")
NAT_INTERFACE = _id("eni", "nat-a")
NAT_INSIDE = "10.20.0.37"
NAT_ADDRESS = _id("eipalloc", "nat-a")
NAT_OUTSIDE = "203.0.113.37"
GATEWAY = _id("igw", "main")
PRIVATE_ROUTES = _id("rtb", "private")
WORKERS = _id("sg", "workers")
_SUBNETS = {
    "public-a": ("10.20.0.0/24", "eu-west-1a"),
    "private-a": ("10.20.10.0/24", "eu-west-1a"),
    "private-b": ("10.20.11.0/24", "eu-west-1b"),
    "export-a": ("10.20.20.0/24", "eu-west-1a"),
}


def subnet_id(name: str) -> str:
    return _id("subnet", name)


def attached_to(*subnets: str) -> VpcConfig:
    """The configuration of a function in these subnets, behind the workers' security group."""
    return VpcConfig(
        subnet_ids=tuple(subnet_id(one) for one in subnets),
        security_group_ids=(WORKERS,),
        vpc_id=VPC,
    )


def resources() -> tuple[Resource, ...]:
    """Everything that decides where a packet goes."""
    return (
        *_vpc(),
        *(_subnet(name, cidr, zone) for name, (cidr, zone) in _SUBNETS.items()),
        InternetGateway(
            arn=_arn("internet-gateway", GATEWAY),
            internet_gateway_id=GATEWAY,
            attachments=(InternetGatewayAttachment(vpc_id=VPC, state="available"),),
        ),
        *_nat(),
        _routes("main", main=True),
        _routes("public", Route(destination_cidr_block=EVERYWHERE, gateway_id=GATEWAY), subnets=("public-a",)),
        _routes("private", subnets=("private-a", "private-b")),
        _routes("export", Route(destination_cidr_block=EVERYWHERE, nat_gateway_id=NAT), subnets=("export-a",)),
        _group("default", _id("sg", "default"), "default VPC security group"),
        _group("workers", WORKERS, "functions that only call out"),
        _rule(WORKERS),
        _acl(),
    )


def _vpc() -> tuple[Resource, ...]:
    """The VPC, with Amazon's resolver for its name server, and nothing blocked."""
    return (
        Vpc(
            arn=_arn("vpc", VPC),
            vpc_id=VPC,
            cidr_block=CIDR,
            dhcp_options_id=DHCP,
            enable_dns_support=True,
            enable_dns_hostnames=True,
        ),
        DhcpOptions(
            arn=_arn("dhcp-options", DHCP),
            dhcp_options_id=DHCP,
            dhcp_configurations=(
                _dhcp("domain-name", f"{REGION}.compute.internal"),
                _dhcp("domain-name-servers", "AmazonProvidedDNS"),
            ),
        ),
        VpcBlockPublicAccessOptions(
            arn=_arn("vpc-block-public-access-options", REGION),
            internet_gateway_block_mode="off",
            state="default-state",
            managed_by="account",
            exclusions_allowed="allowed",
        ),
    )


def _nat() -> tuple[Resource, ...]:
    """The NAT gateway of the public subnet, with its interface."""
    return (
        NatGateway(
            arn=_arn("natgateway", NAT),
            nat_gateway_id=NAT,
            subnet_id=subnet_id("public-a"),
            vpc_id=VPC,
            state="available",
            nat_gateway_addresses=(
                NatGatewayAddress(network_interface_id=NAT_INTERFACE, private_ip=NAT_INSIDE, public_ip=NAT_OUTSIDE),
            ),
        ),
        NetworkInterface(
            arn=_arn("network-interface", NAT_INTERFACE),
            network_interface_id=NAT_INTERFACE,
            subnet_id=subnet_id("public-a"),
            vpc_id=VPC,
            private_ip_address=NAT_INSIDE,
        ),
        Address(
            arn=_arn("elastic-ip", NAT_ADDRESS),
            public_ip=NAT_OUTSIDE,
            allocation_id=NAT_ADDRESS,
        ),
    )


def _rule(group: str) -> SecurityGroupRule:
    """The rule of a group that lets everything out."""
    identifier = _id("sgr", group)
    return SecurityGroupRule(
        arn=_arn("security-group-rule", identifier),
        security_group_rule_id=identifier,
        group_id=group,
        is_egress=True,
        ip_protocol="-1",
        cidr_ipv4=EVERYWHERE,
    )


def _dhcp(key: str, value: str) -> DhcpConfiguration:
    return DhcpConfiguration(key=key, values=(AttributeValue(value=value),))


def _subnet(name: str, cidr: str, zone: str) -> Subnet:
    identifier = subnet_id(name)
    return Subnet(
        arn=_arn("subnet", identifier),
        subnet_id=identifier,
        vpc_id=VPC,
        cidr_block=cidr,
        availability_zone=zone,
    )


def _routes(name: str, *routes: Route, subnets: tuple[str, ...] = (), main: bool = False) -> RouteTable:
    identifier = _id("rtb", name)
    of_subnets = tuple(RouteTableAssociation(subnet_id=subnet_id(one)) for one in subnets)
    return RouteTable(
        arn=_arn("route-table", identifier),
        route_table_id=identifier,
        vpc_id=VPC,
        routes=(LOCAL, *routes),
        associations=(RouteTableAssociation(main=True),) if main else of_subnets,
    )


def _group(name: str, identifier: str, description: str) -> SecurityGroup:
    return SecurityGroup(
        arn=_arn("security-group", identifier),
        group_id=identifier,
        group_name=name,
        description=description,
        vpc_id=VPC,
        ip_permissions_egress=(ALL_TRAFFIC,),
    )


def _acl() -> NetworkAcl:
    """The default network ACL, which lets everything through."""
    identifier = _id("acl", "default")

    def entry(number: int, action: str, *, egress: bool) -> dict[str, Any]:
        return {
            "CidrBlock": EVERYWHERE,
            "Egress": egress,
            "Protocol": "-1",
            "RuleAction": action,
            "RuleNumber": number,
        }

    return NetworkAcl(
        arn=_arn("network-acl", identifier),
        network_acl_id=identifier,
        vpc_id=VPC,
        is_default=True,
        entries=tuple(
            entry(number, action, egress=egress)
            for egress in (True, False)
            for number, action in ((100, "allow"), (32767, "deny"))
        ),
    )
