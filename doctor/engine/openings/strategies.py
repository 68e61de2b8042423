"""Which ways there are past each kind of blocker, in the order of their cost.

Free and narrow comes first, then free and wide, then what is billed by the hour.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from doctor.engine.openings import filters, joins, routes
from doctor.engine.openings.terrain import ANYWHERE, Terrain
from doctor.engine.operations.ec2 import vpc_endpoints
from doctor.model.finding import Applicability, Fix
from doctor.model.network import RouteTable, VpcEndpoint

if TYPE_CHECKING:
    from doctor.engine.facts.reachability import Stopped

Strategy = Callable[[Terrain, "Stopped"], Iterable[Fix]]


def own(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """The ways past one component, best first."""
    for strategy in _STRATEGIES.get(stopped.blockers[0].code, ()):
        yield from strategy(terrain, stopped)


def _missing_route(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """A route that is missing: of the answers, to another network, or to the internet."""
    if stopped.blockers[0].stage == "return":
        yield from joins.route_back(terrain, stopped)
        return
    there = [*joins.route_there(terrain, stopped)]
    yield from there
    if there or not _is_own(terrain, stopped):
        return
    yield from routes.no_route(terrain, stopped)


def _is_own(terrain: Terrain, stopped: "Stopped") -> bool:
    """Whether a route table is one of the function's own subnets."""
    own_tables = terrain.tables(terrain.concerned(stopped.blockers))
    return any(one.route_table_id == stopped.component for one in own_tables)


def _broken_way(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """The way out leads to what does not work: lead it elsewhere."""
    tables = [*_through(terrain, stopped)]
    if not tables:
        return
    yield from routes.existing_nat(terrain, tables)
    if not [*terrain.nats()]:
        yield from routes.new_nat(terrain, tables)


def _through(terrain: Terrain, stopped: "Stopped") -> Iterator[RouteTable]:
    """The route tables of the function's subnets whose default route leads into what does not work."""
    for table in terrain.tables(terrain.concerned(stopped.blockers)):
        route = next((one for one in table.routes if one.destination_cidr_block == ANYWHERE), None)
        if route is not None and route.nat_gateway_id:
            yield table


def _private_dns(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """Private DNS of an endpoint that is there, with the VPC's attributes that it needs."""
    endpoint = stopped.resource
    steps = [*routes.dns(terrain)]
    if isinstance(endpoint, VpcEndpoint) and not endpoint.private_dns_enabled:
        steps.append(vpc_endpoints.turn_on_private_dns(endpoint))
    if steps:
        yield Fix(
            title=", ".join(one.name for one in steps),
            steps=tuple(steps),
            applicability=Applicability.UNSAFE,
            risk="names answer differently in the whole VPC: every call to the service goes through the endpoint, whose policy and security group must admit it",
        )


def _dns_support(terrain: Terrain, _: "Stopped") -> Iterator[Fix]:
    steps = tuple(routes.dns(terrain))[:1]
    if steps:
        yield Fix(title=steps[0].name, steps=steps, risk="Amazon's resolver then answers in the whole VPC")


_FILTER: tuple[Strategy, ...] = (filters.group_rule,)
_STRATEGIES: dict[str, tuple[Strategy, ...]] = {
    "ENI_SG_RULES_MISMATCH": _FILTER,
    "SG_HAS_NO_RULES": _FILTER,
    "SUBNET_ACL_RESTRICTION": (filters.acl_entries,),
    "NO_ROUTE_TO_DESTINATION": (_missing_route,),
    "DISCONNECTED_VPCS": (_missing_route,),
    "BAD_STATE": (_broken_way, routes.other_subnets),
    "BAD_STATE_ROUTE": (_broken_way, routes.other_subnets),
    "DR_ROUTE_LOOP": (_broken_way, routes.other_subnets),
    "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS": (routes.other_subnets, _broken_way),
    "DR_PRIVATE_DNS_OFF": (_private_dns,),
    "DR_PRIVATE_DNS_INEFFECTIVE": (_private_dns,),
    "DR_DNS_SUPPORT_DISABLED": (_dns_support,),
}
