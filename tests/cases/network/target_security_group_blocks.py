from doctor.model.network import IpPermission, IpRange, UserIdGroupPair
from doctor.testing.world import gap, raised, succeeded, world
from tests.cases.network.no_way_out import HUNG, calling
from tests.networks import ALL, DB_HOST, database, interface_endpoint, network

F = calling(variables={"DB_HOST": DB_HOST})
FROM_F = IpPermission(
    ip_protocol="tcp", from_port=5432, to_port=5432, user_id_group_pairs=(UserIdGroupPair(group_id="sg-f"),)
)
FROM_OTHERS = IpPermission(
    ip_protocol="tcp", from_port=5432, to_port=5432, user_id_group_pairs=(UserIdGroupPair(group_id="sg-x"),)
)
MYSQL = IpPermission(ip_protocol="tcp", from_port=3306, to_port=3306, ip_ranges=(IpRange(cidr_ip="10.0.0.0/16"),))
FROM_A = IpPermission(ip_protocol="tcp", from_port=5432, to_port=5432, ip_ranges=(IpRange(cidr_ip="10.0.0.0/24"),))

BROKEN = {
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
