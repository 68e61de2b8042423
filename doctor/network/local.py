"""Leaving a subnet, and arriving at an interface."""

from doctor.model.interfaces import NetworkInterface
from doctor.model.network import Subnet
from doctor.model.trace import Passage
from doctor.model.transit import VpcPeeringConnection, VpnConnection
from doctor.network import checks
from doctor.network.addresses import prefix
from doctor.network.routes import LOCAL, Routes, Way
from doctor.network.segment import Segment
from doctor.network.tables import Node, prefixes
from doctor.network.walk import FORWARD, RETURN, Place, Walk


def leave(walk: Walk, segment: Segment, place: Place, *, guarded: bool = True) -> bool:
    """Send the packet out of a subnet, and take its answer back in; whether it was delivered.

    The network ACL is passed only where the packet leaves the subnet. ``guarded``: it is not for packets that a transit
    gateway brought into its own subnet.
    """
    routes = walk.routes(place)
    way = routes.at(walk.flow.destination) if routes else None
    subnet = place.subnet
    node = walk.node_at(place.vpc) if way is not None and way.target == LOCAL else None
    inside = node is not None and subnet is not None and node.subnet == subnet.subnet_id
    filtered = subnet if guarded and not inside else None
    if filtered is not None:
        checks.acl(walk, segment, filtered, FORWARD, "egress")
    delivered = routes is not None and follow(walk, segment, place, routes, way)
    if filtered is not None:
        checks.acl(walk, segment, filtered, RETURN, "ingress", quiet=not delivered)
    return delivered


def follow(walk: Walk, segment: Segment, place: Place, routes: Routes, way: Way | None) -> bool:
    """Hand the packet to what the route leads to."""
    hidden = routes.hidden(walk.flow.family, walk.flow.destination)
    if hidden and (way is None or way.target != LOCAL):
        what = ", ".join(hidden)
        return walk.lose(routes.id, "UNKNOWN_RESOURCE", f"where its routes for {what} apply was not seen")
    if way is None:
        return _no_route(walk, segment, place, routes)
    code = {"active": "", "blackhole": "BAD_STATE_ROUTE"}.get(way.state, "UNKNOWN_RESOURCE")
    verdict: Passage = "pass" if not code else "drop" if code == "BAD_STATE_ROUTE" else "unknown"
    walk.hop(
        routes.id,
        "route-table",
        segment,
        verdict=verdict,
        rule=way.words,
        evidence=way.evidence,
        code=code,
    )
    if code == "BAD_STATE_ROUTE":
        return walk.stop(routes.id, code, f"{way.words} is a blackhole")
    if code:
        return walk.lose(routes.id, code, f"{way.words} is in state {way.state or 'unknown'}")
    if way.target == LOCAL:
        return within(walk, segment, place, routes)
    handler = walk.handlers.get(way.target.split("-", 1)[0])
    if handler is None:
        return walk.lose(way.target or routes.id, "UNSUPPORTED_COMPONENT", f"doctor cannot follow {way.words}")
    return handler(walk, segment, place, way)


def _no_route(walk: Walk, segment: Segment, place: Place, routes: Routes) -> bool:
    other = _unconnected(walk, place.vpc)
    code, component = ("DISCONNECTED_VPCS", place.vpc) if other else ("NO_ROUTE_TO_DESTINATION", routes.id)
    header = segment.header(FORWARD)
    walk.hop(routes.id, "route-table", segment, verdict="drop", rule="no route", code=code)
    where = f" in {other}, with which nothing connects {place.vpc}" if other else ""
    return walk.stop(component, code, f"{routes.id} has no route to {header.destination}{where}")


def _unconnected(walk: Walk, vpc: str) -> str:
    """The VPC that the destination is in, when it is another one that nothing joins with this one."""
    flow = walk.flow
    others = (one for one in walk.catalogue.vpcs if one != vpc)
    other = next((one for one in others if walk.tables.node(one, flow.family, flow.destination)), "")
    if not other or walk.catalogue.gap(VpcPeeringConnection) is not None:
        return ""
    gateways = {attached for attached, by in walk.catalogue.attachment_of if by == vpc}
    joined = any((one, other) in walk.catalogue.attachment_of for one in gateways)
    sides = (
        {one.requester_vpc_info.vpc_id, one.accepter_vpc_info.vpc_id}
        for one in walk.catalogue.all(VpcPeeringConnection)
    )
    return "" if joined or any(one == {vpc, other} for one in sides) else other


def within(walk: Walk, segment: Segment, place: Place, routes: Routes | None = None) -> bool:
    """Deliver inside a VPC."""
    node = walk.node_at(place.vpc)
    if node is None:
        if place.vpc not in walk.catalogue.vpcs_with_interfaces:
            return walk.miss(place.vpc, NetworkInterface, f"who has {segment.header(FORWARD).destination}")
        if routes is not None and _overlaps(walk, place.vpc, routes):
            walk.notice("DR_CIDR_OVERLAP", routes.id)
        detail = f"no interface of {place.vpc} has {segment.header(FORWARD).destination}"
        return walk.stop(place.vpc, "NO_POSSIBLE_DESTINATION", detail)
    return deliver(walk, segment, node, place)


def _overlaps(walk: Walk, vpc: str, routes: Routes) -> bool:
    """Whether another network claims the address that the local route captured."""
    there = walk.flow.destination
    claims = list(routes.overlaps)
    for one in walk.catalogue.all(VpcPeeringConnection):
        sides = {side.vpc_id: side for side in (one.requester_vpc_info, one.accepter_vpc_info)}
        if vpc in sides:
            claims += prefixes(side.cidr_block for identifier, side in sides.items() if identifier != vpc)
    for line in walk.catalogue.all(VpnConnection):
        claims += [found for route in line.routes if (found := prefix(route.destination_cidr_block))]
    return any(one.family == walk.flow.family and one.holds(there) for one in claims)


def deliver(walk: Walk, segment: Segment, node: Node, place: Place) -> bool:
    """Arrive at an interface, and send the answer on its way."""
    subnet = walk.catalogue.subnets.get(node.subnet)
    if node.kind == "lambda":
        return walk.stop(node.component, "DR_LAMBDA_INBOUND_BLOCKED", direction="ingress")
    if subnet is None:
        return walk.miss(node.subnet or node.component, Subnet, f"the subnet of {node.component}")
    apart = place.subnet is None or place.subnet.subnet_id != subnet.subnet_id
    if apart:
        checks.acl(walk, segment, subnet, FORWARD, "ingress")
    checks.enter_interface(walk, segment, node)
    walk.hop(node.component, "network-interface", segment, direction="ingress")
    _note_zone(walk, segment, subnet)
    if apart:
        checks.acl(walk, segment, subnet, RETURN, "egress")
    if apart or place.back != LOCAL:
        checks.way_back(walk, segment, Place(node.vpc, subnet, place.back))
    return True


def _note_zone(walk: Walk, segment: Segment, subnet: Subnet) -> None:
    if segment.zone and subnet.availability_zone and segment.zone != subnet.availability_zone:
        walk.notice("AVAILABILITY_ZONE_CROSSED", subnet.subnet_id, f"{segment.zone} to {subnet.availability_zone}")
