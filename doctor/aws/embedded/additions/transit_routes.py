"""The routes of transit gateways."""

from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result

addition = Addition("transit gateway routes", "moto's search leaves out the routes that attachments propagate")


@addition.amends("ec2", "SearchTransitGatewayRoutes")
def search_transit_gateway_routes(request: Request, proceed: Proceed) -> Result:
    """Add a propagated route to each attached VPC, unless a static one has the same range."""
    answer = proceed()
    ec2 = ec2_backends[request.account][request.region]
    table = ec2.transit_gateways_route_tables.get(request.parameters["TransitGatewayRouteTableId"])
    told = answer.get("Routes") or []
    known = {one.get("DestinationCidrBlock") for one in told}
    found = [_route(*one) for one in _propagating(ec2, table)] if table and _wanted(request) else []
    answer["Routes"] = [*told, *(one for one in found if one["DestinationCidrBlock"] not in known)]
    return answer


def _propagating(ec2: Any, table: Any) -> Iterator[tuple[str, Any]]:
    """The ids and VPCs of the attachments that propagate into a table: into the default one all of the gateway."""
    named = {one.transitGatewayAttachmentId for one in table.route_table_propagation}
    for identifier, one in sorted(ec2.transit_gateway_attachments.items()):
        default = table.default_propagation_route_table and one.transit_gateway_id == table.transit_gateway_id
        vpc = ec2.vpcs.get(one.resource_id) if one.resource_type == "vpc" else None
        if vpc is not None and (default or identifier in named):
            yield identifier, vpc


def _wanted(request: Request) -> bool:
    """Whether the filters let active, propagated routes through."""
    filters = {one["Name"]: one["Values"] for one in request.parameters.get("Filters", ())}
    return "active" in filters.get("state", ("active",)) and "propagated" in filters.get("type", ("propagated",))


def _route(attachment: str, vpc: Any) -> Result:
    leads = {"ResourceId": vpc.id, "TransitGatewayAttachmentId": attachment, "ResourceType": "vpc"}
    return {
        "DestinationCidrBlock": vpc.cidr_block,
        "TransitGatewayAttachments": [leads],
        "Type": "propagated",
        "State": "active",
    }
