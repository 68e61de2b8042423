from msgspec.structs import replace

from doctor.model.network import SecurityGroup, Subnet
from doctor.testing.world import function, gap, world
from tests.networks import IN_VPC, arn, network

F = function(vpc_config=IN_VPC)


def without(kind, name):
    return [one for one in network() if not (isinstance(one, kind) and one.arn.endswith(name))]


BROKEN = {
    "a subnet was deleted": world(F, *without(Subnet, "subnet-b")),
    "its security group was deleted": world(F, *without(SecurityGroup, "sg-f")),
    "a security group of another VPC": world(
        F,
        *without(SecurityGroup, "sg-f"),
        SecurityGroup(arn=arn("security-group", "sg-f"), group_id="sg-f", vpc_id="vpc-2"),
    ),
    "Lambda says so": world(
        function(vpc_config=IN_VPC, state="Inactive", state_reason_code="InvalidSubnet"), *without(Subnet, "subnet-a")
    ),
    "Lambda says so, and all is there": world(
        function(vpc_config=IN_VPC, last_update_status="Failed", last_update_status_reason_code="InvalidSecurityGroup"),
        *network(),
    ),
}

HEALTHY = {
    "all is there": world(F, *network()),
    "no VPC": world(function(), gaps=[gap("ec2:DescribeSubnets")]),
    "the network was not asked for": world(F),
    "other subnets were deleted": world(
        function(vpc_config=replace(IN_VPC, subnet_ids=("subnet-a",))), *without(Subnet, "subnet-b")
    ),
}
