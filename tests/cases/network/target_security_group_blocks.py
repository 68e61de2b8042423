from doctor.model.backends import DBProxy, DBProxyTarget
from doctor.model.network import IpPermission, IpRange, SecurityGroup, UserIdGroupPair
from doctor.testing.world import ACCOUNT, REGION, gap, raised, succeeded, world
from tests.cases.network.no_way_out import HUNG, calling
from tests.networks import ALL, DB_HOST, arn, database, interface_endpoint, network

F = calling(variables={"DB_HOST": DB_HOST})
FROM_F = IpPermission(
    ip_protocol="tcp", from_port=5432, to_port=5432, user_id_group_pairs=(UserIdGroupPair(group_id="sg-f"),)
)
FROM_OTHERS = IpPermission(
    ip_protocol="tcp", from_port=5432, to_port=5432, user_id_group_pairs=(UserIdGroupPair(group_id="sg-x"),)
)
MYSQL = IpPermission(ip_protocol="tcp", from_port=3306, to_port=3306, ip_ranges=(IpRange(cidr_ip="10.0.0.0/16"),))
FROM_A = IpPermission(ip_protocol="tcp", from_port=5432, to_port=5432, ip_ranges=(IpRange(cidr_ip="10.0.0.0/24"),))

PROXY_HOST = f"p.proxy-abc.{REGION}.rds.amazonaws.com"
BY_PROXY = calling(variables={"DB_HOST": PROXY_HOST})


def proxy():
    """A proxy in front of the usual database, which everybody may reach."""
    return [
        SecurityGroup(
            arn=arn("security-group", "sg-p"),
            group_id="sg-p",
            vpc_id="vpc-1",
            ip_permissions=(ALL,),
            ip_permissions_egress=(ALL,),
        ),
        DBProxy(
            db_proxy_name="p",
            db_proxy_arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:db-proxy:p",
            status="available",
            engine_family="POSTGRESQL",
            endpoint=PROXY_HOST,
            vpc_id="vpc-1",
            vpc_subnet_ids=("subnet-a",),
            vpc_security_group_ids=("sg-p",),
            targets=(DBProxyTarget(rds_resource_id="db", endpoint=DB_HOST, port=5432),),
        ),
    ]


BROKEN = {
    "the proxy in front of it is not let in": world(
        BY_PROXY, *network(), *database(admits=(MYSQL,)), *proxy(), invocations=HUNG
    ),
    "no rules": world(F, *network(), *database(), invocations=HUNG),
    "somebody else's group": world(F, *network(), *database(admits=(FROM_OTHERS,)), invocations=HUNG),
    "another port": world(F, *network(), *database(admits=(MYSQL,)), invocations=HUNG),
    "the driver gave up first": world(
        F,
        *network(),
        *database(),
        invocations=[
            raised("OperationalError", f'connection to server at "{DB_HOST}", port 5432 failed: Connection timed out')
        ],
    ),
    "from one of its subnets only": world(F, *network(), *database(admits=(FROM_A,)), invocations=HUNG),
    "the function's own group is shut as well": world(F, *network(egress=()), *database(), invocations=HUNG),
}

HEALTHY = {
    "the function's group": world(F, *network(), *database(admits=(FROM_F,)), invocations=HUNG),
    "everybody": world(F, *network(), *database(admits=(ALL,)), invocations=HUNG),
    "shut, and it never hung": world(F, *network(), *database(), invocations=[succeeded()]),
    "it was refused: that is no group": world(
        F, *network(), *database(), invocations=[raised("OperationalError", "[Errno 111] Connection refused")]
    ),
    "the function's own group is shut, the target is open": world(
        F, *network(egress=()), *database(admits=(ALL,)), invocations=HUNG
    ),
    "an endpoint": world(calling(), *network(endpoints=(interface_endpoint("sqs"),)), invocations=HUNG),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
