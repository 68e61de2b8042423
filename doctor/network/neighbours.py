"""What leads from a VPC to other networks: peering, transit gateways, virtual private gateways."""

from doctor.model.network import Subnet
from doctor.model.trace import Passage, Stage
from doctor.model.transit import (
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayVpcAttachment,
    VpcPeeringConnection,
    VpcPeeringConnectionVpcInfo,
    VpnConnection,
    VpnGateway,
)
from doctor.network import checks
from doctor.network.addresses import V6, Prefix, prefix
from doctor.network.boxes import Box
from doctor.network.catalogue import Catalogue
from doctor.network.local import leave, within
from doctor.network.routes import Way
from doctor.network.segment import Segment
from doctor.network.states import out
from doctor.network.tables import prefixes
from doctor.network.walk import FORWARD, RETURN, Place, Walk

_FORWARDING = ("available", "modifying")


def peering(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Cross a peering connection: only to an address of the VPC on the other side."""
    found = walk.catalogue.gateways.get(way.target)
    if not isinstance(found, VpcPeeringConnection):
        return walk.miss(way.target, VpcPeeringConnection, "the peering connection")
    state = found.status.code.lower()
    if state != "active":
        return walk.broken(way.target, state, "BAD_STATE", "the peering connection")
    ours, theirs = sides(found, place.vpc)
    if not ours.vpc_id or not theirs.vpc_id:
        return walk.miss(way.target, VpcPeeringConnection, "which VPCs it joins")
    if not any(one.holds(walk.flow.destination) for one in _ranges(walk, theirs)):
        return walk.stop(way.target, "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR")
    walk.hop(way.target, "vpc-peering-connection", segment)
    if theirs.vpc_id not in walk.catalogue.vpcs:
        return walk.lose(theirs.vpc_id, "UNKNOWN_DESTINATION", f"the peered VPC is {theirs.owner_id or 'another'}'s")
    if ours.region != theirs.region:
        segment.hide("SG_REFERENCES_NOT_PRESERVED")
    return within(walk, segment, Place(theirs.vpc_id, None, way.target))


def refers(catalogue: Catalogue, vpc: str, other: str) -> bool:
    """Whether a security group of one VPC can mean the members of another VPC's group when it lets packets out.

    Over a peering connection in one region it can; transit gateways carry references for what comes in only.
    """
    if vpc == other:
        return True
    for one in catalogue.all(VpcPeeringConnection):
        ours, theirs = sides(one, vpc)
        if (ours.vpc_id, theirs.vpc_id) == (vpc, other):
            return one.status.code.lower() == "active" and ours.region == theirs.region
    return False


def sides(found: VpcPeeringConnection, vpc: str) -> tuple[VpcPeeringConnectionVpcInfo, VpcPeeringConnectionVpcInfo]:
    """This VPC's side of a peering connection, and the other."""
    one, other = found.requester_vpc_info, found.accepter_vpc_info
    return (one, other) if one.vpc_id == vpc else (other, one)


def _ranges(walk: Walk, side: VpcPeeringConnectionVpcInfo) -> list[Prefix]:
    told = [side.cidr_block, *(one.cidr_block for one in side.cidr_block_set)]
    told += [one.ipv6_cidr_block for one in side.ipv6_cidr_block_set]
    family = walk.flow.family
    return [one for one in (*prefixes(told), *walk.tables.ranges_of_vpc(side.vpc_id)) if one.family == family]


def transit_gateway(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Cross a transit gateway: by this VPC's attachment in, by its route table on, and the whole way back."""
    gateway = walk.catalogue.gateways.get(way.target)
    if not isinstance(gateway, TransitGateway):
        return walk.miss(way.target, TransitGateway, "the transit gateway")
    if not _open(walk, segment, gateway):
        return False
    own = walk.catalogue.attachment_of.get((way.target, place.vpc))
    if own is None:
        return walk.miss(way.target, TransitGatewayVpcAttachment, f"its attachment to {place.vpc}")
    if not _enters(walk, own, place.subnet, FORWARD):
        return False
    onward = _by_table(walk, segment, own, walk.flow.destination)
    if onward is None:
        return False
    other = _attached_vpc(walk, onward)
    if other is None:
        return False
    supports = (gateway.options, own.options, other.options)
    if any(one.security_group_referencing_support.lower() != "enable" for one in supports):
        segment.hide("SG_REFERENCING_SUPPORT")
    door = _door(walk, segment, own, place.subnet)
    if door is not None:
        checks.acl(walk, segment, door, FORWARD, "ingress")
    delivered = _beyond(walk, segment, own, other)
    if delivered and door is not None:
        checks.acl(walk, segment, door, RETURN, "egress")
    return delivered


def _open(walk: Walk, segment: Segment, gateway: TransitGateway) -> bool:
    """Whether a transit gateway works, and the packet was not there before."""
    identifier, state = gateway.transit_gateway_id, gateway.state.lower()
    if identifier in walk.visited:
        return walk.stop(identifier, "DR_ROUTE_LOOP", "the packet comes back to the transit gateway")
    walk.visited.add(identifier)
    walk.hop(identifier, "transit-gateway", segment)
    return state in _FORWARDING or walk.broken(identifier, state, "BAD_STATE", "the transit gateway")


def _door(
    walk: Walk, segment: Segment, attachment: TransitGatewayVpcAttachment, subnet: Subnet | None
) -> Subnet | None:
    """The attachment's subnet between a subnet and the transit gateway; ``None`` for the same one, which has no edge there.

    See: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
    """
    found = _landing(walk, segment, attachment)
    return None if found is None or (subnet and subnet.subnet_id == found.subnet_id) else found


def _beyond(walk: Walk, segment: Segment, own: TransitGatewayVpcAttachment, other: TransitGatewayVpcAttachment) -> bool:
    """Deliver in the VPC on the other side, and bring the answer back through the transit gateway."""
    landing = _landing(walk, segment, other)
    if landing is None:
        return walk.miss(other.transit_gateway_attachment_id, Subnet, "its subnets")
    node = walk.node_at(other.vpc_id)
    edge = node is None or node.subnet != landing.subnet_id
    if edge:
        checks.acl(walk, segment, landing, FORWARD, "egress")
    there = Place(other.vpc_id, landing, own.transit_gateway_id)
    if any(one.holds(walk.flow.destination) for one in walk.tables.ranges_of_vpc(other.vpc_id)):
        delivered = within(walk, segment, there)
    else:
        delivered = leave(walk, segment, there, guarded=False)
    if edge:
        checks.acl(walk, segment, landing, RETURN, "ingress", quiet=not delivered)
    if delivered and _enters(walk, other, walk.replied_from, RETURN):
        _answer(walk, segment, own, other)
    return delivered


def _enters(walk: Walk, own: TransitGatewayVpcAttachment, subnet: Subnet | None, stage: Stage) -> bool:
    """Whether a VPC's packets get into the transit gateway: the attachment works, and is in the zone of the sender."""
    identifier = own.transit_gateway_attachment_id
    state = own.state.lower()
    if state not in _FORWARDING:
        return walk.broken(identifier, state, "BAD_STATE_ATTACHMENT", "the attachment", stage=stage)
    if walk.flow.family == V6 and own.options.ipv6_support.lower() == "disable":
        return walk.stop(identifier, "PROTOCOL_RESTRICTION", "IPv6 is off for the attachment", stage=stage)
    if state == "modifying":
        walk.notice("BAD_STATE_ATTACHMENT", identifier, "the attachment is being modified, and still forwards")
    known = [walk.catalogue.subnets.get(one) for one in own.subnet_ids]
    zones = {one.availability_zone for one in known if one is not None}
    if subnet is None or subnet.availability_zone in zones:
        walk.hop(identifier, "transit-gateway-attachment", stage=stage)
        return True
    if None in known or not known or not subnet.availability_zone:
        return walk.miss(identifier, Subnet, "the zones of the attachment", stage)
    detail = f"the attachment has no subnet in {subnet.availability_zone}, the zone of {subnet.subnet_id}"
    return walk.stop(identifier, "TGW_ROUTE_AZ_RESTRICTION", detail, stage=stage)


def _table_of(walk: Walk, own: TransitGatewayVpcAttachment, stage: Stage) -> str | None:
    """The transit gateway's route table that an attachment is associated with."""
    identifier = own.transit_gateway_attachment_id
    attachment = walk.catalogue.attachments.get(identifier)
    if attachment is None:
        walk.miss(identifier, TransitGatewayAttachment, "its association", stage)
        return None
    association = attachment.association
    if association is None or not association.transit_gateway_route_table_id:
        walk.stop(identifier, "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", stage=stage)
        return None
    if association.state.lower() != "associated":
        code = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"
        walk.broken(identifier, association.state, code, "its association", stage=stage)
        return None
    return association.transit_gateway_route_table_id


def _by_table(walk: Walk, segment: Segment, own: TransitGatewayVpcAttachment, to: int) -> str | None:
    """The attachment that the transit gateway's route table leads to."""
    identifier = _table_of(walk, own, FORWARD)
    if identifier is None:
        return None
    routes = walk.tables.transit_routes(identifier, walk.flow.family)
    if routes is None or routes.unread:
        walk.lose(
            identifier, "TGW_RTB_ROUTES_ARE_UNKNOWN", gap=walk.catalogue.operation_gap("SearchTransitGatewayRoutes")
        )
        return None
    way = routes.at(to)
    code = _fault(way)
    words, evidence = (way.words, way.evidence) if way else ("no route", "")
    verdict: Passage = "unknown" if code == "UNKNOWN_RESOURCE" else "drop" if code else "pass"
    kind = "transit-gateway-route-table"
    walk.hop(identifier, kind, segment, verdict=verdict, code=code, rule=words, evidence=evidence)
    if code == "UNKNOWN_RESOURCE" and way is not None:
        walk.lose(identifier, code, f"{words} is in state {way.state or 'unknown'}")
        return None
    if code or way is None:
        walk.stop(identifier, code, f"{words} for {segment.header(FORWARD).destination}")
        return None
    return way.target


def _fault(way: Way | None) -> str:
    """What is wrong with a transit gateway's route; ``UNKNOWN_RESOURCE``: nobody knows."""
    if way is None:
        return "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"
    if way.state == "blackhole" or out(way.state):
        return "TGW_RTB_BAD_STATE_ROUTE"
    return "" if way.state == "active" and way.target else "UNKNOWN_RESOURCE"


def _attached_vpc(walk: Walk, identifier: str) -> TransitGatewayVpcAttachment | None:
    """The attachment of the VPC on the other side; other things than VPCs are not seen into."""
    attachment = walk.catalogue.attachments.get(identifier)
    found = walk.catalogue.vpc_attachments.get(identifier)
    if attachment is not None and attachment.resource_type.lower() not in ("vpc", ""):
        walk.lose(identifier, "UNKNOWN_DESTINATION", f"what is behind a {attachment.resource_type} was not seen")
        return None
    if found is None or found.vpc_id not in walk.catalogue.vpcs:
        walk.lose(identifier, "UNKNOWN_DESTINATION", "the VPC that is attached was not seen")
        return None
    state = found.state.lower()
    if state not in _FORWARDING:
        walk.broken(identifier, state, "BAD_STATE_ATTACHMENT", "the attachment of the VPC on the other side")
        return None
    walk.hop(identifier, "transit-gateway-attachment", direction="ingress")
    return found


def _landing(walk: Walk, segment: Segment, other: TransitGatewayVpcAttachment) -> Subnet | None:
    """The attachment's subnet in which the packet arrives: that of the sender's zone, where there is one."""
    known = [found for one in other.subnet_ids if (found := walk.catalogue.subnets.get(one)) is not None]
    return next((one for one in known if one.availability_zone == segment.zone), known[0] if known else None)


def _answer(walk: Walk, segment: Segment, own: TransitGatewayVpcAttachment, other: TransitGatewayVpcAttachment) -> None:
    """Route the answer by the table of the other side's attachment: it must lead to the sender's VPC."""
    identifier = _table_of(walk, other, RETURN)
    if identifier is None:
        return
    routes = walk.tables.transit_routes(identifier, walk.flow.family)
    if routes is None or routes.unread:
        gap = walk.catalogue.operation_gap("SearchTransitGatewayRoutes")
        walk.lose(identifier, "TGW_RTB_ROUTES_ARE_UNKNOWN", stage=RETURN, gap=gap)
        return
    passed: list[Box] = []
    unsure: list[Box] = []
    code, said = "", ""
    for low, high, first, last in segment.boxes:
        for start, end, way in routes.pieces(low, high):
            fault = _fault(way)
            if not fault and way is not None and way.target == own.transit_gateway_attachment_id:
                passed.append((start, end, first, last))
            else:
                code = code or fault or "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"
                unsure += [(start, end, first, last)] * (fault == "UNKNOWN_RESOURCE")
            said = said or (way.words if way else "no route")
    verdict = walk.keep(segment, passed, unsure)
    walk.hop(identifier, "transit-gateway-route-table", segment, stage=RETURN, verdict=verdict, rule=said, code=code)
    if code:
        detail = f"replies to {segment.header(FORWARD).source} find {said}"
        walk.block(identifier, code, verdict, detail, stage=RETURN)


def private_gateway(walk: Walk, segment: Segment, place: Place, way: Way) -> bool:
    """Leave by a virtual private gateway; what is beyond cannot be seen, so the best verdict is unknown."""
    found = walk.catalogue.gateways.get(way.target)
    if not isinstance(found, VpnGateway):
        return walk.miss(way.target, VpnGateway, "the virtual private gateway")
    states = {one.vpc_id: one.state.lower() for one in found.vpc_attachments}
    state = states.get(place.vpc, "detached")
    if state != "attached":
        return walk.broken(way.target, state, "BAD_STATE_ATTACHMENT", f"its attachment to {place.vpc}")
    walk.hop(way.target, "vpn-gateway", segment)
    lines = [one for one in walk.catalogue.all(VpnConnection) if one.vpn_gateway_id == way.target]
    lines = [one for one in lines if one.state.lower() not in ("deleted", "deleting")]
    if lines and all(_down(one) for one in lines):
        for one in lines:
            walk.stop(one.vpn_connection_id, "BAD_STATE_VPN", f"state {one.state}, every tunnel is down")
        return False
    leading = [one for one in lines if _leads(one, walk.flow.destination, walk.flow.family)]
    if lines and not leading:
        return walk.stop(way.target, "NO_POSSIBLE_DESTINATION", "no static route of its VPN connections leads there")
    return walk.lose(way.target, "UNKNOWN_DESTINATION", "what is on the other side was not seen")


def _down(line: VpnConnection) -> bool:
    tunnels = [one.status.upper() for one in line.vgw_telemetry]
    return bool(tunnels) and all(one == "DOWN" for one in tunnels)


def _leads(line: VpnConnection, to: int, family: int) -> bool:
    """Whether a VPN connection may lead to an address: one without BGP knows its ranges."""
    if not line.options.static_routes_only:
        return True
    ranges = [found for one in line.routes if (found := prefix(one.destination_cidr_block)) is not None]
    return any(one.family == family and one.holds(to) for one in ranges)
