from msgspec.structs import replace

from doctor.model.network import Route
from doctor.testing.world import gap, raised, succeeded, world
from tests.cases.network.no_way_out import BY_NAT, HUNG, LIST, TABLE, calling
from tests.networks import ANY, IN_VPC, but, interface_endpoint, network

F = calling()
BY_IGW = Route(destination_cidr_block=ANY, gateway_id="igw-1")
URL = "https://sqs.eu-west-1.amazonaws.com/"

BROKEN = {
    "both subnets": world(F, *network(BY_IGW), invocations=HUNG),
    "one of them": world(F, *network(BY_IGW, only_in_b=True), invocations=HUNG),
    "there is a subnet with a NAT gateway": world(
        calling(vpc_config=replace(IN_VPC, subnet_ids=("subnet-public",))),
        *network(BY_NAT, nat="available"),
        invocations=HUNG,
    ),
    "a service with a gateway endpoint": world(
        calling(variables={"TABLE": TABLE}), *network(BY_IGW), LIST, invocations=HUNG
    ),
    "the SDK gave up first": world(
        F, *network(BY_IGW), invocations=[raised("ConnectTimeoutError", f'Connect timeout on endpoint URL: "{URL}"')]
    ),
}

HEALTHY = {
    "a NAT gateway": world(F, *network(BY_NAT, nat="available"), invocations=HUNG),
    "public, but an endpoint answers": world(
        F, *network(BY_IGW, endpoints=(interface_endpoint("sqs"),)), invocations=HUNG
    ),
    "public, and it never hung": world(F, *network(BY_IGW), invocations=[succeeded()]),
    "public, and it needs nothing outside": world(
        calling(variables={"DB_HOST": "10.0.1.7", "DB_PORT": "5432"}), *network(BY_IGW), invocations=HUNG
    ),
    "no route at all": world(F, *network(), invocations=HUNG),
    "a private NAT gateway": world(
        F, *but(network(BY_NAT, nat="available"), "nat-1", connectivity_type="private"), invocations=HUNG
    ),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
