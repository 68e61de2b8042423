from msgspec.structs import replace

from doctor.model.function import VpcConfig
from doctor.model.interfaces import GroupIdentifier, NetworkInterface
from doctor.testing.world import alias, function, world
from tests.networks import IN_VPC, arn, network

OLD = VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-a",), security_group_ids=("sg-old",))
NOW_THERE = function(vpc_config=IN_VPC)
DETACHED = function()
FIRST = function(version="1", vpc_config=OLD)
UUID = "0b7a3c52-8f7b-4f1e-9a34-5a7b1c2d3e4f"


def eni(name: str = "f", *, subnet: str = "subnet-a", group: str = "sg-old", **fields):
    """An interface that Lambda made for a function."""
    usual = {
        "description": f"AWS Lambda VPC ENI-{name}-{UUID}",
        "interface_type": "lambda",
        "requester_managed": True,
        "status": "in-use",
    }
    return NetworkInterface(
        arn=arn("network-interface", f"eni-{subnet}-{group}"),
        network_interface_id=f"eni-{subnet}-{group}",
        subnet_id=subnet,
        vpc_id="vpc-1",
        **{"groups": (GroupIdentifier(group_id=group),), **usual, **fields},
    )


BROKEN = {
    "an old version is where nobody else is": world(NOW_THERE, FIRST, alias("live", FIRST), eni(), *network()),
    "the function has left the VPC, a version has not": world(DETACHED, FIRST, alias("live", FIRST), eni(), *network()),
    "no version is left there": world(NOW_THERE, eni(), *network()),
    "the function has left the VPC": world(DETACHED, eni(), *network()),
}

HEALTHY = {
    "the function is there": world(function(vpc_config=OLD), FIRST, alias("live", FIRST), eni(), *network()),
    "another function is there": world(
        NOW_THERE, function("g", vpc_config=OLD), FIRST, alias("live", FIRST), eni(), *network()
    ),
    "nothing is kept": world(NOW_THERE, FIRST, alias("live", FIRST), *network()),
    "an interface of no function": world(NOW_THERE, eni(interface_type="interface"), *network()),
    "an interface of a function with a longer name": world(NOW_THERE, eni("f-other"), *network()),
    "the same groups in another order": world(
        function(vpc_config=replace(OLD, security_group_ids=("sg-x", "sg-old"))),
        eni(groups=(GroupIdentifier(group_id="sg-old"), GroupIdentifier(group_id="sg-x"))),
        *network(),
    ),
    "a version in no VPC": world(
        function(vpc_config=IN_VPC),
        function(version="1"),
        *network(),
    ),
}
