from msgspec.structs import replace

from doctor.model.network import Subnet
from doctor.testing.world import function, gap, world
from tests.networks import IN_VPC, network

F = function(vpc_config=IN_VPC)
FULL = function(
    vpc_config=IN_VPC,
    state="Failed",
    state_reason_code="SubnetOutOfIPAddresses",
    state_reason="The subnet has no available IP addresses.",
)


def with_free(count: int | None, *names: str):
    """The usual network, whose subnets of these names have so many free addresses."""
    return [
        replace(one, available_ip_address_count=count) if isinstance(one, Subnet) and one.subnet_id in names else one
        for one in network()
    ]


BROKEN = {
    "it could not be created": world(FULL, *with_free(0, "subnet-a")),
    "it could not be created, and there is room by now": world(FULL, *with_free(100, "subnet-a")),
    "an update failed": world(
        function(
            vpc_config=IN_VPC, last_update_status="Failed", last_update_status_reason_code="SubnetOutOfIPAddresses"
        ),
        *network(),
    ),
    "a subnet is nearly full": world(F, *with_free(3, "subnet-b")),
    "both are full, for two functions": world(
        F, function("g", vpc_config=IN_VPC), *with_free(0, "subnet-a", "subnet-b")
    ),
}

HEALTHY = {
    "room for many": world(F, *with_free(200, "subnet-a", "subnet-b")),
    "it is not told": world(F, *with_free(None, "subnet-a")),
    "a subnet that it is not in": world(F, *with_free(0, "subnet-public")),
    "the quota of interfaces, not addresses": world(
        function(vpc_config=IN_VPC, state="Failed", state_reason_code="EniLimitExceeded"), *network()
    ),
    "an old reason of a function that runs": world(
        function(vpc_config=IN_VPC, state_reason_code="SubnetOutOfIPAddresses"), *network()
    ),
    "no VPC": world(function(), gaps=[gap("ec2:DescribeSubnets")]),
}
