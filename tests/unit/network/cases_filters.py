"""Filters and routes that are easily taken for harmless, or for harmful: what is changed, what is asked, and the answer."""

from typing import Any

from tests.unit.network.accounts import (
    ANY,
    Change,
    acl,
    egress,
    entry,
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
}
