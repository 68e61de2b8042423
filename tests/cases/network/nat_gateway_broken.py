from msgspec.structs import replace

from doctor.model.network import Route
from doctor.testing.world import function, gap, raised, succeeded, timed_out, world
from tests.cases.network.no_way_out import BY_NAT, HUNG, calling
from tests.networks import ANY, IN_VPC, but, network

F = calling()
BLACKHOLE = Route(destination_cidr_block=ANY, nat_gateway_id="nat-gone", state="blackhole")
LOOP = (Route(destination_cidr_block=ANY, nat_gateway_id="nat-1"),)

BROKEN = {
    "it was deleted": world(F, *network(BLACKHOLE), invocations=HUNG),
    "it was deleted, and there is another": world(F, *network(BLACKHOLE, nat="available"), invocations=HUNG),
    "it failed": world(F, *network(BY_NAT, nat="failed"), invocations=HUNG),
    "it is not there yet": world(F, *network(BY_NAT, nat="pending"), invocations=HUNG),
    "its own subnet has no way out": world(F, *network(BY_NAT, nat="available", nat_routes=()), invocations=HUNG),
    "its own subnet leads back to it": world(F, *network(BY_NAT, nat="available", nat_routes=LOOP), invocations=HUNG),
    "it is private": world(
        F, *but(network(BY_NAT, nat="available"), "nat-1", connectivity_type="private"), invocations=HUNG
    ),
    "Block Public Access": world(
        F,
        *but(network(BY_NAT, nat="available"), "eu-west-1", internet_gateway_block_mode="block-bidirectional"),
        invocations=HUNG,
    ),
    "nothing is known of what it calls": world(
        calling(variables={"MODE": "debug"}), *network(BLACKHOLE), invocations=HUNG
    ),
    "nobody failed yet": world(F, *network(BLACKHOLE), invocations=[succeeded()]),
    "many functions": world(
        *(
            function(name, vpc_config=replace(IN_VPC, subnet_ids=(subnet,)))
            for name, subnet in (("f", "subnet-a"), ("g", "subnet-b"), ("h", "subnet-a"))
        ),
        *network(BLACKHOLE),
        invocations={"g": [timed_out(6, 0.5)], "h": [succeeded()]},
    ),
}

HEALTHY = {
    "it works": world(F, *network(BY_NAT, nat="available"), invocations=HUNG),
    "it failed, and no route leads to it": world(F, *network(nat="failed"), invocations=HUNG),
    "no route at all": world(F, *network(), invocations=HUNG),
    "the function's own group is shut": world(F, *network(BY_NAT, nat="available", egress=()), invocations=HUNG),
    "an internet gateway instead": world(
        F, *network(Route(destination_cidr_block=ANY, gateway_id="igw-1")), invocations=HUNG
    ),
    "it raised": world(F, *network(BY_NAT, nat="available"), invocations=[raised()]),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
