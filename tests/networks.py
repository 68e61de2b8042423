"""Small VPCs for cases: private subnets, and as many ways out as a case asks for."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from doctor.model import arns
from doctor.model.backends import DBInstance, DBSubnet, DBSubnetGroup, Endpoint, VpcSecurityGroupMembership
from doctor.model.function import VpcConfig
from doctor.model.interfaces import AttributeValue, DhcpConfiguration, DhcpOptions, VpcBlockPublicAccessOptions
from doctor.model.network import (
    InternetGateway,
    InternetGatewayAttachment,
    IpPermission,
    IpRange,
    NatGateway,
    NetworkAcl,
    NetworkAclAssociation,
    Route,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    SecurityGroupIdentifier,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from doctor.model.snapshot import Resource
from doctor.testing.world import ACCOUNT, REGION

ANY = "0.0.0.0/0"
DB_HOST = f"db.abc.{REGION}.rds.amazonaws.com"
CIDR = "10.0.0.0/16"
ALL = IpPermission(ip_protocol="-1", ip_ranges=(IpRange(cidr_ip=ANY),))
IN_VPC = VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-a", "subnet-b"), security_group_ids=("sg-f",))
"""Where a function of these worlds is: two subnets without public addresses."""


def arn(kind: str, identifier: str) -> str:
    return arns.ec2(REGION, ACCOUNT, kind, identifier)


def network(
    *routes: Route,
    only_in_b: bool = False,
    nat: str = "",
    nat_routes: tuple[Route, ...] = (Route(destination_cidr_block=ANY, gateway_id="igw-1"),),
    endpoints: tuple[VpcEndpoint, ...] = (),
    egress: tuple[IpPermission, ...] = (ALL,),
    attributes: bool | None = True,
) -> list[Resource]:
    """A VPC whose two private subnets have these routes beside the local one; ``only_in_b``: only the second has.

    ``nat`` is the state of a NAT gateway in a public subnet with ``nat_routes``; empty: there is none.
    """
    return [
        Vpc(
            arn=arn("vpc", "vpc-1"),
            vpc_id="vpc-1",
            cidr_block=CIDR,
            dhcp_options_id="dopt-1",
            enable_dns_support=attributes,
            enable_dns_hostnames=attributes,
        ),
        *_settings(),
        *(_subnet(name, number) for number, name in enumerate(("subnet-a", "subnet-b", "subnet-public"))),
        _table("rtb-a", () if only_in_b else routes, "subnet-a"),
        _table("rtb-b", routes, "subnet-b"),
        _table("rtb-public", nat_routes, "subnet-public"),
        SecurityGroup(arn=arn("security-group", "sg-f"), group_id="sg-f", vpc_id="vpc-1", ip_permissions_egress=egress),
        SecurityGroup(arn=arn("security-group", "sg-e"), group_id="sg-e", vpc_id="vpc-1", ip_permissions=(ALL,)),
        _acl(),
        *(_nat(nat) if nat else ()),
        *endpoints,
    ]


def _settings() -> Iterator[Resource]:
    servers = DhcpConfiguration(key="domain-name-servers", values=(AttributeValue(value="AmazonProvidedDNS"),))
    yield DhcpOptions(arn=arn("dhcp-options", "dopt-1"), dhcp_options_id="dopt-1", dhcp_configurations=(servers,))
    yield VpcBlockPublicAccessOptions(
        arn=arn("vpc-block-public-access-options", REGION), internet_gateway_block_mode="off"
    )
    attachment = InternetGatewayAttachment(vpc_id="vpc-1", state="available")
    yield InternetGateway(arn=arn("internet-gateway", "igw-1"), internet_gateway_id="igw-1", attachments=(attachment,))


def _subnet(name: str, number: int) -> Subnet:
    return Subnet(
        arn=arn("subnet", name),
        subnet_id=name,
        vpc_id="vpc-1",
        cidr_block=f"10.0.{number}.0/24",
        availability_zone=f"{REGION}a",
    )


def _table(name: str, routes: tuple[Route, ...], subnet: str) -> RouteTable:
    local = Route(destination_cidr_block=CIDR, gateway_id="local", origin="CreateRouteTable")
    return RouteTable(
        arn=arn("route-table", name),
        route_table_id=name,
        vpc_id="vpc-1",
        routes=(local, *routes),
        associations=(RouteTableAssociation(subnet_id=subnet),),
    )


def _acl() -> NetworkAcl:
    def entry(*, egress: bool) -> dict[str, Any]:
        return {"CidrBlock": ANY, "Egress": egress, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100}

    names = ("subnet-a", "subnet-b", "subnet-public")
    return NetworkAcl(
        arn=arn("network-acl", "acl-1"),
        network_acl_id="acl-1",
        vpc_id="vpc-1",
        is_default=True,
        entries=(entry(egress=True), entry(egress=False)),
        associations=tuple(NetworkAclAssociation(network_acl_id="acl-1", subnet_id=one) for one in names),
    )


def _nat(state: str) -> Iterator[Resource]:
    yield NatGateway(
        arn=arn("natgateway", "nat-1"), nat_gateway_id="nat-1", subnet_id="subnet-public", vpc_id="vpc-1", state=state
    )


def interface_endpoint(service: str) -> VpcEndpoint:
    """An endpoint of a service in the first private subnet, with private DNS, open to all."""
    return VpcEndpoint(
        arn=arn("vpc-endpoint", "vpce-1"),
        vpc_endpoint_id="vpce-1",
        vpc_endpoint_type="Interface",
        vpc_id="vpc-1",
        service_name=f"com.amazonaws.{REGION}.{service}",
        state="available",
        subnet_ids=("subnet-a",),
        private_dns_enabled=True,
        groups=(SecurityGroupIdentifier(group_id="sg-e"),),
    )


def gateway_endpoint(service: str) -> VpcEndpoint:
    """A gateway endpoint; routes to it are given beside it."""
    return VpcEndpoint(
        arn=arn("vpc-endpoint", "vpce-2"),
        vpc_endpoint_id="vpce-2",
        vpc_endpoint_type="Gateway",
        vpc_id="vpc-1",
        service_name=f"com.amazonaws.{REGION}.{service}",
        state="available",
        route_table_ids=("rtb-a", "rtb-b"),
    )


def but(resources: Iterable[Resource], identifier: str, **fields: Any) -> list[Resource]:
    """The same resources, one of which (by AWS's id) has other fields."""
    return [replace(one, **fields) if one.arn.endswith(f"/{identifier}") else one for one in resources]


def denying(*entries: tuple[int, bool, str, str, tuple[int, int]]) -> tuple[dict[str, Any], ...]:
    """Entries of a network ACL that admits everything but this: number, egress, range, protocol and ports of each."""
    return (
        *(
            {"CidrBlock": ANY, "Egress": way, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100}
            for way in (True, False)
        ),
        *(
            {
                "CidrBlock": cidr,
                "Egress": egress,
                "Protocol": protocol,
                "RuleAction": "deny",
                "RuleNumber": number,
                "PortRange": {"From": ports[0], "To": ports[1]},
            }
            for number, egress, cidr, protocol, ports in entries
        ),
    )


def database(*, admits: tuple[IpPermission, ...] = (), subnet: str = "subnet-b") -> list[Resource]:
    """A PostgreSQL database in one of the subnets, by the name ``DB_HOST``, whose security group admits this."""
    return [
        SecurityGroup(arn=arn("security-group", "sg-d"), group_id="sg-d", vpc_id="vpc-1", ip_permissions=admits),
        DBInstance(
            db_instance_identifier="db",
            db_instance_arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:db:db",
            db_instance_status="available",
            endpoint=Endpoint(address=DB_HOST, port=5432),
            vpc_security_groups=(VpcSecurityGroupMembership(vpc_security_group_id="sg-d"),),
            db_subnet_group=DBSubnetGroup(vpc_id="vpc-1", subnets=(DBSubnet(subnet_identifier=subnet),)),
        ),
    ]
