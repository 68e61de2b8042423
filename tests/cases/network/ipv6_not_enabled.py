from msgspec.structs import replace

from doctor.model.network import Ipv6CidrBlockAssociation, Subnet
from doctor.testing.world import function, node_raised, raised, succeeded, timed_out, world
from tests.networks import IN_VPC, network

F = function(vpc_config=IN_VPC)
NODE = "connect ENETUNREACH 2600:1f18:22ba:8c00:ba86:a05e:a5ba:00fd:443 - Local (:::0)"


def dual_stack(*names: str):
    """The usual network, whose subnets of these names have an IPv6 range."""
    ranges = (Ipv6CidrBlockAssociation(ipv6_cidr_block="2001:db8:0:1::/64"),)
    return [
        replace(one, ipv6_cidr_block_association_set=ranges)
        if isinstance(one, Subnet) and one.subnet_id in names
        else one
        for one in network()
    ]


BROKEN = {
    "in subnets that all have IPv6": world(
        F, *dual_stack("subnet-a", "subnet-b"), invocations=[raised("OSError", "[Errno 101] Network is unreachable")]
    ),
    "in subnets of which one has IPv6": world(
        F, *dual_stack("subnet-a"), invocations=[raised("OSError", "[Errno 101] Network is unreachable")]
    ),
    "in a VPC, with the flag off": world(
        function(vpc_config=IN_VPC, runtime="nodejs22.x"), invocations=[node_raised("Error", NODE)]
    ),
    "outside a VPC": world(function(), invocations=[raised("OSError", "[Errno 101] Network is unreachable")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it hung: IPv4": world(F, invocations=[timed_out()]),
    "IPv6 is allowed": world(
        function(vpc_config=replace(IN_VPC, ipv6_allowed_for_dual_stack=True)),
        invocations=[raised("OSError", "[Errno 101] Network is unreachable")],
    ),
    "no host": world(F, invocations=[raised("OSError", "[Errno 113] No route to host")]),
}
