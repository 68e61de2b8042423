"""Routes: created, led elsewhere, taken back."""

from typing import Any

from msgspec.structs import replace

from doctor.engine.operations.ec2 import as_code
from doctor.engine.operations.ec2.resources import call, named
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Step, Touched
from doctor.model.network import NatGateway, Route, RouteTable
from doctor.model.snapshot import Snapshot

_DESTINATIONS = {
    "DestinationCidrBlock": "destination_cidr_block",
    "DestinationIpv6CidrBlock": "destination_ipv6_cidr_block",
    "DestinationPrefixListId": "destination_prefix_list_id",
}
TARGETS = {
    "NatGatewayId": "nat_gateway_id",
    "VpcPeeringConnectionId": "vpc_peering_connection_id",
    "TransitGatewayId": "transit_gateway_id",
    "GatewayId": "gateway_id",
    "EgressOnlyInternetGatewayId": "egress_only_internet_gateway_id",
    "NetworkInterfaceId": "network_interface_id",
}
"""Parameters that say where a route leads, and the fields of a route that they set."""


def lead(table: RouteTable, cidr: str, target: str, identifier: Any) -> Step:
    """Lead an address range of a route table to a target (a parameter's name and its value); replaces a route that is there."""
    where = {"DestinationIpv6CidrBlock" if ":" in cidr else "DestinationCidrBlock": cidr}
    operation = "ReplaceRoute" if _at(table, where) is not None else "CreateRoute"
    parameters = {"RouteTableId": table.route_table_id, **where, target: identifier}
    words = identifier if isinstance(identifier, str) else "it"
    return Step(
        name=f"lead {cidr} of {table.route_table_id} to {words}",
        call=call(table, operation, **parameters),
    )


def _table(world: World, asked: Call) -> RouteTable:
    return named(world, asked, RouteTable, "route-table", asked.parameters["RouteTableId"])


def _where(asked: Call) -> dict[str, Any]:
    return {name: asked.parameters[name] for name in _DESTINATIONS if name in asked.parameters}


def _part(world: World, asked: Call) -> tuple[Touched, ...]:
    (where,) = _where(asked).values()
    return touched(_table(world, asked), f"Routes[{where}]")


def _at(table: RouteTable, where: dict[str, Any]) -> Route | None:
    """The route of exactly that destination."""
    return next(
        (one for one in table.routes if all(getattr(one, _DESTINATIONS[name]) == where[name] for name in where)), None
    )


def _route(asked: Call) -> Route:
    fields = {**_DESTINATIONS, **TARGETS}
    return Route(**{fields[name]: value for name, value in asked.parameters.items() if name in fields})


def _created(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    table = _table(World(snapshot), asked)
    return snapshot.with_resources(replace(table, routes=(*table.routes, _route(asked)))), {}


def _replaced(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    world = World(snapshot)
    table = _table(world, asked)
    old = _old(table, asked)
    target = {ours: asked.parameters.get(name, "") for name, ours in TARGETS.items()}
    new = replace(old, **target)
    new = replace(new, state=_state(world, new))
    routes = tuple(new if one is old else one for one in table.routes)
    return snapshot.with_resources(replace(table, routes=routes)), {}


def _state(world: World, route: Route) -> str:
    """A route to a NAT gateway that is gone is a blackhole; of other targets nothing is taken for granted."""
    nats = {one.nat_gateway_id: one.state.lower() for one in world.all(NatGateway)}
    gone = route.nat_gateway_id and nats.get(route.nat_gateway_id, "deleted") == "deleted"
    return "blackhole" if gone else "active"


def _deleted(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    table = _table(World(snapshot), asked)
    gone = _at(table, _where(asked))
    return snapshot.with_resources(replace(table, routes=tuple(one for one in table.routes if one is not gone))), {}


def _delete(_: World, asked: Call) -> Call:
    kept = {"RouteTableId": asked.parameters["RouteTableId"], **_where(asked)}
    return replace(asked, operation="DeleteRoute", parameters=kept)


def _old(table: RouteTable, asked: Call) -> Route:
    found = _at(table, _where(asked))
    if found is None:
        raise LookupError(f"{asked.name}: {table.route_table_id} has no such route")
    return found


def _lead_back(world: World, asked: Call) -> Call:
    old = _old(_table(world, asked), asked)
    target = {name: value for name, ours in TARGETS.items() if (value := getattr(old, ours))}
    kept = {"RouteTableId": asked.parameters["RouteTableId"], **_where(asked), **target}
    return replace(asked, parameters=kept)


OPERATIONS = {
    "ec2:CreateRoute": Operation(
        effect=_created,
        touches=lambda world, asked: touched(_table(world, asked), "Routes"),
        part=_part,
        undo=_delete,
        as_code=as_code.route,
        settled=no_settle,
        actions=("ec2:CreateRoute", "ec2:DescribeRouteTables"),
    ),
    "ec2:ReplaceRoute": Operation(
        effect=_replaced,
        touches=lambda world, asked: touched(_table(world, asked), "Routes"),
        part=_part,
        undo=_lead_back,
        as_code=as_code.route,
        undo_note="AWS refuses to lead a route back to what no longer exists",
        settled=no_settle,
        actions=("ec2:ReplaceRoute", "ec2:DescribeRouteTables"),
    ),
    "ec2:DeleteRoute": Operation(
        effect=_deleted,
        touches=lambda world, asked: touched(_table(world, asked), "Routes"),
        part=_part,
        undo=lambda _world, _asked: None,
        undo_note="doctor deletes only routes that it made",
        settled=no_settle,
        actions=("ec2:DeleteRoute", "ec2:DescribeRouteTables"),
    ),
}
