from doctor.testing.world import gap, succeeded, world
from tests.cases.network.no_way_out import BY_NAT, HUNG, calling
from tests.cases.network.target_security_group_blocks import FROM_A
from tests.networks import DB_HOST, database, network

F = calling()

BROKEN = {
    "one has no NAT gateway": world(F, *network(BY_NAT, only_in_b=True, nat="available"), invocations=HUNG),
    "some calls go through": world(
        F, *network(BY_NAT, only_in_b=True, nat="available"), invocations=[succeeded(ago=900), *HUNG]
    ),
    "the database admits one of them": world(
        calling(variables={"DB_HOST": DB_HOST}), *network(), *database(admits=(FROM_A,)), invocations=HUNG
    ),
}

HEALTHY = {
    "both have a way": world(F, *network(BY_NAT, nat="available"), invocations=HUNG),
    "neither has": world(F, *network(), invocations=HUNG),
    "they differ, and it never hung": world(
        F, *network(BY_NAT, only_in_b=True, nat="available"), invocations=[succeeded()]
    ),
    "they differ, and it is shut in both": world(
        F, *network(BY_NAT, only_in_b=True, nat="available", egress=()), invocations=HUNG
    ),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
