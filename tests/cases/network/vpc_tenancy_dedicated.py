from msgspec.structs import replace

from doctor.model.network import Vpc
from doctor.testing.world import function, gap, world
from tests.networks import IN_VPC, network

F = function(vpc_config=IN_VPC)


def tenancy(told: str):
    return [replace(one, instance_tenancy=told) if isinstance(one, Vpc) else one for one in network()]


BROKEN = {
    "dedicated": world(F, *tenancy("dedicated")),
    "two functions, one VPC": world(F, function("g", vpc_config=IN_VPC), *tenancy("dedicated")),
}

HEALTHY = {
    "default": world(F, *tenancy("default")),
    "it is not told": world(F, *tenancy("")),
    "no VPC": world(function(), *tenancy("dedicated")),
    "no VPC, and nothing was read": world(function(), gaps=[gap("ec2:DescribeVpcs")]),
}
