from msgspec.structs import replace

from doctor.model.network import Subnet
from doctor.testing.world import REGION, function, gap, world
from tests.networks import IN_VPC, network

F = function(vpc_config=IN_VPC)
ONE = function(vpc_config=replace(IN_VPC, subnet_ids=("subnet-a",)))


def spread():
    return [
        replace(one, availability_zone=f"{REGION}b") if isinstance(one, Subnet) and one.subnet_id == "subnet-b" else one
        for one in network()
    ]


BROKEN = {
    "one subnet": world(ONE, *network()),
    "one subnet, and others would be there": world(ONE, *spread()),
    "two subnets of one zone": world(F, *network()),
}

HEALTHY = {
    "two zones": world(F, *spread()),
    "no VPC": world(function(), gaps=[gap("ec2:DescribeSubnets")]),
    "one of its subnets is not there": world(
        F, *(one for one in network() if not (isinstance(one, Subnet) and one.subnet_id == "subnet-b"))
    ),
}
