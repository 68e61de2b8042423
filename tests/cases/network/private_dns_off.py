from msgspec.structs import replace

from doctor.testing.world import gap, raised, succeeded, world
from tests.cases.network.no_way_out import BY_NAT, HUNG, calling
from tests.networks import but, interface_endpoint, network

F = calling()
OFF = replace(interface_endpoint("sqs"), private_dns_enabled=False)
ON = interface_endpoint("sqs")

BROKEN = {
    "private DNS is off": world(F, *network(endpoints=(OFF,)), invocations=HUNG),
    "the VPC gives no host names": world(
        F, *but(network(endpoints=(ON,)), "vpc-1", enable_dns_hostnames=False), invocations=HUNG
    ),
    "nothing resolves": world(
        F,
        *network(BY_NAT, nat="available", attributes=False),
        invocations=[raised("gaierror", "[Errno -3] Temporary failure in name resolution")],
    ),
}

HEALTHY = {
    "private DNS is on": world(F, *network(endpoints=(ON,)), invocations=HUNG),
    "off, and a NAT gateway leads there": world(
        F, *network(BY_NAT, nat="available", endpoints=(OFF,)), invocations=HUNG
    ),
    "off, of another service": world(
        F, *network(endpoints=(replace(OFF, service_name="com.amazonaws.eu-west-1.sns"),)), invocations=HUNG
    ),
    "off, and it never hung": world(F, *network(endpoints=(OFF,)), invocations=[succeeded()]),
    "there is none": world(F, *network(), invocations=HUNG),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
