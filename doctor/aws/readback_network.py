"""Read one resource of the network again, as it is now."""

from collections.abc import Collection
from typing import Any

from doctor.aws.collectors.network import LISTINGS
from doctor.aws.decode import decode
from doctor.aws.session import Aws
from doctor.model.call import Call
from doctor.model.network import NetworkShape
from doctor.model.transit import TransitGatewayRouteTable, TransitGatewayVpcAttachment

_ATTRIBUTES = {"EnableDnsSupport": "enableDnsSupport", "EnableDnsHostnames": "enableDnsHostnames"}
"""Fields of a VPC that its description does not hold, and what ``DescribeVpcAttribute`` calls them."""


def network(aws: Aws, arn: str, fields: Collection[str]) -> NetworkShape | None:
    """The resource of that ARN; ``None``: doctor does not know how to read one of its kind.

    Raises:
        AwsError: it cannot be read.
        KeyError: it is not there.
    """
    kind, identifier = arn.split(":", 5)[5].split("/", 1)
    if kind == "transit-gateway-route-table":
        return _transit_table(aws, arn, identifier)
    if kind == "transit-gateway-vpc-attachment":
        return _transit_attachment(aws, arn, identifier)
    listing = next((one for one in LISTINGS if one.kind == kind), None)
    if listing is None:
        return None
    answer = aws.read(_call(listing.operation, **{f"{listing.identifier}s": [identifier]}))
    found = answer.get(listing.key) or []
    if not found:
        raise KeyError(f"{identifier} is not there any more")
    apart = {
        field: aws.read(_call("DescribeVpcAttribute", VpcId=identifier, Attribute=name))[field]["Value"]
        for field, name in _ATTRIBUTES.items()
        if field in fields and kind == "vpc"
    }
    return decode(listing.shape, {**found[0], **apart, "arn": arn})


def _transit_table(aws: Aws, arn: str, identifier: str) -> NetworkShape:
    """A transit gateway's route table, with its routes."""
    told = aws.read(_call("DescribeTransitGatewayRouteTables", TransitGatewayRouteTableIds=[identifier]))
    (table,) = told.get("TransitGatewayRouteTables") or [{}]
    if not table:
        raise KeyError(f"{identifier} is not there any more")
    states = [{"Name": "state", "Values": ["active", "blackhole"]}]
    found = aws.read(_call("SearchTransitGatewayRoutes", TransitGatewayRouteTableId=identifier, Filters=states))
    return decode(TransitGatewayRouteTable, {**table, "Routes": found.get("Routes") or [], "arn": arn})


def _transit_attachment(aws: Aws, arn: str, identifier: str) -> NetworkShape:
    told = aws.read(_call("DescribeTransitGatewayVpcAttachments", TransitGatewayAttachmentIds=[identifier]))
    (found,) = told.get("TransitGatewayVpcAttachments") or [{}]
    if not found:
        raise KeyError(f"{identifier} is not there any more")
    return decode(TransitGatewayVpcAttachment, {**found, "arn": arn})


def _call(operation: str, **parameters: Any) -> Call:
    return Call(service="ec2", operation=operation, parameters=parameters)
