from msgspec.structs import replace

from doctor.model.function import Environment
from doctor.model.interfaces import PrefixList
from doctor.model.network import (
    EgressOnlyInternetGateway,
    InternetGatewayAttachment,
    IpPermission,
    Ipv6CidrBlockAssociation,
    Ipv6Range,
    NetworkAcl,
    Route,
    Subnet,
    Vpc,
)
from doctor.model.package import Package, SdkClient, Source
from doctor.testing.world import ACCOUNT, REGION, function, gap, node_raised, raised, succeeded, timed_out, world
from tests.networks import ANY, IN_VPC, arn, gateway_endpoint, interface_endpoint, network

QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"


def calling(**fields):
    """A function in the VPC with a timeout of 6 s; without more it knows a queue by its URL."""
    variables = fields.pop("variables", {"QUEUE_URL": QUEUE_URL})
    usual = {"timeout": 6, "vpc_config": IN_VPC, "environment": Environment(variables=variables)}
    return function(**{**usual, **fields})


F = calling()
HUNG = [timed_out(6, 0.5)]
BY_NAT = Route(destination_cidr_block=ANY, nat_gateway_id="nat-1")
BY_GATEWAY = Route(destination_prefix_list_id="pl-1", gateway_id="vpce-2")
LIST = PrefixList(
    arn=arn("aws-prefix-list", "pl-1"),
    prefix_list_id="pl-1",
    prefix_list_name=f"com.amazonaws.{REGION}.dynamodb",
    cidrs=("52.94.0.0/22",),
)
CLIENT = SdkClient(path="app.py", line=3, service="sns")
PACKAGE = Package(files=1, unzipped_size=1, source=Source(clients=(CLIENT,), reached=("app.py",)))

SIX = "2001:db8:0"
BY_SIX = calling(
    vpc_config=replace(IN_VPC, ipv6_allowed_for_dual_stack=True),
    variables={"API_URL": "https://[2606:2800:220:1:248:1893:25c8:1946]/v1"},
)
EGRESS_ONLY = EgressOnlyInternetGateway(
    arn=arn("egress-only-internet-gateway", "eigw-1"),
    egress_only_internet_gateway_id="eigw-1",
    attachments=(InternetGatewayAttachment(vpc_id="vpc-1", state="attached"),),
)


def dual_stack(*routes: Route):
    """The usual network with IPv6 everywhere; the private subnets have these routes."""
    six = IpPermission(ip_protocol="-1", ipv6_ranges=(Ipv6Range(cidr_ipv6="::/0"),))
    found = []
    for number, one in enumerate(network(*routes, egress=(six,))):
        if isinstance(one, Subnet):
            ranges = (Ipv6CidrBlockAssociation(ipv6_cidr_block=f"{SIX}:{number}::/64"),)
            found.append(replace(one, ipv6_cidr_block_association_set=ranges))
        elif isinstance(one, Vpc):
            ranges = (Ipv6CidrBlockAssociation(ipv6_cidr_block=f"{SIX}::/56"),)
            found.append(replace(one, ipv6_cidr_block_association_set=ranges))
        elif isinstance(one, NetworkAcl):
            entries = [
                {**{k: v for k, v in raw.items() if k != "CidrBlock"}, "Ipv6CidrBlock": "::/0"} for raw in one.entries
            ]
            numbered = ({**raw, "RuleNumber": 101} for raw in entries)
            found.append(replace(one, entries=(*one.entries, *numbered)))
        else:
            found.append(one)
    return found


BROKEN = {
    "IPv6, and only local routes": world(BY_SIX, *dual_stack(), invocations=HUNG),
    "IPv6, and a gateway that no route leads to": world(BY_SIX, *dual_stack(), EGRESS_ONLY, invocations=HUNG),
    "IPv6, and a NAT gateway for IPv4": world(BY_SIX, *dual_stack(BY_NAT), invocations=HUNG),
    "a queue's URL, and only local routes": world(F, *network(), invocations=HUNG),
    "it never wrote a line": world(F, *network(), invocations=[timed_out(6)]),
    "it goes through when there is nothing to send": world(F, *network(), invocations=[succeeded(0.2, ago=900), *HUNG]),
    "a client in the source": world(calling(variables={}, package=PACKAGE), *network(), invocations=HUNG),
    "a resource by its ARN": world(calling(variables={"TABLE": TABLE}), *network(), invocations=HUNG),
    "a service of somebody else": world(
        calling(variables={"API_HOST": "api.example.com", "API_PORT": "8443"}), *network(), invocations=HUNG
    ),
    "a NAT gateway that no route leads to": world(F, *network(nat="available"), invocations=HUNG),
    "an endpoint of another service": world(F, *network(endpoints=(interface_endpoint("sns"),)), invocations=HUNG),
    "the security group is shut as well": world(F, *network(egress=()), invocations=HUNG),
    "no route, whatever its DNS does": world(F, *network(attributes=None), invocations=HUNG),
    "one of two destinations": world(
        calling(variables={"QUEUE_URL": QUEUE_URL, "TABLE": TABLE}),
        *network(BY_GATEWAY, endpoints=(gateway_endpoint("dynamodb"),)),
        LIST,
        invocations=HUNG,
    ),
    "the SDK gave up first": world(
        F,
        *network(),
        invocations=[raised("ConnectTimeoutError", f'Connect timeout on endpoint URL: "{QUEUE_URL}"')],
    ),
    "Node.js gave up first": world(
        F, *network(), invocations=[node_raised("Error", "connect ETIMEDOUT 176.32.98.189:443")]
    ),
}

HEALTHY = {
    "a NAT gateway": world(F, *network(BY_NAT, nat="available"), invocations=HUNG),
    "a NAT gateway, and it works": world(F, *network(BY_NAT, nat="available"), invocations=[succeeded()]),
    "an interface endpoint": world(F, *network(endpoints=(interface_endpoint("sqs"),)), invocations=HUNG),
    "a gateway endpoint": world(
        calling(variables={"TABLE": TABLE}),
        *network(BY_GATEWAY, endpoints=(gateway_endpoint("dynamodb"),)),
        LIST,
        invocations=HUNG,
    ),
    "no VPC": world(calling(vpc_config=function().vpc_config), *network(), invocations=HUNG),
    "no way out, but it never hung": world(F, *network(), invocations=[succeeded()]),
    "no way out, and it failed by itself": world(F, *network(), invocations=[raised()]),
    "stopped at work": world(F, *network(), invocations=[timed_out(6, 5.8)]),
    "one of two subnets has a way": world(F, *network(BY_NAT, only_in_b=True, nat="available"), invocations=HUNG),
    "the NAT gateway itself leads nowhere": world(
        F, *network(BY_NAT, nat="available", nat_routes=()), invocations=HUNG
    ),
    "a route, and a security group that is shut": world(
        F, *network(BY_NAT, nat="available", egress=()), invocations=HUNG
    ),
    "a private address of another network": world(
        calling(variables={"DB_HOST": "10.9.0.7", "DB_PORT": "5432"}), *network(), invocations=HUNG
    ),
    "nothing is known of what it calls": world(
        calling(variables={"MODE": "debug", "HANDLER": "app.handler"}), *network(), invocations=HUNG
    ),
    "the network was not read, and it is well": world(F, invocations=[succeeded()], gaps=[gap("ec2:DescribeSubnets")]),
}

RULED_OUT = ("a NAT gateway", "an interface endpoint", "a gateway endpoint")
