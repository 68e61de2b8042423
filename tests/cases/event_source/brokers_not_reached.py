from doctor.model.backends import BrokerNodeGroupInfo, KafkaCluster
from doctor.model.network import IpPermission, SecurityGroup, UserIdGroupPair
from doctor.testing.world import ACCOUNT, REGION, feeds, function, gap, queue, world
from tests.cases.network.no_way_out import BY_NAT
from tests.networks import ALL, arn, network

F = function()
CLUSTER = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/orders/1"
ITSELF = IpPermission(
    ip_protocol="tcp", from_port=9098, to_port=9098, user_id_group_pairs=(UserIdGroupPair(group_id="sg-k"),)
)
POLLER = feeds(CLUSTER, F, last_processing_result="PROBLEM: Connection error. Please check your connection.")


def brokers(*admits: IpPermission):
    """A cluster in the private subnets, whose security group admits this and lets everything out."""
    return [
        SecurityGroup(
            arn=arn("security-group", "sg-k"),
            group_id="sg-k",
            vpc_id="vpc-1",
            ip_permissions=admits,
            ip_permissions_egress=(ALL,),
        ),
        KafkaCluster(
            cluster_arn=CLUSTER,
            cluster_name="orders",
            state="ACTIVE",
            broker_node_group_info=BrokerNodeGroupInfo(
                client_subnets=("subnet-a", "subnet-b"), security_groups=("sg-k",)
            ),
        ),
    ]


BROKEN = {
    "the group does not admit itself": world(F, POLLER, *network(BY_NAT, nat="available"), *brokers()),
    "no way to Lambda and STS": world(F, POLLER, *network(), *brokers(ITSELF)),
    "neither": world(F, POLLER, *network(), *brokers()),
    "nobody has noticed yet": world(F, feeds(CLUSTER, F), *network(), *brokers(ITSELF)),
}

HEALTHY = {
    "it admits itself, and there is a NAT gateway": world(
        F, POLLER, *network(BY_NAT, nat="available"), *brokers(ITSELF)
    ),
    "it is switched off": world(F, feeds(CLUSTER, F, state="Disabled"), *network(), *brokers()),
    "a queue": world(F, queue(), feeds(queue(), F), *network()),
    "a queue, and the network was not read": world(F, queue(), feeds(queue(), F), gaps=[gap("ec2:DescribeSubnets")]),
    "where the brokers are was not read": world(F, POLLER, *network()),
}
