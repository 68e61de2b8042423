"""What stops a packet inside a VPC and on its way to the internet and to AWS: the scenario that works, what is changed in it, what is asked, and the verdict, blockers and notices."""

from typing import Any

from tests.unit.network.accounts import (
    ANY,
    Change,
    acl,
    egress,
    entry,
    give,
    ingress,
    routes,
    rule,
)

NAT = "sg-006"  # a function in a private subnet, with a way out by a NAT gateway
DB = "sg-015"  # with a database in another subnet
S3 = "gwe-009"  # with a gateway endpoint for S3
STS = "ife-001"  # with an interface endpoint for STS
BOTH_WAYS = (entry(1, True, "allow"), entry(1, False, "allow"))
OUT = (entry(1, True, "allow"),)
NO_INTERNET = {"destination": {"kind": "ip", "value": "10.77.0.5"}}

CASES: dict[str, tuple[str, tuple[Change, ...], dict[str, Any], str, set[str], set[str]]] = {
    "answers are dropped at the function": (
        NAT,
        (acl("subnet-priv-a", *OUT),),
        {},
        "unreachable",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        set(),
    ),
    "half of the ports that answers come to": (
        NAT,
        (acl("subnet-priv-a", *OUT, entry(1, False, "allow", 32768)),),
        {},
        "partial",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        {"DR_EPHEMERAL_PORTS_PARTIAL"},
    ),
    "behind a NAT gateway, answers come from the internet and not from the VPC": (
        NAT,
        (acl("subnet-priv-a", *OUT, entry(1, False, "allow", cidr="10.0.0.0/16")),),
        {},
        "unreachable",
        {"acl-own SUBNET_ACL_RESTRICTION <"},
        set(),
    ),
    "a deny before the allow": (
        NAT,
        (acl("subnet-priv-a", *BOTH_WAYS, entry(0, True, "deny", 443, last=443)),),
        {},
        "unreachable",
        {"acl-own SUBNET_ACL_RESTRICTION"},
        set(),
    ),
    "half of the subnet's addresses": (
        DB,
        (ingress("sg-db", rule(5432, "10.0.1.0/25")),),
        {},
        "partial",
        {"sg-db ENI_SG_RULES_MISMATCH"},
        {"DR_SOURCE_RANGE_PARTIAL"},
    ),
    "a group without rules": (DB, (ingress("sg-db"),), {}, "unreachable", {"sg-db SG_HAS_NO_RULES"}, set()),
    "every blocker, not the first": (
        DB,
        (egress("sg-lambda"), ingress("sg-db"), acl("subnet-data-a", name="acl-shut")),
        {},
        "unreachable",
        {
            "sg-lambda SG_HAS_NO_RULES",
            "sg-db SG_HAS_NO_RULES",
            "acl-shut SUBNET_ACL_RESTRICTION",
            "acl-shut SUBNET_ACL_RESTRICTION <",
        },
        set(),
    ),
    "a public subnet": (
        NAT,
        (routes("rtb-priv-a", {"DestinationCidrBlock": ANY, "GatewayId": "igw-1"}),),
        {},
        "unreachable",
        {"igw-1 IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"},
        set(),
    ),
    "a NAT gateway in a subnet that leads nowhere": (
        NAT,
        (routes("rtb-pub"),),
        {},
        "unreachable",
        {"rtb-pub NO_ROUTE_TO_DESTINATION"},
        set(),
    ),
    "a NAT gateway whose subnet leads back to it": (
        NAT,
        (routes("rtb-pub", {"DestinationCidrBlock": ANY, "NatGatewayId": "nat-a"}),),
        {},
        "unreachable",
        {"nat-a DR_ROUTE_LOOP"},
        set(),
    ),
    "a private NAT gateway before an internet gateway": (
        NAT,
        (
            give(
                "NatGateways",
                "nat-a",
                ConnectivityType="private",
                NatGatewayAddresses=[{"PrivateIp": "10.0.101.10"}],
            ),
        ),
        {},
        "unreachable",
        {"igw-1 IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"},
        set(),
    ),
    "an internet gateway that is detached": (
        NAT,
        (give("InternetGateways", "igw-1", Attachments=[]),),
        {},
        "unreachable",
        {"igw-1 BAD_STATE_ATTACHMENT"},
        set(),
    ),
    "a private address sent to the internet": (
        NAT,
        (),
        NO_INTERNET,
        "unreachable",
        {"igw-1 IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"},
        set(),
    ),
    "Block Public Access": (
        NAT,
        (
            lambda account: account.update(
                VpcBlockPublicAccessOptions={"InternetGatewayBlockMode": "block-bidirectional"}
            ),
        ),
        {},
        "unreachable",
        {"igw-1 VPC_BLOCK_PUBLIC_ACCESS_ENABLED"},
        set(),
    ),
    "Block Public Access for what comes in leaves NAT alone": (
        NAT,
        (lambda account: account.update(VpcBlockPublicAccessOptions={"InternetGatewayBlockMode": "block-ingress"}),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "no DNS in the VPC": (
        STS,
        (lambda account: account["VpcAttributes"]["vpc-1"].update(EnableDnsSupport=False),),
        {},
        "unreachable",
        {"vpc-1 DR_DNS_SUPPORT_DISABLED", "rtb-priv-a NO_ROUTE_TO_DESTINATION", "rtb-priv-b NO_ROUTE_TO_DESTINATION"},
        {"DR_PRIVATE_DNS_INEFFECTIVE"},
    ),
    "a name server that cannot be seen": (
        "dns-002",
        (egress("sg-lambda", rule(443, ANY), rule(53, ANY, protocol="udp")),),
        {},
        "unknown",
        {"dopt-1 DR_DNS_CUSTOM_UNVERIFIED"},
        set(),
    ),
    "a gateway endpoint of another route table": (
        S3,
        (routes("rtb-priv-a"), routes("rtb-priv-b")),
        {},
        "unreachable",
        {"rtb-priv-a NO_ROUTE_TO_DESTINATION", "rtb-priv-b NO_ROUTE_TO_DESTINATION"},
        set(),
    ),
    "no route does not hide the group": (
        S3,
        (routes("rtb-priv-a"), routes("rtb-priv-b"), egress("sg-lambda", rule(443, "10.0.0.0/16"))),
        {},
        "unreachable",
        {
            "sg-lambda ENI_SG_RULES_MISMATCH",
            "rtb-priv-a NO_ROUTE_TO_DESTINATION",
            "rtb-priv-b NO_ROUTE_TO_DESTINATION",
        },
        set(),
    ),
    "an endpoint that is pending": (
        STS,
        (give("VpcEndpoints", "vpce-sts", State="pending"),),
        {},
        "unreachable",
        {"vpce-sts BAD_STATE"},
        set(),
    ),
    "an endpoint's group is shut": (STS, (ingress("sg-vpce"),), {}, "unreachable", {"sg-vpce SG_HAS_NO_RULES"}, set()),
}
