from msgspec.structs import replace

from doctor.model.interfaces import GroupIdentifier, NetworkInterface
from doctor.model.network import (
    NetworkAcl,
    NetworkAclAssociation,
    Route,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    Subnet,
    Vpc,
)
from doctor.model.transit import (
    CidrBlock,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayAttachmentAssociation,
    TransitGatewayRoute,
    TransitGatewayRouteAttachment,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
    VpcPeeringConnection,
    VpcPeeringConnectionStateReason,
    VpcPeeringConnectionVpcInfo,
)
from doctor.testing.world import REGION, gap, succeeded, timed_out, world
from tests.cases.network.no_way_out import BY_NAT, HUNG, calling
from tests.networks import ALL, arn, denying, network

THERE, BACK = "10.9.0.0/16", "10.0.0.0/16"
F = calling(variables={"DB_HOST": "10.9.0.7", "DB_PORT": "5432"})
BY_PEERING = Route(destination_cidr_block=THERE, vpc_peering_connection_id="pcx-1")
AND_BACK = (Route(destination_cidr_block=BACK, vpc_peering_connection_id="pcx-1"),)


def peer(*routes: Route, state: str = "active"):
    """Another VPC with an interface at 10.9.0.7, whose subnet has these routes, and a peering connection to it."""

    def info(vpc: str, cidr: str):
        return VpcPeeringConnectionVpcInfo(vpc_id=vpc, cidr_block=cidr, cidr_block_set=(CidrBlock(cidr_block=cidr),))

    return [
        Vpc(arn=arn("vpc", "vpc-2"), vpc_id="vpc-2", cidr_block=THERE, enable_dns_support=True),
        Subnet(arn=arn("subnet", "subnet-p"), subnet_id="subnet-p", vpc_id="vpc-2", cidr_block="10.9.0.0/24"),
        RouteTable(
            arn=arn("route-table", "rtb-p"),
            route_table_id="rtb-p",
            vpc_id="vpc-2",
            routes=(Route(destination_cidr_block=THERE, gateway_id="local", origin="CreateRouteTable"), *routes),
            associations=(RouteTableAssociation(subnet_id="subnet-p"),),
        ),
        NetworkAcl(
            arn=arn("network-acl", "acl-p"),
            network_acl_id="acl-p",
            vpc_id="vpc-2",
            entries=denying(),
            associations=(NetworkAclAssociation(network_acl_id="acl-p", subnet_id="subnet-p"),),
        ),
        SecurityGroup(arn=arn("security-group", "sg-p"), group_id="sg-p", vpc_id="vpc-2", ip_permissions=(ALL,)),
        NetworkInterface(
            arn=arn("network-interface", "eni-p"),
            network_interface_id="eni-p",
            subnet_id="subnet-p",
            vpc_id="vpc-2",
            private_ip_address="10.9.0.7",
            groups=(GroupIdentifier(group_id="sg-p"),),
        ),
        VpcPeeringConnection(
            arn=arn("vpc-peering-connection", "pcx-1"),
            vpc_peering_connection_id="pcx-1",
            status=VpcPeeringConnectionStateReason(code=state),
            requester_vpc_info=info("vpc-1", BACK),
            accepter_vpc_info=info("vpc-2", THERE),
        ),
    ]


BY_TRANSIT = Route(destination_cidr_block=THERE, transit_gateway_id="tgw-1")


def route(cidr: str, to: str):
    """A static route of a transit gateway."""
    leads = (TransitGatewayRouteAttachment(transit_gateway_attachment_id=to, resource_type="vpc"),)
    return TransitGatewayRoute(destination_cidr_block=cidr, transit_gateway_attachments=leads)


OUT, HOME = route(THERE, "tgw-attach-2"), route(BACK, "tgw-attach-1")


def joined(out=(OUT,), home=(HOME,), zones=("subnet-a",)):
    """The other VPC behind a transit gateway, with these routes in its two tables."""
    other = peer(Route(destination_cidr_block=BACK, transit_gateway_id="tgw-1"))[:-1]
    placed = [replace(one, availability_zone=f"{REGION}a") if isinstance(one, Subnet) else one for one in other]
    found = [
        *placed,
        TransitGateway(arn=arn("transit-gateway", "tgw-1"), transit_gateway_id="tgw-1", state="available"),
    ]
    for number, vpc, subnets, routes in ((1, "vpc-1", zones, out), (2, "vpc-2", ("subnet-p",), home)):
        name, table = f"tgw-attach-{number}", f"tgw-rtb-{number}"
        usual = {"transit_gateway_attachment_id": name, "transit_gateway_id": "tgw-1", "state": "available"}
        association = TransitGatewayAttachmentAssociation(transit_gateway_route_table_id=table, state="associated")
        found += [
            TransitGatewayVpcAttachment(
                arn=arn("transit-gateway-vpc-attachment", name), vpc_id=vpc, subnet_ids=subnets, **usual
            ),
            TransitGatewayAttachment(
                arn=arn("transit-gateway-attachment", name),
                resource_type="vpc",
                resource_id=vpc,
                association=association,
                **usual,
            ),
            TransitGatewayRouteTable(
                arn=arn("transit-gateway-route-table", table),
                transit_gateway_route_table_id=table,
                transit_gateway_id="tgw-1",
                routes=routes,
            ),
        ]
    return found


def in_zones():
    """The usual network, whose second subnet is in another zone."""
    return [
        replace(one, availability_zone=f"{REGION}b") if isinstance(one, Subnet) and one.subnet_id == "subnet-b" else one
        for one in network(BY_TRANSIT)
    ]


BROKEN = {
    "a transit gateway does not know where it is": world(F, *network(BY_TRANSIT), *joined(out=()), invocations=HUNG),
    "a transit gateway does not know the way back": world(F, *network(BY_TRANSIT), *joined(home=()), invocations=HUNG),
    "a transit gateway is not in one of its zones": world(F, *in_zones(), *joined(), invocations=HUNG),
    "nothing leads there": world(F, *network(), invocations=HUNG),
    "the route there is missing": world(F, *network(), *peer(*AND_BACK), invocations=HUNG),
    "the route back is missing": world(F, *network(BY_PEERING), *peer(), invocations=HUNG),
    "it was not accepted": world(
        F, *network(BY_PEERING), *peer(*AND_BACK, state="pending-acceptance"), invocations=HUNG
    ),
    "a NAT gateway leads elsewhere": world(F, *network(BY_NAT, nat="available"), invocations=HUNG),
}

HEALTHY = {
    "joined by a transit gateway": world(F, *network(BY_TRANSIT), *joined(), invocations=HUNG),
    "there and back": world(F, *network(BY_PEERING), *peer(*AND_BACK), invocations=HUNG),
    "no way, and it never hung": world(F, *network(), invocations=[succeeded()]),
    "no way to the internet": world(calling(), *network(), invocations=HUNG),
    "an address of its own VPC": world(
        calling(variables={"DB_HOST": "10.0.1.7", "DB_PORT": "5432"}), *network(), invocations=[timed_out(6, 0.5)]
    ),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
