"""Routes and gateways that are easily taken for harmless, or for harmful: what is changed, what is asked, and the answer."""

from typing import Any

from tests.unit.network.accounts import ANY, Change, drop, egress, forget, give, ingress, one, routes, rule, vpc_config
from tests.unit.network.cases_filters import also, more

NAT = "sg-006"  # a function in a private subnet, with a way out by a NAT gateway
DB = "sg-015"  # with a database in another subnet
V6 = "v6-001"  # with an egress-only internet gateway
NEAR = {"destination": {"kind": "ip", "value": "10.0.11.5"}, "port": 5432}

CASES: dict[str, tuple[str, tuple[Change, ...], dict[str, Any], str, set[str], set[str]]] = {
    "an unread list of an AWS service captures no private address": (
        DB,
        (also("rtb-priv-a", DestinationPrefixListId="pl-nobody", GatewayId="vpce-x", DestinationCidrBlock=""),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "an unread list of an AWS service may capture a public address": (
        NAT,
        (also("rtb-priv-a", DestinationPrefixListId="pl-nobody", GatewayId="vpce-x", DestinationCidrBlock=""),),
        {},
        "unknown",
        {"rtb-priv-a UNKNOWN_RESOURCE"},
        set(),
    ),
    "the longer prefix wins whoever made it": (
        NAT,
        (
            also(
                "rtb-priv-a",
                DestinationCidrBlock="93.184.0.0/16",
                GatewayId="vgw-9",
                Origin="EnableVgwRoutePropagation",
            ),
        ),
        {},
        "unknown",
        {"vgw-9 UNKNOWN_RESOURCE"},
        set(),
    ),
    "a static route wins over a propagated one of the same length": (
        NAT,
        (also("rtb-priv-a", DestinationCidrBlock=ANY, GatewayId="vgw-9", Origin="EnableVgwRoutePropagation"),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a static route more specific than the VPC's own range": (
        DB,
        (
            also("rtb-priv-a", DestinationCidrBlock="10.0.11.0/24", NatGatewayId="nat-a"),
            egress("sg-lambda", rule(5432, ANY)),
        ),
        {},
        "unreachable",
        {"sg-db ENI_SG_RULES_MISMATCH"},
        {"SG_REFERENCES_NOT_PRESERVED"},
    ),
    "a subnet that no table names has the main one": (
        NAT,
        (
            lambda account: one("RouteTables", "rtb-priv-a")(account).update(Associations=[]),
            routes("rtb-main", {"DestinationCidrBlock": ANY, "NatGatewayId": "nat-a"}),
        ),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a NAT gateway in the function's own subnet": (
        NAT,
        (give("NatGateways", "nat-a", SubnetId="subnet-priv-a"),),
        {},
        "unreachable",
        {"nat-a DR_ROUTE_LOOP"},
        set(),
    ),
    "two NAT gateways that lead to each other": (
        NAT,
        (
            more(
                "NatGateways",
                {"NatGatewayId": "nat-z", "SubnetId": "subnet-data-a", "VpcId": "vpc-1", "State": "available"},
            ),
            routes("rtb-pub", {"DestinationCidrBlock": ANY, "NatGatewayId": "nat-z"}),
            routes("rtb-main", {"DestinationCidrBlock": ANY, "NatGatewayId": "nat-a"}),
        ),
        {},
        "unreachable",
        {"nat-a DR_ROUTE_LOOP"},
        set(),
    ),
    "a NAT gateway that was deleted long ago": (
        NAT,
        (drop("NatGateways", "nat-a"),),
        {},
        "unknown",
        {"nat-a UNKNOWN_RESOURCE"},
        set(),
    ),
    "a NAT gateway in a state that did not exist yesterday": (
        NAT,
        (give("NatGateways", "nat-a", State="hibernating"),),
        {},
        "unknown",
        {"nat-a UNKNOWN_RESOURCE"},
        set(),
    ),
    "a NAT gateway that is still pending": (
        NAT,
        (give("NatGateways", "nat-a", State="pending"),),
        {},
        "unreachable",
        {"nat-a BAD_STATE"},
        set(),
    ),
    "a route in a state that did not exist yesterday": (
        NAT,
        (routes("rtb-priv-a", {"DestinationCidrBlock": ANY, "NatGatewayId": "nat-a", "State": "dreaming"}),),
        {},
        "unknown",
        {"rtb-priv-a UNKNOWN_RESOURCE"},
        set(),
    ),
    "IPv6 does not go by a NAT gateway": (
        V6,
        (
            vpc_config(SubnetIds=["subnet-priv-a"]),
            routes("rtb-priv-a", {"DestinationIpv6CidrBlock": "::/0", "NatGatewayId": "nat-six"}),
            more(
                "NatGateways",
                {"NatGatewayId": "nat-six", "SubnetId": "subnet-pub-a", "VpcId": "vpc-1", "State": "available"},
            ),
        ),
        {},
        "unreachable",
        {"nat-six NO_POSSIBLE_DESTINATION"},
        set(),
    ),
    "an IPv4 default route carries no IPv6": (
        V6,
        (
            vpc_config(SubnetIds=["subnet-priv-a"]),
            routes("rtb-priv-a", {"DestinationCidrBlock": ANY, "GatewayId": "igw-1"}),
        ),
        {},
        "unreachable",
        {"rtb-priv-a NO_ROUTE_TO_DESTINATION"},
        set(),
    ),
    "IPv6 by an egress-only gateway that is detached": (
        V6,
        (give("EgressOnlyInternetGateways", "eigw-1", Attachments=[]),),
        {},
        "unreachable",
        {"eigw-1 BAD_STATE_ATTACHMENT"},
        set(),
    ),
    "Block Public Access for what comes in leaves egress-only gateways alone": (
        V6,
        (lambda account: account.update(VpcBlockPublicAccessOptions={"InternetGatewayBlockMode": "block-ingress"}),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "Block Public Access in a mode that did not exist yesterday": (
        NAT,
        (lambda account: account.update(VpcBlockPublicAccessOptions={"InternetGatewayBlockMode": "block-mondays"}),),
        {},
        "unknown",
        {"igw-1 UNKNOWN_RESOURCE"},
        set(),
    ),
    "an exclusion that is still being made": (
        "bpa-003",
        (lambda account: account["VpcBlockPublicAccessExclusions"][0].update(State="create-in-progress"),),
        {},
        "unreachable",
        {"igw-1 VPC_BLOCK_PUBLIC_ACCESS_ENABLED"},
        set(),
    ),
    "a group that another subnet's interfaces have is not the database's": (
        DB,
        (ingress("sg-db", rule(5432, "10.0.2.0/24", "10.0.101.0/24")),),
        {},
        "unreachable",
        {"sg-db ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "nobody's list of interfaces": (
        DB,
        (forget("NetworkInterfaces"),),
        NEAR,
        "unknown",
        {"vpc-1 UNKNOWN_RESOURCE", "sg-lambda UNKNOWN_RESOURCE"},
        set(),
    ),
    "an internet gateway of another VPC": (
        NAT,
        (give("InternetGateways", "igw-1", Attachments=[{"VpcId": "vpc-other", "State": "available"}]),),
        {},
        "unreachable",
        {"igw-1 BAD_STATE_ATTACHMENT"},
        set(),
    ),
}
