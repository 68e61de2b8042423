"""EC2: what joins VPCs with each other and with other networks, and which VPCs are joined."""

from collections.abc import Callable, Iterator
from typing import Any

from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.transit import (
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
    VpcPeeringConnection,
    VpnConnection,
    VpnGateway,
)

MOST_NEIGHBOURS = 20
"""VPCs that are read although no function is in them; of the others it is said that they were not asked for."""
_ROUTES = 1000
"""What SearchTransitGatewayRoutes answers at most: of others it says only that there are some."""
_ENDED = ("deleted", "deleting", "failed", "rejected", "expired")


def neighbours(draft: Draft, vpcs: set[str]) -> set[str]:
    """The VPCs of this account and region that peering or a transit gateway joins to the given ones."""
    joined = {*_peered(draft, vpcs), *_attached(draft, vpcs)}
    found: set[str] = set()
    for account, region, vpc in sorted(joined):
        if vpc in vpcs:
            continue
        if (account, region) != (draft.aws.account, draft.aws.region):
            _unread(draft, account, region, vpc, "it is in another account or region")
        elif len(found) == MOST_NEIGHBOURS:
            _unread(draft, account, region, vpc, f"more than {MOST_NEIGHBOURS} VPCs are joined")
        else:
            found.add(vpc)
    return found


def _unread(draft: Draft, account: str, region: str, vpc: str, why: str) -> None:
    draft.gap("not_asked", draft.to("ec2", "DescribeVpcs"), arns.ec2(region, account, "vpc", vpc), why)


def _peered(draft: Draft, vpcs: set[str]) -> Iterator[tuple[str, str, str]]:
    """Account, region and id of both ends of every peering connection that works."""
    sides = ("RequesterVpcInfo", "AccepterVpcInfo")

    def touches(raw: dict[str, Any]) -> bool:
        return any((raw.get(side) or {}).get("VpcId") in vpcs for side in sides)

    # one listing of all is one call less than a filter for each of the two sides
    for one in _named(draft, VpcPeeringConnection, "DescribeVpcPeeringConnections", {}, touches):
        if one.status.code == "active":
            for end in (one.requester_vpc_info, one.accepter_vpc_info):
                yield end.owner_id or draft.aws.account, end.region or draft.aws.region, end.vpc_id


def _attached(draft: Draft, vpcs: set[str]) -> Iterator[tuple[str, str, str]]:
    """Account, region and id of every VPC at the transit gateways of the given ones."""
    operation = "DescribeTransitGatewayVpcAttachments"
    own = _named(draft, TransitGatewayVpcAttachment, operation, {"vpc-id": sorted(vpcs)})
    gateways = {"transit-gateway-id": sorted({one.transit_gateway_id for one in own if one.state not in _ENDED})}
    if not gateways["transit-gateway-id"]:
        return
    _named(draft, TransitGateway, "DescribeTransitGateways", gateways)
    every = _named(draft, TransitGatewayVpcAttachment, operation, gateways)
    _named(draft, TransitGatewayAttachment, "DescribeTransitGatewayAttachments", gateways)
    for table in _named(draft, TransitGatewayRouteTable, "DescribeTransitGatewayRouteTables", gateways):
        _routes(draft, table)
    for one in every:
        if one.state not in _ENDED:
            yield str(one.extra.get("VpcOwnerId") or draft.aws.account), draft.aws.region, one.vpc_id


def _routes(draft: Draft, table: TransitGatewayRouteTable) -> None:
    """The routes of a table, blackholes included."""
    operation = "SearchTransitGatewayRoutes"
    answer = draft.read(
        "ec2",
        operation,
        about=table.arn,
        TransitGatewayRouteTableId=table.transit_gateway_route_table_id,
        Filters=[{"Name": "state", "Values": ["active", "blackhole"]}],
    )
    if answer is None:
        return
    if answer.get("AdditionalRoutesAvailable"):
        draft.gap("unsupported", draft.to("ec2", operation), table.arn, f"more than {_ROUTES} routes")
        return  # a part of the routes would say where packets do not go
    whole = {**_plain(table), "Routes": answer.get("Routes", ())}
    draft.add_all(TransitGatewayRouteTable, [whole], f"ec2:{operation}")


def _plain(table: TransitGatewayRouteTable) -> dict[str, Any]:
    return {
        "arn": table.arn,
        "TransitGatewayRouteTableId": table.transit_gateway_route_table_id,
        "TransitGatewayId": table.transit_gateway_id,
        "State": table.state,
        **table.extra,
    }


def lines(draft: Draft) -> None:
    """The VPN connections of the virtual private gateways and transit gateways that were found."""
    ends = {one.vpn_gateway_id for one in draft.all(VpnGateway)}
    ends |= {one.transit_gateway_id for one in draft.all(TransitGateway)}
    if ends:
        _named(draft, VpnConnection, "DescribeVpnConnections", {}, lambda raw: ends & {*map(raw.get, _ENDS)})


_ENDS = ("VpnGatewayId", "TransitGatewayId")


_KINDS: dict[type, tuple[str, str, str]] = {
    VpcPeeringConnection: ("VpcPeeringConnections", "VpcPeeringConnectionId", "vpc-peering-connection"),
    TransitGateway: ("TransitGateways", "TransitGatewayId", "transit-gateway"),
    TransitGatewayAttachment: (
        "TransitGatewayAttachments",
        "TransitGatewayAttachmentId",
        "transit-gateway-attachment",
    ),
    TransitGatewayVpcAttachment: (
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
        "transit-gateway-vpc-attachment",
    ),
    TransitGatewayRouteTable: (
        "TransitGatewayRouteTables",
        "TransitGatewayRouteTableId",
        "transit-gateway-route-table",
    ),
    VpnConnection: ("VpnConnections", "VpnConnectionId", "vpn-connection"),
}
"""The list in the answer, the id, and the kind in the ARN."""
_SECRET = ("CustomerGatewayConfiguration", "TunnelOptions")
"""Of a VPN connection: what carries the keys of its tunnels."""


def _named(
    draft: Draft,
    kind: Any,
    operation: str,
    filters: dict[str, list[str]],
    kept: Callable[[dict[str, Any]], object] = bool,
) -> list[Any]:
    """The resources of a kind that a filter brings, and that are to be kept, added."""
    key, identifier, noun = _KINDS[kind]
    every = [{"Name": name, "Values": values} for name, values in filters.items()]
    asked: dict[str, Any] = {"Filters": every} if every else {}
    raws = [raw for raw in draft.listed("ec2", operation, key, **asked) if kept(raw)]
    told = [{**_safe(raw), "arn": arns.ec2(draft.aws.region, draft.aws.account, noun, raw[identifier])} for raw in raws]
    return draft.add_all(kind, told, f"ec2:{operation}")


def _safe(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _safe(value) if isinstance(value, dict) else value for name, value in raw.items() if name not in _SECRET
    }
