"""Ways out for IPv6: it passes no NAT gateway, but an egress-only internet gateway."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from doctor.engine.openings import prices
from doctor.engine.openings.terrain import Terrain
from doctor.engine.operations import lambda_
from doctor.engine.operations.ec2 import egress_gateways, route_tables
from doctor.model.finding import Applicability, Fix
from doctor.model.network import EgressOnlyInternetGateway

if TYPE_CHECKING:
    from doctor.engine.facts.reachability import Stopped

ANYWHERE = "::/0"


def is_meant(stopped: "Stopped") -> bool:
    """Whether it is IPv6 that is stopped."""
    return any(one.trace is not None and one.trace.family == "ipv6" for one in stopped.traced)


def way_out(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """A route to the VPC's egress-only internet gateway, or to a new one."""
    tables = terrain.tables(terrain.concerned(stopped.blockers))
    if terrain.vpc is None or not tables:
        return
    there = [
        one.egress_only_internet_gateway_id
        for one in terrain.catalogue.all(EgressOnlyInternetGateway)
        if any(place.vpc_id == terrain.name and place.state == "attached" for place in one.attachments)
    ]
    target = there[0] if there else egress_gateways.MADE
    name = there[0] if there else "an egress-only internet gateway"
    routes = [route_tables.lead(one, ANYWHERE, "EgressOnlyInternetGatewayId", target) for one in tables]
    yield Fix(
        title=f"lead {ANYWHERE} of {' and '.join(one.route_table_id for one in tables)} to {name}",
        steps=(*(() if there else (egress_gateways.make(terrain.vpc),)), *routes),
        applicability=Applicability.UNSAFE,
        cost=prices.EGRESS_ONLY,
        risk="everything in the subnets that use the route table, and has IPv6, can then reach the internet",
    )


def allow(terrain: Terrain, _: "Stopped") -> Iterator[Fix]:
    """IPv6 for the function, where all of its subnets have a range for it; a range is for people to choose."""
    lacking = [one.subnet_id for one in terrain.subnets if not one.ipv6_cidr_block_association_set]
    if lacking or not terrain.subnets:
        yield Fix(
            title=f"give {' and '.join(lacking) or 'its subnets'} an IPv6 range, and allow IPv6 for the function",
            applicability=Applicability.MANUAL,
            note="which range a subnet gets is a matter of the VPC's plan, and takes an IPv6 range of the VPC",
        )
        return
    yield Fix(
        title="allow IPv6 for the function, whose subnets all have it",
        steps=(lambda_.allow_ipv6(terrain.function),),
        applicability=Applicability.UNSAFE,
        cost=prices.EGRESS_ONLY,
        risk="names that have an IPv6 address are then reached by it; its network interfaces are made anew, which takes minutes",
    )
