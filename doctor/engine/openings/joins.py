"""Routes between networks: there, and back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from doctor.engine.openings.terrain import Terrain
from doctor.engine.operations.ec2 import route_tables
from doctor.model.finding import Fix, Step
from doctor.model.network import RouteTable
from doctor.model.trace import Trace
from doctor.model.transit import TransitGatewayVpcAttachment, VpcPeeringConnection

if TYPE_CHECKING:
    from doctor.engine.facts.reachability import Stopped


def route_there(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """A route to another VPC, by a peering connection or a transit gateway that joins the two."""
    from doctor.engine.openings.filters import pairs

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
