"""Routes whose target is gone."""

from collections.abc import Callable
from typing import Any

from moto.ec2.models import ec2_backends

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result

addition = Addition("routes", "moto's routes stay active when their target is deleted")

_TARGETS: dict[str, Callable[[Any, str], bool]] = {
    "NatGatewayId": lambda ec2, target: _alive(ec2.nat_gateways.get(target)),
    "NetworkInterfaceId": lambda ec2, target: target in ec2.enis,
    "TransitGatewayId": lambda ec2, target: target in ec2.transit_gateways,
    "VpcPeeringConnectionId": lambda ec2, target: _alive(ec2.vpc_pcxs.get(target)),
    "EgressOnlyInternetGatewayId": lambda ec2, target: target in ec2.egress_only_internet_gateways,
    "GatewayId": lambda ec2, target: (
        target == "local"
        or target in ec2.internet_gateways
        or target in ec2.vpn_gateways
        or _alive(ec2.vpc_end_points.get(target))
    ),
}
"""For each member of Route that names a target: whether it is still there."""


@addition.amends("ec2", "DescribeRouteTables")
def describe_route_tables(request: Request, proceed: Proceed) -> Result:
    """Let a route be a blackhole when its target is gone."""
    ec2 = ec2_backends[request.account][request.region]
    answer = proceed()
    for table in answer.get("RouteTables", []):
        for route in table.get("Routes", []):
            if any(name in route and not there(ec2, route[name]) for name, there in _TARGETS.items()):
                route["State"] = "blackhole"
    return answer


def _alive(target: Any) -> bool:
    state = getattr(target, "state", None) or getattr(getattr(target, "_status", None), "code", "available")
    return target is not None and state not in {"deleting", "deleted", "rejected", "expired", "failed"}
