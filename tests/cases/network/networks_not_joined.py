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
    VpcPeeringConnection,
    VpcPeeringConnectionStateReason,
    VpcPeeringConnectionVpcInfo,
)
from doctor.testing.world import gap, succeeded, timed_out, world
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


BROKEN = {
    "nothing leads there": world(F, *network(), invocations=HUNG),
    "the route there is missing": world(F, *network(), *peer(*AND_BACK), invocations=HUNG),
    "the route back is missing": world(F, *network(BY_PEERING), *peer(), invocations=HUNG),
    "it was not accepted": world(
        F, *network(BY_PEERING), *peer(*AND_BACK, state="pending-acceptance"), invocations=HUNG
    ),
    "a NAT gateway leads elsewhere": world(F, *network(BY_NAT, nat="available"), invocations=HUNG),
}

HEALTHY = {
    "there and back": world(F, *network(BY_PEERING), *peer(*AND_BACK), invocations=HUNG),
    "no way, and it never hung": world(F, *network(), invocations=[succeeded()]),
    "no way to the internet": world(calling(), *network(), invocations=HUNG),
    "an address of its own VPC": world(
        calling(variables={"DB_HOST": "10.0.1.7", "DB_PORT": "5432"}), *network(), invocations=[timed_out(6, 0.5)]
    ),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
