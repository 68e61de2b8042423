"""Routes between networks: there, and back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from doctor.engine.openings import prices
from doctor.engine.openings.filters import pairs
from doctor.engine.openings.terrain import Terrain
from doctor.engine.operations.ec2 import route_tables, transit_gateways
from doctor.model import arns
from doctor.model.finding import Applicability, Fix, Step
from doctor.model.network import RouteTable
from doctor.model.trace import Trace
from doctor.model.transit import (
    TransitGateway,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
    VpcPeeringConnection,
)

if TYPE_CHECKING:
    from doctor.engine.facts.reachability import Stopped


def route_there(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """A route to another VPC, by a peering connection or a transit gateway that joins the two."""
    steps: dict[str, Step] = {}
    for trace, blocker in pairs(stopped):
        for vpc, cidr in _vpcs_there(terrain, trace):
            for target, identifier in _joined(terrain, vpc):
                for table in terrain.tables(terrain.concerned((blocker,))):
                    step = route_tables.lead(table, cidr, target, identifier)
                    steps.setdefault(step.name, step)
                break
    if steps:
        yield _fix(steps)


def route_back(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """The route of the answers, in the route table of the other VPC."""
    table = stopped.resource
    if not isinstance(table, RouteTable):
        return
    ranges = list(dict.fromkeys(one.cidr_block for one in terrain.concerned(stopped.blockers)))
    steps: dict[str, Step] = {}
    for target, identifier in _joined(terrain, table.vpc_id):
        for cidr in ranges:
            step = route_tables.lead(table, cidr, target, identifier)
            steps.setdefault(step.name, step)
        break
    if steps:
        yield _fix(steps)


def transit_route(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """A route in a transit gateway's own table: to the other VPC, or back to the function's."""
    table = stopped.resource
    steps: dict[str, Step] = {}
    for trace, blocker in pairs(stopped):
        wanted = _home(terrain) if blocker.stage == "return" else _vpcs_there(terrain, trace)
        for vpc, cidr in wanted:
            to = (
                terrain.catalogue.attachment_of.get((table.transit_gateway_id, vpc))
                if _is_own(terrain, table)
                else None
            )
            if to is not None and to.state.lower() == "available" and not transit_gateways.has_static(table, cidr):
                step = transit_gateways.lead(table, cidr, to)
                steps.setdefault(step.name, step)
    if steps:
        yield Fix(
            title=", ".join(steps),
            steps=tuple(steps.values()),
            applicability=Applicability.UNSAFE,
            cost=prices.TRANSIT,
            risk="the route holds for everything whose attachment uses that route table",
        )
    else:
        yield Fix(
            title=f"{stopped.component}: add the route, or its propagation, to the transit gateway's route table",
            applicability=Applicability.MANUAL,
            note="the transit gateway is another account's, or which attachment leads there was not seen",
        )


def _is_own(terrain: Terrain, table: object) -> bool:
    """Whether a route table is of a transit gateway of the function's account, and its routes were read."""
    if not isinstance(table, TransitGatewayRouteTable) or table.routes is None:
        return False
    gateway = terrain.catalogue.gateways.get(table.transit_gateway_id)
    return isinstance(gateway, TransitGateway) and gateway.owner_id in ("", arns.account(terrain.function.arn))


def _home(terrain: Terrain) -> list[tuple[str, str]]:
    return [(terrain.name, terrain.vpc.cidr_block)] if terrain.vpc is not None else []


def zone_of_attachment(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """The function's subnets for the zones in which its VPC's attachment has none; another VPC's is for its people."""
    attachment = terrain.catalogue.vpc_attachments.get(stopped.component)
    zones = {one.availability_zone: one.subnet_id for one in reversed(terrain.concerned(stopped.blockers))}
    if attachment is None or attachment.vpc_id != terrain.name or not zones:
        yield Fix(
            title=f"{stopped.component}: add a subnet of that availability zone to the VPC's attachment",
            applicability=Applicability.MANUAL,
            note="which subnet of the other VPC is for its owners to say",
        )
        return
    yield Fix(
        title=f"add {' and '.join(zones.values())} to {stopped.component}",
        steps=tuple(transit_gateways.add_subnet(attachment, one) for one in zones.values()),
        applicability=Applicability.UNSAFE,
        cost=prices.TRANSIT,
        risk="the attachment takes an address of each subnet, and the whole zone can then reach what is beyond",
    )


def _fix(steps: dict[str, Step]) -> Fix:
    return Fix(
        title=", ".join(steps),
        steps=tuple(steps.values()),
        risk="the routes hold for every subnet that uses the route tables",
    )


def _vpcs_there(terrain: Terrain, trace: Trace) -> Iterator[tuple[str, str]]:
    """The VPCs whose ranges hold the destination's addresses, with those ranges."""
    from doctor.network.addresses import address, prefix

    numbers = [found for path in trace.paths if (found := address(path.target)) is not None]
    if trace.destination.kind == "address" and (found := address(trace.destination.value)) is not None:
        numbers.append(found)
    for vpc in terrain.catalogue.vpcs.values():
        ranges = {vpc.cidr_block, *(one.cidr_block for one in vpc.cidr_block_association_set)} - {""}
        for cidr in sorted(ranges):
            known = prefix(cidr)
            holds = known is not None and any(known.family == kind and known.holds(one) for kind, one in numbers)
            if holds and vpc.vpc_id != terrain.name:
                yield vpc.vpc_id, cidr


def _joined(terrain: Terrain, vpc: str) -> Iterator[tuple[str, str]]:
    """What joins the function's VPC with another: the parameter of a route, and the id."""
    for one in terrain.catalogue.all(VpcPeeringConnection):
        both = {one.requester_vpc_info.vpc_id, one.accepter_vpc_info.vpc_id}
        if both == {terrain.name, vpc} and one.status.code == "active":
            yield "VpcPeeringConnectionId", one.vpc_peering_connection_id
    of = {
        one.transit_gateway_id: {
            other.vpc_id
            for other in terrain.catalogue.all(TransitGatewayVpcAttachment)
            if other.transit_gateway_id == one.transit_gateway_id and other.state.lower() == "available"
        }
        for one in terrain.catalogue.all(TransitGatewayVpcAttachment)
    }
    for gateway, vpcs in sorted(of.items()):
        if {terrain.name, vpc} <= vpcs:
            yield "TransitGatewayId", gateway
