from doctor.model.network import IpPermission, IpRange, UserIdGroupPair
from doctor.testing.world import gap, raised, succeeded, world
from tests.cases.network.no_way_out import BY_NAT, HUNG, calling
from tests.networks import ALL, but, database, interface_endpoint, network

F = calling()
FROM_F = IpPermission(
    ip_protocol="tcp", from_port=443, to_port=443, user_id_group_pairs=(UserIdGroupPair(group_id="sg-f"),)
)
HTTP = IpPermission(ip_protocol="tcp", from_port=80, to_port=80, ip_ranges=(IpRange(cidr_ip="10.0.0.0/16"),))
URL = "https://sqs.eu-west-1.amazonaws.com/"


def behind(*admits: IpPermission, **more):
    """The usual network with an endpoint of the queue's service whose group admits this."""
    return but(network(endpoints=(interface_endpoint("sqs"),), **more), "sg-e", ip_permissions=admits)


BROKEN = {
    "no rules": world(F, *behind(), invocations=HUNG),
    "HTTP only": world(F, *behind(HTTP), invocations=HUNG),
    "a NAT gateway would lead there, but the endpoint answers": world(
        F,
        *but(network(BY_NAT, nat="available", endpoints=(interface_endpoint("sqs"),)), "sg-e", ip_permissions=()),
        invocations=HUNG,
    ),
    "the SDK gave up first": world(
        F, *behind(), invocations=[raised("ConnectTimeoutError", f'Connect timeout on endpoint URL: "{URL}"')]
    ),
}

HEALTHY = {
    "everybody": world(F, *behind(ALL), invocations=HUNG),
    "the function's group": world(F, *behind(FROM_F), invocations=HUNG),
    "shut, and it never hung": world(F, *behind(), invocations=[succeeded()]),
    "an endpoint of another service": world(
        F,
        *but(network(BY_NAT, nat="available", endpoints=(interface_endpoint("sns"),)), "sg-e", ip_permissions=()),
        invocations=HUNG,
    ),
    "a database, not an endpoint": world(
        calling(variables={"DB_HOST": "db.abc.eu-west-1.rds.amazonaws.com"}), *network(), *database(), invocations=HUNG
    ),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
