"""Filters and routes that are easily taken for harmless, or for harmful: what is changed, what is asked, and the answer."""

from typing import Any

from tests.unit.network.accounts import (
    ANY,
    Change,
    acl,
    drop,
    egress,
    entry,
    forget,
    give,
    ingress,
    one,
    routes,
    rule,
    vpc_config,
)

NAT = "sg-006"  # a function in a private subnet, with a way out by a NAT gateway
DB = "sg-015"  # with a database in another subnet
V6 = "v6-001"  # with an egress-only internet gateway
S3 = "gwe-009"  # with a gateway endpoint for S3
ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANY}]}
NEAR = {"destination": {"kind": "ip", "value": "10.0.11.5"}, "port": 5432}
LISTED = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-own"}]}


def listed(*cidrs: str) -> Change:
    """A prefix list of the customer's, with entries that were read."""
    return lambda account: account.update(
        ManagedPrefixLists=[{"PrefixListId": "pl-own"}],
        ManagedPrefixListEntries={"pl-own": [{"Cidr": cidr} for cidr in cidrs]},
    )


def six(number: int, out: bool, action: str, first: int = 0, *, cidr: str = "::/0") -> dict[str, Any]:
    """An entry of a network ACL for IPv6."""
    found = entry(number, out, action, first)
    return {**{name: value for name, value in found.items() if name != "CidrBlock"}, "Ipv6CidrBlock": cidr}


def more(kind: str, *raws: dict[str, Any]) -> Change:
    """Add resources to a list."""
    return lambda account: account.setdefault(kind, []).extend(raws)


def also(table: str, **route: Any) -> Change:
    """Add a route to a table."""
    whole = {"State": "active", "Origin": "CreateRoute", **route}
    return lambda account: one("RouteTables", table)(account)["Routes"].append(whole)


BOTH = (entry(100, True, "allow"), entry(100, False, "allow"))
BOTH6 = (six(100, True, "allow"), six(100, False, "allow"))

CASES: dict[str, tuple[str, tuple[Change, ...], dict[str, Any], str, set[str], set[str]]] = {
    "an allow with a lower number wins over a deny of everything": (
        NAT,
        (acl("subnet-priv-a", entry(200, True, "deny"), entry(200, False, "deny"), *BOTH),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a deny of one destination port does not touch answers": (
        NAT,
        (acl("subnet-priv-a", *BOTH, entry(50, False, "deny", 443, last=443)),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a deny of one port in the ephemeral range makes some connections hang": (
        NAT,
        (acl("subnet-priv-a", *BOTH, entry(50, False, "deny", 3389, last=3389)),),
        {},
        "partial",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        {"DR_EPHEMERAL_PORTS_PARTIAL"},
    ),
    "the port range of Linux is not that of a NAT gateway": (
        NAT,
        (acl("subnet-pub-a", *BOTH[:1], entry(90, False, "allow", 32768), entry(91, False, "allow", 443, last=443)),),
        {},
        "partial",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        {"DR_EPHEMERAL_PORTS_PARTIAL"},
    ),
    "an entry of the other family admits nothing": (
        V6,
        (vpc_config(SubnetIds=["subnet-priv-a"]), acl("subnet-priv-a", *BOTH)),
        {},
        "unreachable",
        {"acl-own SUBNET_ACL_RESTRICTION", "acl-own SUBNET_ACL_RESTRICTION <"},
        set(),
    ),
    "IPv6 entries both ways": (
        V6,
        (vpc_config(SubnetIds=["subnet-priv-a"]), acl("subnet-priv-a", *BOTH6)),
        {},
        "reachable",
        set(),
        set(),
    ),
    "IPv6 answers that are dropped": (
        V6,
        (vpc_config(SubnetIds=["subnet-priv-a"]), acl("subnet-priv-a", six(1, True, "allow"), BOTH[1])),
        {},
        "unreachable",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        set(),
    ),
    "UDP entries admit no TCP": (
        NAT,
        (acl("subnet-priv-a", {**BOTH[0], "Protocol": "17"}, BOTH[1]),),
        {},
        "unreachable",
        {"acl-own SUBNET_ACL_RESTRICTION"},
        set(),
    ),
    "the database's subnet lets nothing back to the function": (
        DB,
        (acl("subnet-data-a", BOTH[1], entry(1, True, "allow", 5432, last=5432)),),
        {},
        "partial",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        {"DR_EPHEMERAL_PORTS_PARTIAL"},
    ),
    "answers to half of the function's addresses": (
        DB,
        (acl("subnet-data-a", BOTH[1], entry(1, True, "allow", cidr="10.0.1.0/25")),),
        {},
        "partial",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        {"DR_SOURCE_RANGE_PARTIAL"},
    ),
    "the union of two groups": (
        DB,
        (
            vpc_config(SecurityGroupIds=["sg-lambda", "sg-more"]),
            egress("sg-lambda", rule(443, ANY)),
            more("SecurityGroups", {"GroupId": "sg-more", "VpcId": "vpc-1", "IpPermissionsEgress": [ALL]}),
        ),
        {},
        "reachable",
        set(),
        set(),
    ),
    "the same group does not admit itself": (
        DB,
        (
            lambda account: one("NetworkInterfaces", "eni-db")(account).update(Groups=[{"GroupId": "sg-lambda"}]),
            lambda account: one("DBInstances", "db-1")(account).update(
                VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-lambda"}]
            ),
            give("SecurityGroups", "sg-lambda", IpPermissionsEgress=[ALL]),
        ),
        {},
        "unreachable",
        {"sg-lambda SG_HAS_NO_RULES"},
        set(),
    ),
    "no ingress rule on the function is needed for answers": (
        NAT,
        (ingress("sg-lambda", rule(22, "192.0.2.0/24")),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "egress to a range of ports that ends before": (
        NAT,
        (egress("sg-lambda", {**rule(0, ANY), "ToPort": 442}),),
        {},
        "unreachable",
        {"sg-lambda ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "IPv4 and IPv6 rules of a group are apart": (
        V6,
        (give("SecurityGroups", "sg-lambda", IpPermissionsEgress=[ALL]),),
        {},
        "unreachable",
        {"sg-lambda ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "a prefix list of one's own admits": (
        NAT,
        (listed("93.184.216.0/24"), egress("sg-lambda", LISTED)),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a prefix list that does not hold the destination": (
        NAT,
        (listed("192.0.2.0/24"), egress("sg-lambda", LISTED)),
        {},
        "unreachable",
        {"sg-lambda ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "a prefix list whose entries were not read": (
        NAT,
        (more("ManagedPrefixLists", {"PrefixListId": "pl-own"}), egress("sg-lambda", LISTED)),
        {},
        "unknown",
        {"sg-lambda UNKNOWN_RESOURCE"},
        set(),
    ),
    "an unread prefix list beside a rule that admits": (
        NAT,
        (more("ManagedPrefixLists", {"PrefixListId": "pl-own"}), egress("sg-lambda", LISTED, rule(443, ANY))),
        {},
        "reachable",
        set(),
        set(),
    ),
    "S3 by its endpoint needs the prefix list in the group": (
        S3,
        (egress("sg-lambda", rule(443, "10.0.0.0/16")),),
        {},
        "unreachable",
        {"sg-lambda ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "an endpoint's route in one of two tables": (
        S3,
        (routes("rtb-priv-b"),),
        {},
        "partial",
        {"rtb-priv-b NO_ROUTE_TO_DESTINATION"},
        set(),
    ),
    "S3 by its endpoint, and the ACL admits only the VPC's answers": (
        S3,
        (acl("subnet-priv-a", BOTH[0], entry(1, False, "allow", cidr="10.0.0.0/16")),),
        {},
        "partial",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        set(),
    ),
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
