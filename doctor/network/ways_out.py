"""What leads from a VPC to the internet and to AWS: internet gateways, NAT gateways and instances, gateway endpoints."""

from doctor.model.interfaces import NetworkInterface, VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions
from doctor.model.network import EgressOnlyInternetGateway, InternetGateway, NatGateway, RouteTable, Subnet, VpcEndpoint
from doctor.network import checks
from doctor.network.addresses import ALL, NAT64, RFC1918, RFC6598, V4, V6, address, public, within
from doctor.network.boxes import EPHEMERAL
from doctor.network.local import deliver, follow, leave
from doctor.network.protocols import ICMP, ICMPV6, TCP, UDP
from doctor.network.routes import Way
from doctor.network.segment import Segment
from doctor.network.tables import addresses_of, node_of, public_addresses_of
from doctor.network.walk import FORWARD, RETURN, Place, Walk

_ATTACHED = ("available", "attached")
_EXCLUDED = ("create-complete", "update-complete", "update-in-progress")


def internet_gateway(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Leave by an internet gateway: it needs a public IPv4 address, and drops private destinations."""
    found = walk.catalogue.gateways.get(way.target)
    if not isinstance(found, InternetGateway):
        return walk.miss(way.target, InternetGateway, "the internet gateway")
    if not _attached(walk, found.internet_gateway_id, place.vpc, {one.vpc_id: one.state for one in found.attachments}):
        return False
    flow = walk.flow
    blocks = [_blocked_from_public(walk, place, way.target, segment)]
    if flow.family == V4:
        blocks += [
            "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" if segment.public == () else "",
            "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS" if within(V4, flow.destination, RFC1918) else "",
            "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS" if within(V4, flow.destination, RFC6598) else "",
        ]
    codes = [code for code in blocks if code]
    walk.hop(
        way.target, "internet-gateway", segment, verdict="drop" if codes else "pass", code=codes[0] if codes else ""
    )
    for code in codes:
        walk.stop(way.target, code)
    return not codes and _on_the_internet(walk, segment, place)


def _attached(walk: Walk, gateway: str, vpc: str, states: dict[str, str]) -> bool:
    state = states.get(vpc, "detached").lower()
    return state in _ATTACHED or walk.broken(gateway, state, "BAD_STATE_ATTACHMENT", f"its attachment to {vpc}")


def _on_the_internet(walk: Walk, segment: Segment, place: Place) -> bool:
    """Arrive on the internet, or at a public address of an interface that was seen."""
    flow = walk.flow
    node = walk.tables.public_node(flow.family, flow.destination) or walk.expected
    if node is None:
        if not public(flow.family, flow.destination):
            return walk.stop("internet", "NO_POSSIBLE_DESTINATION", "the address is not routed on the internet")
        walk.hop("internet", "internet", segment, direction="ingress")
        return True
    walk.notice("IGW_NAT_REFLECTION", node.component)
    if segment.public is None:
        return walk.lose(
            node.component, "UNKNOWN_RESOURCE", "by which public address the packet comes back was not seen"
        )
    inward = Segment(flow, tuple((one, one) for one in segment.public) or _spans(segment), zone=segment.zone)
    inward.lost = segment.groups | segment.lost
    inward.lost_by = "DR_HAIRPIN_SG_REFERENCE" if node.vpc == place.vpc else "SG_REFERENCES_NOT_PRESERVED"
    walk.begin(inward)
    return deliver(walk, inward, node, Place(node.vpc, None, _gateway_of(walk, node.vpc)))


def _spans(segment: Segment) -> tuple[tuple[int, int], ...]:
    return tuple((box[0], box[1]) for box in segment.boxes)


def _gateway_of(walk: Walk, vpc: str) -> str:
    every = walk.catalogue.all(InternetGateway)
    return next((one.internet_gateway_id for one in every if any(to.vpc_id == vpc for to in one.attachments)), "igw-")


def egress_only_gateway(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Leave by an egress-only internet gateway, which knows IPv6 only."""
    found = walk.catalogue.gateways.get(way.target)
    if not isinstance(found, EgressOnlyInternetGateway):
        return walk.miss(way.target, EgressOnlyInternetGateway, "the egress-only internet gateway")
    if not _attached(walk, way.target, place.vpc, {one.vpc_id: one.state for one in found.attachments}):
        return False
    code = _blocked_from_public(walk, place, way.target, segment)
    walk.hop(way.target, "egress-only-internet-gateway", segment, verdict="drop" if code else "pass", code=code)
    if code:
        return walk.stop(way.target, code)
    return _on_the_internet(walk, segment, place)


def _blocked_from_public(walk: Walk, place: Place, gateway: str, segment: Segment) -> str:
    """The code when Block Public Access drops it; in mode ``block-ingress`` NAT and egress-only gateways still serve."""
    options = walk.catalogue.all(VpcBlockPublicAccessOptions)
    gap = walk.catalogue.gap(VpcBlockPublicAccessOptions)
    if not options:
        if gap is not None:
            walk.lose(gateway, "DR_MISSING_DATA", "whether Block Public Access is on was not seen", gap=gap)
        return ""
    mode = options[0].internet_gateway_block_mode.lower()
    spared = segment.by_nat or gateway.startswith("eigw-")
    if mode == "off" or (mode == "block-ingress" and spared):
        return ""
    if mode not in ("block-bidirectional", "block-ingress"):
        walk.lose(gateway, "UNKNOWN_RESOURCE", f"Block Public Access is in mode {mode or 'unknown'}")
        return ""
    names = {f"vpc/{place.vpc}", f"subnet/{place.subnet.subnet_id}" if place.subnet else ""}
    exclusions = walk.catalogue.all(VpcBlockPublicAccessExclusion)
    if any(one.resource_arn.split(":")[-1] in names and one.state.lower() in _EXCLUDED for one in exclusions):
        return ""
    if (gap := walk.catalogue.gap(VpcBlockPublicAccessExclusion)) is not None:
        walk.lose(gateway, "DR_MISSING_DATA", "whether Block Public Access excludes it was not seen", gap=gap)
        return ""
    return "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"


def nat_gateway(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Pass a NAT gateway, which sends from its own address by the routes of its own subnet."""
    found = walk.catalogue.gateways.get(way.target)
    if not isinstance(found, NatGateway):
        return walk.miss(way.target, NatGateway, "the NAT gateway")
    if way.target in walk.visited:
        return walk.stop(way.target, "DR_ROUTE_LOOP", "the routes of its subnet lead back to the NAT gateway")
    if (found.vpc_id and found.vpc_id != place.vpc) or place.back.startswith(("pcx-", "vgw-")):
        return walk.stop(way.target, "NGW_REQUIRES_SOURCE_IN_VPC")
    walk.visited.add(way.target)
    if not _usable(walk, found):
        return False
    regional = found.availability_mode.lower() == "regional"
    return (_regional if regional else _zonal)(walk, segment, place, found)


def _zonal(walk: Walk, segment: Segment, place: Place, nat: NatGateway) -> bool:
    """Pass a NAT gateway of one subnet: four flows cross the edge of that subnet."""
    subnet = walk.catalogue.subnets.get(nat.subnet_id)
    if subnet is None:
        return walk.miss(nat.subnet_id or nat.nat_gateway_id, Subnet, "the subnet of the NAT gateway")
    apart = place.subnet is None or place.subnet.subnet_id != subnet.subnet_id
    if apart:
        checks.acl(walk, segment, subnet, FORWARD, "ingress")
    walk.hop(nat.nat_gateway_id, "nat-gateway", segment, rule=f"sends from {_addresses(nat)}")
    if segment.zone and subnet.availability_zone not in ("", segment.zone):
        walk.notice("AVAILABILITY_ZONE_CROSSED", nat.nat_gateway_id, f"{segment.zone} to {subnet.availability_zone}")
    outward = _translated(walk, segment, nat, subnet)
    home = Place(nat.vpc_id or place.vpc, subnet)
    delivered = leave(walk, outward, home)
    if delivered:
        if apart:
            checks.acl(walk, segment, subnet, RETURN, "egress")
        checks.way_back(walk, segment, home._replace(back=place.back))
    return delivered


def _usable(walk: Walk, nat: NatGateway) -> bool:
    """Whether a NAT gateway works and carries this kind of packet."""
    state = nat.state.lower()
    flow = walk.flow
    if state != "available":
        because = f", which failed with {nat.failure_code}," if nat.failure_code else ""
        return walk.broken(nat.nat_gateway_id, state, "BAD_STATE", f"the NAT gateway{because}")
    if flow.protocol not in (TCP, UDP, ICMP, ICMPV6):
        return walk.stop(nat.nat_gateway_id, "PROTOCOL_RESTRICTION", "a NAT gateway carries TCP, UDP and ICMP")
    if flow.family == V6 and not within(V6, flow.destination, NAT64):
        return walk.stop(
            nat.nat_gateway_id, "NO_POSSIBLE_DESTINATION", "a NAT gateway does not carry IPv6, but for NAT64"
        )
    if flow.family == V6:
        return walk.lose(nat.nat_gateway_id, "UNSUPPORTED_COMPONENT", "doctor does not follow NAT64")
    return True


def _addresses(nat: NatGateway) -> str:
    return (
        ", ".join(one.public_ip or one.private_ip for one in nat.nat_gateway_addresses)
        or "addresses that were not seen"
    )


def _numbers(texts: list[str]) -> tuple[int, ...]:
    return tuple(found[1] for text in texts if (found := address(text)) is not None)


def _translated(walk: Walk, segment: Segment, nat: NatGateway, subnet: Subnet | None) -> Segment:
    """The packets behind a NAT gateway: its own addresses, nobody's security groups."""
    family = walk.flow.family
    told = nat.nat_gateway_addresses
    inner = _numbers([one.private_ip for one in told])
    outer: tuple[int, ...] | None = _numbers([one.public_ip for one in told])
    outer = (outer or None) if nat.connectivity_type.lower() == "public" else ()
    spans = tuple((one, one) for one in inner or outer or ())
    if not spans:  # not told: any address that it may have
        spans = walk.tables.spans(subnet, family) if subnet else ()
    flow = walk.flow._replace(client_ports=EPHEMERAL if walk.flow.protocol in (TCP, UDP) else walk.flow.client_ports)
    zone = subnet.availability_zone if subnet else segment.zone
    outward = Segment(flow, spans or (ALL[family],), public=outer, zone=zone)
    outward.by_nat = True
    outward.lost, outward.lost_by = segment.groups | segment.lost, "SG_REFERENCES_NOT_PRESERVED"
    walk.begin(outward)
    return outward


def _regional(walk: Walk, segment: Segment, place: Place, nat: NatGateway) -> bool:
    """Pass a regional NAT gateway: it has no subnet and no network ACL, but a route table of its own."""
    zones = {one.availability_zone for one in nat.nat_gateway_addresses}
    if segment.zone and segment.zone not in zones:
        provision = nat.auto_provision_zones.lower()
        if provision == "disabled":
            detail = f"it has no address in {segment.zone}, and does not go there by itself"
            return walk.stop(nat.nat_gateway_id, "REGIONAL_NGW_ROUTE_AZ_RESTRICTION", detail)
        if provision != "enabled":
            return walk.lose(nat.nat_gateway_id, "UNKNOWN_RESOURCE", f"whether it serves {segment.zone} was not seen")
        walk.notice("AVAILABILITY_ZONE_CROSSED", nat.nat_gateway_id, f"it has no address in {segment.zone} yet")
    walk.hop(nat.nat_gateway_id, "nat-gateway", segment, rule=f"sends from {_addresses(nat)}")
    table = walk.catalogue.table_of_gateway(nat.nat_gateway_id, nat.route_table_id)
    routes = walk.tables.routes(table.route_table_id, walk.flow.family) if table else None
    if routes is None:
        return walk.miss(nat.nat_gateway_id, RouteTable, "the route table of the regional NAT gateway")
    outward = _translated(walk, segment, nat, None)
    home = Place(nat.vpc_id or place.vpc, None)
    delivered = follow(walk, outward, home, routes, routes.at(walk.flow.destination))
    if delivered:
        checks.way_back(walk, segment, home._replace(back=place.back), routes)
    return delivered


def interface(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Pass an interface that forwards: a NAT instance, when what it forwards goes to the internet."""
    by_instance = walk.catalogue.interface_of_instance.get(way.target)
    found = by_instance or walk.catalogue.interfaces.get(way.target)
    if found is None:
        return walk.miss(way.target, NetworkInterface, "the interface that the route leads to")
    if found.source_dest_check is None:
        return walk.miss(found.network_interface_id, NetworkInterface, "its source/destination check")
    if found.source_dest_check:
        return walk.stop(found.network_interface_id, "ENI_SOURCE_DEST_CHECK_RESTRICTION")
    if found.network_interface_id in walk.visited:
        return walk.stop(found.network_interface_id, "DR_ROUTE_LOOP")
    walk.visited.add(found.network_interface_id)
    subnet = walk.catalogue.subnets.get(found.subnet_id)
    if subnet is None:
        return walk.miss(found.subnet_id or way.target, Subnet, "the subnet of the interface")
    apart = place.subnet is None or place.subnet.subnet_id != subnet.subnet_id
    if apart:
        checks.acl(walk, segment, subnet, FORWARD, "ingress")
    checks.enter_interface(walk, segment, node_of(found))
    walk.hop(found.network_interface_id, "network-interface", segment, rule="forwards")
    if not public(walk.flow.family, walk.flow.destination):
        detail = "what an appliance does with packets to private addresses cannot be seen"
        return walk.lose(found.network_interface_id, "UNSUPPORTED_COMPONENT", detail)
    delivered = _through_instance(walk, segment, found, subnet)
    if delivered:
        if apart:
            checks.acl(walk, segment, subnet, RETURN, "egress")
        checks.way_back(walk, segment, Place(place.vpc, subnet, place.back))
    return delivered


def _through_instance(walk: Walk, segment: Segment, found: NetworkInterface, subnet: Subnet) -> bool:
    inner = _numbers(addresses_of(found, walk.flow.family))
    outer = _numbers([one for _, one in public_addresses_of(found)])
    groups = frozenset(one.group_id for one in found.groups)
    if not inner or not groups:
        return walk.miss(found.network_interface_id, NetworkInterface, "its addresses or security groups")
    outward = Segment(walk.flow, tuple((one, one) for one in inner), public=outer, zone=subnet.availability_zone)
    outward.lost, outward.lost_by = segment.groups | segment.lost, "SG_REFERENCES_NOT_PRESERVED"
    walk.begin(outward)
    checks.leave_interface(walk, outward, groups, None)
    return leave(walk, outward, Place(found.vpc_id, subnet))


def endpoint(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Reach an AWS service by a gateway endpoint; other kinds of endpoints as route targets cannot be followed."""
    found = walk.catalogue.gateways.get(way.target)
    if not isinstance(found, VpcEndpoint):
        return walk.miss(way.target, VpcEndpoint, "the endpoint")
    kind = found.vpc_endpoint_type.lower()
    if kind == "gatewayloadbalancer":
        return walk.lose(way.target, "PATH_THROUGH_GWLB_NOT_CHECKED")
    if kind != "gateway":
        return walk.lose(
            way.target, "UNSUPPORTED_COMPONENT", f"doctor cannot follow a route to an endpoint of type {kind}"
        )
    if not works(walk, found):
        return False
    if walk.flow.protocol not in (TCP, ICMP, ICMPV6):
        return walk.stop(way.target, "VPCE_GATEWAY_PROTOCOL_RESTRICTION")
    if place.back != "local":
        return walk.stop(way.target, "NO_POSSIBLE_DESTINATION", "a gateway endpoint serves only its own VPC")
    walk.hop(way.target, "vpc-endpoint", segment, rule=found.service_name)
    walk.endpoint = way.target
    return True


def works(walk: Walk, found: VpcEndpoint) -> bool:
    """Whether an endpoint is in service; its states are spelled in either case."""
    state = found.state
    return state.lower() == "available" or walk.broken(found.vpc_endpoint_id, state, "BAD_STATE", "the endpoint")
