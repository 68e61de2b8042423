"""The VPCs that are joined to those with functions are read with them, and of those that are not it is said why."""

from typing import Any

from doctor.aws.collectors import network, transit
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.network import Vpc
from doctor.model.snapshot import Scope
from doctor.model.transit import TransitGatewayRouteTable, VpnConnection
from doctor.testing.world import ACCOUNT, NOW, REGION
from tests.unit.aws.told import Told

OTHER = "210987654321"


def peering(number: int, vpc: str, *, owner: str = ACCOUNT, region: str = REGION, state: str = "active") -> Any:
    return {
        "VpcPeeringConnectionId": f"pcx-{number}",
        "Status": {"Code": state},
        "RequesterVpcInfo": {"VpcId": "vpc-home", "OwnerId": ACCOUNT, "Region": REGION},
        "AccepterVpcInfo": {"VpcId": vpc, "OwnerId": owner, "Region": region},
    }


def attachment(vpc: str, *, owner: str = ACCOUNT, state: str = "available") -> Any:
    return {
        "TransitGatewayAttachmentId": f"tgw-attach-{vpc}",
        "TransitGatewayId": "tgw-1",
        "VpcId": vpc,
        "VpcOwnerId": owner,
        "State": state,
    }


def read(**answers: Any) -> tuple[Draft, list[Call]]:
    """Read the networks around one VPC, of an account that answers these lists."""

    def answer(call: Call) -> Any:
        if call.operation == "DescribeVpcs":
            asked = next(one["Values"] for one in call.parameters["Filters"])
            return {"Vpcs": [{"VpcId": vpc} for vpc in asked]}
        if call.operation == "DescribeVpcAttribute":
            name = call.parameters["Attribute"]
            return {name[0].upper() + name[1:]: {"Value": True}}
        if call.operation == "DescribeVpcBlockPublicAccessOptions":
            return {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}}
        return answers.get(call.operation)

    aws = Told(answer)
    draft = Draft(aws, Scope(account=ACCOUNT, region=REGION), NOW, b"k")  # type: ignore[arg-type]
    network.networks(draft, {"vpc-home"})
    return draft, aws.asked


def vpcs(draft: Draft) -> list[str]:
    return [one.vpc_id for one in draft.all(Vpc)]


def unread(draft: Draft) -> dict[str, str]:
    """Why VPCs were not read, by their ids."""
    gaps = draft.finish(None, ()).gaps  # type: ignore[arg-type]
    return {arns.name(one.resource): one.error for one in gaps if one.call.operation == "DescribeVpcs"}


def test_a_peered_vpc_is_read_with_the_functions_own() -> None:
    draft, asked = read(DescribeVpcPeeringConnections={"VpcPeeringConnections": [peering(1, "vpc-peer")]})
    routes = next(call for call in asked if call.operation == "DescribeRouteTables")

    assert vpcs(draft) == ["vpc-home", "vpc-peer"]
    assert routes.parameters["Filters"] == [{"Name": "vpc-id", "Values": ["vpc-home", "vpc-peer"]}]
    assert unread(draft) == {}


def test_a_peering_that_does_not_work_leads_nowhere() -> None:
    told = {"VpcPeeringConnections": [peering(1, "vpc-peer", state="deleted")]}

    assert vpcs(read(DescribeVpcPeeringConnections=told)[0]) == ["vpc-home"]


def test_another_accounts_vpc_is_said_not_to_be_read() -> None:
    told = {
        "VpcPeeringConnections": [peering(1, "vpc-theirs", owner=OTHER), peering(2, "vpc-there", region="eu-west-3")]
    }
    draft, _ = read(DescribeVpcPeeringConnections=told)

    assert vpcs(draft) == ["vpc-home"]
    assert unread(draft) == dict.fromkeys(("vpc-theirs", "vpc-there"), "it is in another account or region")


def test_of_many_neighbours_the_first_are_read() -> None:
    told = {"VpcPeeringConnections": [peering(n, f"vpc-{n:03}") for n in range(transit.MOST_NEIGHBOURS + 2)]}
    draft, _ = read(DescribeVpcPeeringConnections=told)

    assert len(vpcs(draft)) == transit.MOST_NEIGHBOURS + 1
    assert len(unread(draft)) == 2


def test_a_transit_gateway_is_read_with_its_routes_and_its_vpcs() -> None:
    table = {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"}
    routes = [{"DestinationCidrBlock": "10.2.0.0/16", "Type": "propagated", "State": "active"}]
    draft, asked = read(
        DescribeTransitGatewayVpcAttachments={
            "TransitGatewayVpcAttachments": [
                attachment("vpc-home"),
                attachment("vpc-far"),
                attachment("vpc-gone", state="deleted"),
                attachment("vpc-theirs", owner=OTHER),
            ]
        },
        DescribeTransitGatewayRouteTables={"TransitGatewayRouteTables": [table]},
        SearchTransitGatewayRoutes={"Routes": routes, "AdditionalRoutesAvailable": False},
    )

    assert vpcs(draft) == ["vpc-far", "vpc-home"]
    assert set(unread(draft)) == {"vpc-theirs"}
    assert [[one.destination_cidr_block for one in found.routes or ()] for found in draft.all(TransitGatewayRouteTable)] == [["10.2.0.0/16"]]  # fmt: skip
    assert {"DescribeTransitGateways", "DescribeTransitGatewayAttachments"} <= {call.operation for call in asked}


def test_a_part_of_the_routes_is_not_taken_for_all() -> None:
    draft, _ = read(
        DescribeTransitGatewayVpcAttachments={"TransitGatewayVpcAttachments": [attachment("vpc-home")]},
        DescribeTransitGatewayRouteTables={"TransitGatewayRouteTables": [{"TransitGatewayRouteTableId": "tgw-rtb-1"}]},
        SearchTransitGatewayRoutes={"Routes": [{}], "AdditionalRoutesAvailable": True},
    )
    gaps = {gap.call.operation: gap.reason for gap in draft.finish(None, ()).gaps}  # type: ignore[arg-type]

    assert [one.routes for one in draft.all(TransitGatewayRouteTable)] == [None]
    assert gaps["SearchTransitGatewayRoutes"] == "unsupported"


def test_the_keys_of_a_vpn_stay_where_they_are_and_others_lines_are_left_out() -> None:
    ours = {
        "VpnConnectionId": "vpn-1",
        "VpnGatewayId": "vgw-1",
        "CustomerGatewayConfiguration": "<pre_shared_key>hunter2</pre_shared_key>",
        "Options": {"StaticRoutesOnly": True, "TunnelOptions": [{"PreSharedKey": "hunter2"}]},
    }
    draft, _ = read(
        DescribeRouteTables={
            "RouteTables": [{"RouteTableId": "r", "VpcId": "vpc-home", "Routes": [{"GatewayId": "vgw-1"}]}]
        },
        DescribeVpnGateways={"VpnGateways": [{"VpnGatewayId": "vgw-1", "State": "available"}]},
        DescribeVpnConnections={"VpnConnections": [ours, {"VpnConnectionId": "vpn-2", "VpnGatewayId": "vgw-2"}]},
    )
    (found,) = draft.all(VpnConnection)

    assert (found.vpn_connection_id, found.options.static_routes_only) == ("vpn-1", True)
    assert "hunter2" not in repr(found)
