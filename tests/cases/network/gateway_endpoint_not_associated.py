from msgspec.structs import replace

from doctor.testing.world import gap, succeeded, world
from tests.cases.network.no_way_out import BY_GATEWAY, BY_NAT, HUNG, LIST, TABLE, calling
from tests.networks import gateway_endpoint, network

F = calling(variables={"TABLE": TABLE})
OTHERS = replace(gateway_endpoint("dynamodb"), route_table_ids=("rtb-public",))
ONE = replace(gateway_endpoint("dynamodb"), route_table_ids=("rtb-b",))

BROKEN = {
    "no subnet of the function": world(F, *network(endpoints=(OTHERS,)), LIST, invocations=HUNG),
    "one of two": world(F, *network(BY_GATEWAY, only_in_b=True, endpoints=(ONE,)), LIST, invocations=HUNG),
}

HEALTHY = {
    "both subnets": world(F, *network(BY_GATEWAY, endpoints=(gateway_endpoint("dynamodb"),)), LIST, invocations=HUNG),
    "a NAT gateway leads there": world(
        F, *network(BY_NAT, nat="available", endpoints=(OTHERS,)), LIST, invocations=HUNG
    ),
    "there is no endpoint": world(F, *network(), LIST, invocations=HUNG),
    "an endpoint of another service": world(
        F, *network(endpoints=(replace(OTHERS, service_name="com.amazonaws.eu-west-1.s3"),)), LIST, invocations=HUNG
    ),
    "not associated, and it never hung": world(F, *network(endpoints=(OTHERS,)), LIST, invocations=[succeeded()]),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
