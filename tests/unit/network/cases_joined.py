"""Other networks: what crosses a peering connection or a transit gateway, and what does not come back."""

from typing import Any

from tests.unit.network.accounts import (
    ANY,
    Change,
    acl,
    drop,
    egress,
    entry,
    give,
    ingress,
    one,
    routes,
    rule,
    vpc_config,
)
from tests.unit.network.cases_filters import also, more

PEER = "pcx-005"  # a peered VPC
TGW = "tgw-011"  # a VPC behind a transit gateway
PRIVATE = "tgw-015"  # the same by a private NAT gateway
IN_A = vpc_config(SubnetIds=["subnet-priv-a"])


def way(table: str, cidr: str, target: str, state: str = "active", kind: str = "static") -> dict[str, Any]:
    """A transit gateway's route."""
    return {
        "DestinationCidrBlock": cidr,
        "State": state,
        "Type": kind,
        "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": target, "ResourceType": "vpc"}] if target else [],
    }


def transit(table: str, *ways: dict[str, Any]) -> Change:
    """Add routes to a transit gateway's table."""
    return lambda account: account["TransitGatewayRoutes"][table].extend(ways)


def alone(table: str, *ways: dict[str, Any]) -> Change:
    """Give a transit gateway's table these routes only."""
    return lambda account: account["TransitGatewayRoutes"].update({table: list(ways)})


def accepter(**fields: Any) -> Change:
    """Change the other side of the peering connection."""
    return lambda account: account["VpcPeeringConnections"][0]["AccepterVpcInfo"].update(fields)


def options(attachment: str, **fields: Any) -> Change:
    """Change options of a VPC's attachment."""
    return lambda account: one("TransitGatewayVpcAttachments", attachment)(account)["Options"].update(fields)


REFERENCING = (
    lambda account: account["TransitGateways"][0].update(Options={"SecurityGroupReferencingSupport": "enable"}),
    ingress("sg-peer", rule(5432, groups=("sg-lambda",))),
)

CASES: dict[str, tuple[str, tuple[Change, ...], dict[str, Any], str, set[str], set[str]]] = {
    "a route to the peer in one of two tables": (
        PEER,
        (routes("rtb-priv-b"),),
        {},
        "partial",
        {"rtb-priv-b NO_ROUTE_TO_DESTINATION"},
        set(),
    ),
    "the peer answers to half of the function's subnets": (
        PEER,
        (routes("rtb-peer", {"DestinationCidrBlock": "10.0.1.0/24", "VpcPeeringConnectionId": "pcx-1"}),),
        {},
        "partial",
        {"rtb-peer NO_ROUTE_TO_DESTINATION <"},
        set(),
    ),
    "the peer answers by another way": (
        PEER,
        (IN_A, routes("rtb-peer", {"DestinationCidrBlock": "10.0.0.0/16", "TransitGatewayId": "tgw-9"})),
        {},
        "unreachable",
        {"rtb-peer NO_ROUTE_TO_DESTINATION <"},
        set(),
    ),
    "the peer's way back is a blackhole": (
        PEER,
        (
            IN_A,
            routes(
                "rtb-peer",
                {"DestinationCidrBlock": "10.0.0.0/16", "VpcPeeringConnectionId": "pcx-1", "State": "blackhole"},
            ),
        ),
        {},
        "unreachable",
        {"rtb-peer BAD_STATE_ROUTE <"},
        set(),
    ),
    "a more specific route takes the answer away": (
        PEER,
        (IN_A, also("rtb-peer", DestinationCidrBlock="10.0.1.0/24", GatewayId="igw-2")),
        {},
        "unreachable",
        {"rtb-peer NO_ROUTE_TO_DESTINATION <"},
        set(),
    ),
    "a more specific route takes half of the answers away": (
        PEER,
        (IN_A, also("rtb-peer", DestinationCidrBlock="10.0.1.128/25", GatewayId="igw-2")),
        {},
        "partial",
        {"rtb-peer NO_ROUTE_TO_DESTINATION <"},
        set(),
    ),
    "an egress rule about the peer's group": (
        PEER,
        (egress("sg-lambda", rule(5432, groups=("sg-peer",))),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "an egress rule about a group in another region": (
        PEER,
        (
            IN_A,
            accepter(Region="eu-west-1"),
            egress("sg-lambda", rule(5432, groups=("sg-peer",))),
            ingress("sg-peer", rule(5432, "10.0.0.0/16")),
        ),
        {},
        "unreachable",
        {"sg-lambda ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "an egress rule about a group behind a peering connection that is gone": (
        PEER,
        (
            IN_A,
            give("VpcPeeringConnections", "pcx-1", Status={"Code": "deleted"}),
            egress("sg-lambda", rule(5432, groups=("sg-peer",))),
        ),
        {},
        "unreachable",
        {"sg-lambda ENI_SG_RULES_MISMATCH", "pcx-1 BAD_STATE"},
        set(),
    ),
    "a peering connection in a state that did not exist yesterday": (
        PEER,
        (IN_A, give("VpcPeeringConnections", "pcx-1", Status={"Code": "dancing"})),
        {},
        "unknown",
        {"pcx-1 UNKNOWN_RESOURCE"},
        set(),
    ),
    "the peer's VPC is somebody else's": (
        PEER,
        (IN_A, drop("Vpcs", "vpc-2")),
        {},
        "unknown",
        {"vpc-2 UNKNOWN_DESTINATION"},
        set(),
    ),
    "no way over two peering connections": (
        PEER,
        (IN_A, also("rtb-priv-a", DestinationCidrBlock="10.2.0.0/16", VpcPeeringConnectionId="pcx-1")),
        {"destination": {"kind": "ip", "value": "10.2.0.5"}},
        "unreachable",
        {"pcx-1 PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"},
        set(),
    ),
    "the peer's network ACL lets no answer out": (
        PEER,
        (IN_A, acl("subnet-peer", entry(1, False, "allow"))),
        {},
        "unreachable",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        set(),
    ),
    "the local route wins over a peer with the same range": (
        PEER,
        (
            IN_A,
            accepter(CidrBlock="10.0.0.0/16", CidrBlockSet=[{"CidrBlock": "10.0.0.0/16"}]),
            more("NetworkInterfaces", {"NetworkInterfaceId": "eni-x", "VpcId": "vpc-1"}),
        ),
        {"destination": {"kind": "ip", "value": "10.0.99.5"}},
        "unreachable",
        {"vpc-1 NO_POSSIBLE_DESTINATION"},
        {"DR_CIDR_OVERLAP"},
    ),
    "a transit gateway's static route wins over a propagated one": (
        TGW,
        (IN_A, transit("tgw-rtb-1", way("tgw-rtb-1", "10.1.0.0/16", "", "blackhole"))),
        {},
        "unreachable",
        {"tgw-rtb-1 TGW_RTB_BAD_STATE_ROUTE"},
        set(),
    ),
    "a transit gateway's longer prefix wins": (
        TGW,
        (IN_A, transit("tgw-rtb-1", way("tgw-rtb-1", "10.1.1.0/24", "", "blackhole"))),
        {},
        "unreachable",
        {"tgw-rtb-1 TGW_RTB_BAD_STATE_ROUTE"},
        set(),
    ),
    "a transit gateway's route that is being deleted": (
        TGW,
        (IN_A, alone("tgw-rtb-1", way("tgw-rtb-1", "10.1.0.0/16", "tgw-attach-2", "deleting"))),
        {},
        "unreachable",
        {"tgw-rtb-1 TGW_RTB_BAD_STATE_ROUTE"},
        set(),
    ),
    "a transit gateway's route in a state that did not exist yesterday": (
        TGW,
        (IN_A, alone("tgw-rtb-1", way("tgw-rtb-1", "10.1.0.0/16", "tgw-attach-2", "sleeping"))),
        {},
        "unknown",
        {"tgw-rtb-1 UNKNOWN_RESOURCE"},
        set(),
    ),
    "a transit gateway's way back in a state that did not exist yesterday": (
        TGW,
        (IN_A, alone("tgw-rtb-2", way("tgw-rtb-2", "10.0.0.0/16", "tgw-attach-1", "sleeping"))),
        {},
        "unknown",
        {"tgw-rtb-2 UNKNOWN_RESOURCE <"},
        set(),
    ),
    "a transit gateway's way back leads half of the answers elsewhere": (
        TGW,
        (transit("tgw-rtb-2", way("tgw-rtb-2", "10.0.2.0/24", "tgw-attach-9")),),
        {},
        "partial",
        {"tgw-rtb-2 TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT <"},
        set(),
    ),
    "the target's side of a transit gateway is rejected": (
        TGW,
        (IN_A, give("TransitGatewayVpcAttachments", "tgw-attach-2", State="rejected")),
        {},
        "unreachable",
        {"tgw-attach-2 BAD_STATE_ATTACHMENT"},
        set(),
    ),
    "the target's zone has no subnet of the attachment": (
        TGW,
        (
            IN_A,
            more(
                "Subnets",
                {
                    "SubnetId": "subnet-far",
                    "VpcId": "vpc-2",
                    "CidrBlock": "10.1.9.0/24",
                    "AvailabilityZone": "us-east-1b",
                },
            ),
            give("TransitGatewayVpcAttachments", "tgw-attach-2", SubnetIds=["subnet-far"]),
            lambda account: account["NetworkAcls"][0]["Associations"].append(
                {"NetworkAclId": "x", "SubnetId": "subnet-far"}
            ),
        ),
        {},
        "unreachable",
        {"tgw-attach-2 TGW_ROUTE_AZ_RESTRICTION <"},
        set(),
    ),
    "groups over a transit gateway that carries them": (TGW, (IN_A, *REFERENCING), {}, "reachable", set(), set()),
    "groups over a transit gateway, off at one attachment": (
        TGW,
        (IN_A, *REFERENCING, options("tgw-attach-2", SecurityGroupReferencingSupport="disable")),
        {},
        "unreachable",
        {"sg-peer ENI_SG_RULES_MISMATCH"},
        {"SG_REFERENCING_SUPPORT"},
    ),
    "an egress rule about a group over a transit gateway": (
        TGW,
        (IN_A, *REFERENCING, egress("sg-lambda", rule(5432, groups=("sg-peer",)))),
        {},
        "unreachable",
        {"sg-lambda ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "what is behind a VPN of a transit gateway": (
        TGW,
        (IN_A, give("TransitGatewayAttachments", "tgw-attach-2", ResourceType="vpn")),
        {},
        "unknown",
        {"tgw-attach-2 UNKNOWN_DESTINATION"},
        set(),
    ),
    "a transit gateway that is not there": (
        TGW,
        (IN_A, drop("TransitGateways", "tgw-1")),
        {},
        "unknown",
        {"tgw-1 UNKNOWN_RESOURCE"},
        set(),
    ),
    "a private NAT gateway hides the function's range": (
        PRIVATE,
        (IN_A, ingress("sg-peer", rule(5432, "10.0.1.0/24"))),
        {},
        "unreachable",
        {"sg-peer ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "a private NAT gateway and a group that the target admits": (
        PRIVATE,
        (IN_A, ingress("sg-peer", rule(5432, groups=("sg-lambda",)))),
        {},
        "unreachable",
        {"sg-peer ENI_SG_RULES_MISMATCH"},
        {"SG_REFERENCES_NOT_PRESERVED"},
    ),
    "an attachment in the zone of the NAT gateway, not of the function": (
        PRIVATE,
        (vpc_config(SubnetIds=["subnet-priv-b"]),),
        {},
        "reachable",
        set(),
        {"AVAILABILITY_ZONE_CROSSED"},
    ),
    "a private NAT gateway before a gateway that is not a transit gateway": (
        PRIVATE,
        (IN_A, routes("rtb-pub", {"DestinationCidrBlock": ANY, "GatewayId": "igw-1"})),
        {},
        "unreachable",
        {"igw-1 IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", "igw-1 IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"},
        set(),
    ),
    "a VPN gateway that is detached": (
        "vpn-001",
        (give("VpnGateways", "vgw-1", VpcAttachments=[{"VpcId": "vpc-1", "State": "detached"}]),),
        {},
        "unreachable",
        {"vgw-1 BAD_STATE_ATTACHMENT"},
        set(),
    ),
    "a tunnel that is up is no proof": (
        "vpn-001",
        (give("VpnConnections", "vpn-1", VgwTelemetry=[{"Status": "UP"}, {"Status": "DOWN"}]),),
        {},
        "unknown",
        {"vgw-1 UNKNOWN_DESTINATION"},
        set(),
    ),
    "static routes of a VPN that do not hold the destination": (
        "vpn-001",
        (
            give(
                "VpnConnections",
                "vpn-1",
                Options={"StaticRoutesOnly": True},
                Routes=[{"DestinationCidrBlock": "198.18.0.0/15", "State": "available"}],
            ),
        ),
        {},
        "unreachable",
        {"vgw-1 NO_POSSIBLE_DESTINATION"},
        set(),
    ),
}
