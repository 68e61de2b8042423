"""Which ways there are past each kind of blocker, in the order of their cost.

Free and narrow comes first, then free and wide, then what is billed by the hour.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from doctor.engine.openings import filters, ipv6, joins, prices, routes
from doctor.engine.openings.terrain import ANYWHERE, Terrain, is_private
from doctor.engine.operations.ec2 import block_public_access, vpc_endpoints
from doctor.model.finding import Applicability, Fix
from doctor.model.interfaces import VpcBlockPublicAccessOptions
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
    if not there and ipv6.is_meant(stopped):
        yield from ipv6.way_out(terrain, stopped)
        return
    if not there and any(is_private(one.trace) for one in stopped.traced if one.trace is not None):
        yield Fix(
            title="join the two networks: by peering, a transit gateway or a VPN, with routes there and back",
            applicability=Applicability.MANUAL,
            note="nothing that was seen joins them, or what joins them is not the account's own",
        )
    elif not there and _is_own(terrain, stopped):
        yield from routes.no_route(terrain, stopped)
    elif not there:
        yield from routes.to_internet_gateway(terrain, stopped)
        yield from _broken_way(terrain, stopped)


def _is_own(terrain: Terrain, stopped: "Stopped") -> bool:
    """Whether a route table is one of the function's own subnets."""
    own_tables = terrain.tables(terrain.concerned(stopped.blockers))
    return any(one.route_table_id == stopped.component for one in own_tables)


def _broken_way(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """The way out leads to what does not work: lead it elsewhere."""
    broken = _nats_behind(terrain, stopped)
    tables = [one for one in terrain.catalogue.all(RouteTable) if _default(one) in broken]
    if not tables:
        return
    yield from routes.existing_nat(terrain, tables, but=broken)
    if not [one for one in terrain.nats() if one.nat_gateway_id not in broken]:
        yield from routes.new_nat(terrain, tables)


def _nats_behind(terrain: Terrain, stopped: "Stopped") -> set[str]:
    """The NAT gateways that the default routes of the function's subnets lead to."""
    own_tables = terrain.tables(terrain.concerned(stopped.blockers))
    return {nat for one in own_tables if (nat := _default(one))}


def _default(table: RouteTable) -> str:
    """The NAT gateway of a table's default route; empty: it leads elsewhere."""
    return next((one.nat_gateway_id for one in table.routes if one.destination_cidr_block == ANYWHERE), "")


def _endpoints(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """Endpoints of the services that are to be reached; behind a NAT gateway that is broken for everybody they are no cure."""
    if not _nats_behind(terrain, stopped):
        yield from routes.endpoints(terrain, stopped)


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


def _exclusion(terrain: Terrain, _: "Stopped") -> Iterator[Fix]:
    """Block Public Access is meant for the whole account; where the organisation allows none, there are no exclusions."""
    options = terrain.catalogue.all(VpcBlockPublicAccessOptions)
    title = f"exclude {terrain.name} from VPC Block Public Access, egress only"
    if terrain.vpc is None or any(one.exclusions_allowed == "not-allowed" for one in options):
        yield Fix(
            title=title,
            applicability=Applicability.MANUAL,
            note="the organisation's declarative policy allows no exclusions: whoever manages it must change it first",
        )
        return
    yield Fix(
        title=title,
        steps=(block_public_access.exclude(terrain.vpc),),
        applicability=Applicability.UNSAFE,
        cost=prices.EXCLUSION,
        risk="the whole VPC can reach the internet again, and whoever turned the block on had reasons",
    )


_BY_HAND = {
    "TGW_RTB_BAD_STATE_ROUTE": "replace the blackhole in the transit gateway's route table: somebody put it there to drop packets",
    "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION": "associate the attachment with a transit gateway route table",
    "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR": "reach it from its own VPC: a peering connection carries nothing beyond the peered VPC",
    "BAD_STATE_ATTACHMENT": "attach it again",
    "BAD_STATE_VPN": "bring a tunnel of the VPN connection up, which is done at the customer's own router",
    "DR_CIDR_OVERLAP": "give one of the networks another range: the VPC's own always wins",
    "DR_TARGET_AZ_MISSING": "make a mount target in that availability zone, or leave the function only in zones that have one",
    "DR_SUBNET_NOT_DUAL_STACK": "give the subnet an IPv6 range: which one is a matter of the VPC's plan",
}
"""What to do by hand, and why doctor sends no calls for it."""


def _by_hand(_: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    yield Fix(title=f"{stopped.component}: {_BY_HAND[stopped.blockers[0].code]}", applicability=Applicability.MANUAL)


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
    "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS": (_broken_way, routes.other_subnets, _endpoints),
    "DR_PRIVATE_DNS_OFF": (_private_dns,),
    "DR_PRIVATE_DNS_INEFFECTIVE": (_private_dns,),
    "DR_DNS_SUPPORT_DISABLED": (_dns_support,),
    "DR_IPV6_NOT_ENABLED": (ipv6.allow,),
    "DR_PROXY_BACKEND_BLOCKED": (filters.proxy_rule,),
    "TGW_ROUTE_AZ_RESTRICTION": (joins.zone_of_attachment,),
    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT": (joins.transit_route,),
    "VPC_BLOCK_PUBLIC_ACCESS_ENABLED": (_exclusion,),
    **dict.fromkeys(_BY_HAND, (_by_hand,)),
}
