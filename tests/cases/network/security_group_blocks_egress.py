from msgspec.structs import replace

from doctor.model.network import IpPermission, IpRange, PrefixListId, SecurityGroup, UserIdGroupPair
from doctor.testing.world import gap, raised, succeeded, world
from tests.cases.network.no_way_out import BY_GATEWAY, BY_NAT, HUNG, LIST, TABLE, calling
from tests.networks import ALL, ANY, DB_HOST, IN_VPC, arn, but, database, gateway_endpoint, network

F = calling()
INSIDE = IpPermission(ip_protocol="-1", ip_ranges=(IpRange(cidr_ip="10.0.0.0/16"),))
HTTPS = IpPermission(ip_protocol="tcp", from_port=443, to_port=443, ip_ranges=(IpRange(cidr_ip=ANY),))
BY_LIST = IpPermission(
    ip_protocol="tcp", from_port=443, to_port=443, prefix_list_ids=(PrefixListId(prefix_list_id="pl-1"),)
)
TO_DB = IpPermission(
    ip_protocol="tcp", from_port=5432, to_port=5432, user_id_group_pairs=(UserIdGroupPair(group_id="sg-d"),)
)
ON_TABLE = calling(variables={"TABLE": TABLE})
ON_DB = calling(variables={"DB_HOST": DB_HOST})
OPEN = SecurityGroup(
    arn=arn("security-group", "sg-open"), group_id="sg-open", vpc_id="vpc-1", ip_permissions_egress=(ALL,)
)
SHUT = replace(OPEN, arn=arn("security-group", "sg-shut"), group_id="sg-shut", ip_permissions_egress=())
OUT = {"nat": "available"}

BROKEN = {
    "no rules at all": world(F, *network(BY_NAT, **OUT, egress=()), invocations=HUNG),
    "only into the VPC": world(F, *network(BY_NAT, **OUT, egress=(INSIDE,)), invocations=HUNG),
    "another port": world(
        calling(variables={"API_HOST": "api.example.com", "API_PORT": "8443"}),
        *network(BY_NAT, **OUT, egress=(HTTPS,)),
        invocations=HUNG,
    ),
    "a gateway endpoint's addresses are public": world(
        ON_TABLE,
        *network(BY_GATEWAY, endpoints=(gateway_endpoint("dynamodb"),), egress=(INSIDE,)),
        LIST,
        invocations=HUNG,
    ),
    "the SDK gave up first": world(
        F,
        *network(BY_NAT, **OUT, egress=()),
        invocations=[raised("ConnectTimeoutError", "Connect timeout on endpoint URL")],
    ),
    "a database in the VPC": world(ON_DB, *network(egress=(HTTPS,)), *database(admits=(ALL,)), invocations=HUNG),
    "two groups, and neither admits it": world(
        calling(vpc_config=replace(IN_VPC, security_group_ids=("sg-f", "sg-shut"))),
        *network(BY_NAT, **OUT, egress=(INSIDE,)),
        SHUT,
        invocations=HUNG,
    ),
    "the ACL drops it as well": world(
        F,
        *but(network(BY_NAT, **OUT, egress=()), "acl-1", entries=()),
        invocations=HUNG,
    ),
}

HEALTHY = {
    "everything": world(F, *network(BY_NAT, **OUT), invocations=HUNG),
    "one of two groups admits it": world(
        calling(vpc_config=replace(IN_VPC, security_group_ids=("sg-f", "sg-open"))),
        *network(BY_NAT, **OUT, egress=()),
        OPEN,
        invocations=HUNG,
    ),
    "just what it needs": world(F, *network(BY_NAT, **OUT, egress=(HTTPS,)), invocations=HUNG),
    "the service's prefix list": world(
        ON_TABLE,
        *network(BY_GATEWAY, endpoints=(gateway_endpoint("dynamodb"),), egress=(BY_LIST,)),
        LIST,
        invocations=HUNG,
    ),
    "the database's group": world(ON_DB, *network(egress=(TO_DB,)), *database(admits=(ALL,)), invocations=HUNG),
    "shut, and it never hung": world(F, *network(BY_NAT, **OUT, egress=()), invocations=[succeeded()]),
    "no route, and the group is open": world(F, *network(), invocations=HUNG),
    "the target does not admit it": world(ON_DB, *network(), *database(), invocations=HUNG),
    "no VPC": world(
        calling(vpc_config=replace(IN_VPC, subnet_ids=())), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]
    ),
}
