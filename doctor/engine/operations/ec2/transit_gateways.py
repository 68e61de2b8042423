"""Routes of transit gateways, and the zones that a VPC's attachment is in."""

from msgspec.structs import replace

from doctor.engine.operations.ec2.resources import call, named
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Settle, Step, Touched
from doctor.model.snapshot import Snapshot
from doctor.model.transit import (
    TransitGatewayRoute,
    TransitGatewayRouteAttachment,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
)

_SECONDS = 300


def lead(table: TransitGatewayRouteTable, cidr: str, to: TransitGatewayVpcAttachment) -> Step:
    """Lead a range to a VPC's attachment, by a static route: it wins over a propagated one of the same range."""
    parameters = {
        "TransitGatewayRouteTableId": table.transit_gateway_route_table_id,
        "DestinationCidrBlock": cidr,
        "TransitGatewayAttachmentId": to.transit_gateway_attachment_id,
    }
    name = f"lead {cidr} of {table.transit_gateway_route_table_id} to {to.transit_gateway_attachment_id}"
    return Step(name=name, call=call(table, "CreateTransitGatewayRoute", **parameters))


def has_static(table: TransitGatewayRouteTable, cidr: str) -> bool:
    """Whether the table has a static route of exactly that range, which would have to be replaced."""
    return any(one.destination_cidr_block == cidr and one.type == "static" for one in table.routes or ())


def add_subnet(attachment: TransitGatewayVpcAttachment, subnet: str) -> Step:
    """Let an attachment be in the zone of a subnet as well: it takes an address of the subnet."""
    parameters = {"TransitGatewayAttachmentId": attachment.transit_gateway_attachment_id, "AddSubnetIds": [subnet]}
    name = f"add {subnet} to {attachment.transit_gateway_attachment_id}"
    return Step(name=name, call=call(attachment, "ModifyTransitGatewayVpcAttachment", **parameters))


def _table(world: World, asked: Call) -> TransitGatewayRouteTable:
    identifier = asked.parameters["TransitGatewayRouteTableId"]
    return named(world, asked, TransitGatewayRouteTable, "transit-gateway-route-table", identifier)


def _part(world: World, asked: Call) -> tuple[Touched, ...]:
    return touched(_table(world, asked), f"Routes[{asked.parameters['DestinationCidrBlock']}]")


def _created(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    table, told = _table(World(snapshot), asked), asked.parameters
    to = told["TransitGatewayAttachmentId"]
    vpc = next((one.vpc_id for one in _attachments(snapshot) if one.transit_gateway_attachment_id == to), "")
    attached = TransitGatewayRouteAttachment(transit_gateway_attachment_id=to, resource_id=vpc, resource_type="vpc")
    route = TransitGatewayRoute(
        destination_cidr_block=told["DestinationCidrBlock"], transit_gateway_attachments=(attached,)
    )
    return snapshot.with_resources(replace(table, routes=(*(table.routes or ()), route))), {}


def _attachments(snapshot: Snapshot) -> list[TransitGatewayVpcAttachment]:
    return World(snapshot).all(TransitGatewayVpcAttachment)


def _delete(_: World, asked: Call) -> Call:
    kept = {name: asked.parameters[name] for name in ("TransitGatewayRouteTableId", "DestinationCidrBlock")}
    return replace(asked, operation="DeleteTransitGatewayRoute", parameters=kept)


def _deleted(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    table, cidr = _table(World(snapshot), asked), asked.parameters["DestinationCidrBlock"]
    left = tuple(one for one in table.routes or () if one.type != "static" or one.destination_cidr_block != cidr)
    return snapshot.with_resources(replace(table, routes=left)), {}


def _settled(asked: Call) -> Settle:
    told = asked.parameters
    exact = {"Name": "route-search.exact-match", "Values": [told["DestinationCidrBlock"]]}
    static = {"Name": "type", "Values": ["static"]}
    there = {"TransitGatewayRouteTableId": told["TransitGatewayRouteTableId"], "Filters": [exact, static]}
    return Settle(
        call=replace(asked, operation="SearchTransitGatewayRoutes", parameters=there),
        path="Routes.0.State",
        wanted=("active",),
        failed=("blackhole", "deleted"),
        timeout=_SECONDS,
    )


def _attachment(world: World, asked: Call) -> TransitGatewayVpcAttachment:
    identifier = asked.parameters["TransitGatewayAttachmentId"]
    return named(world, asked, TransitGatewayVpcAttachment, "transit-gateway-vpc-attachment", identifier)


def _modified(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    attachment, told = _attachment(World(snapshot), asked), asked.parameters
    kept = [one for one in attachment.subnet_ids if one not in told.get("RemoveSubnetIds", ())]
    return snapshot.with_resources(replace(attachment, subnet_ids=(*kept, *told.get("AddSubnetIds", ())))), {}


def _modify_back(_: World, asked: Call) -> Call:
    swapped = {"AddSubnetIds": "RemoveSubnetIds", "RemoveSubnetIds": "AddSubnetIds"}
    return replace(asked, parameters={swapped.get(name, name): value for name, value in asked.parameters.items()})


def _modify_settled(asked: Call) -> Settle:
    there = {"TransitGatewayAttachmentIds": [asked.parameters["TransitGatewayAttachmentId"]]}
    return Settle(
        call=replace(asked, operation="DescribeTransitGatewayVpcAttachments", parameters=there),
        path="TransitGatewayVpcAttachments.0.State",
        wanted=("available",),
        failed=("failed", "failing"),
        timeout=_SECONDS,
    )


_READ = ("ec2:DescribeTransitGatewayRouteTables", "ec2:SearchTransitGatewayRoutes")
OPERATIONS = {
    "ec2:CreateTransitGatewayRoute": Operation(
        effect=_created,
        touches=lambda world, asked: touched(_table(world, asked), "Routes"),
        part=_part,
        undo=_delete,
        settled=_settled,
        actions=("ec2:CreateTransitGatewayRoute", *_READ),
    ),
    "ec2:DeleteTransitGatewayRoute": Operation(
        effect=_deleted,
        touches=lambda world, asked: touched(_table(world, asked), "Routes"),
        part=_part,
        undo=lambda _world, _asked: None,
        undo_note="doctor deletes only routes that it made",
        settled=no_settle,
        actions=("ec2:DeleteTransitGatewayRoute", *_READ),
    ),
    "ec2:ModifyTransitGatewayVpcAttachment": Operation(
        effect=_modified,
        touches=lambda world, asked: touched(_attachment(world, asked), "SubnetIds"),
        undo=_modify_back,
        settled=_modify_settled,
        actions=("ec2:ModifyTransitGatewayVpcAttachment", "ec2:DescribeTransitGatewayVpcAttachments"),
    ),
}
