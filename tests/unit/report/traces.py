"""Traces for the pages: one that gets through, one that does not, one that cannot be told, and one of a part."""

from doctor.model.function import Environment
from doctor.model.interfaces import PrefixList
from doctor.model.network import Route
from doctor.network.needs import traced
from doctor.network.reach import Reach
from doctor.testing.world import ACCOUNT, REGION, function, gap, snapshot
from tests.networks import ANY, IN_VPC, arn, gateway_endpoint, network

VARIABLES = {
    "DB_HOST": "db.example.com",
    "QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q",
    "TABLE": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t",
}
F = function(vpc_config=IN_VPC, environment=Environment(variables=VARIABLES))
BY_NAT = Route(destination_cidr_block=ANY, nat_gateway_id="nat-1")
BY_GATEWAY = Route(destination_prefix_list_id="pl-1", gateway_id="vpce-2")
LIST = PrefixList(
    arn=arn("aws-prefix-list", "pl-1"),
    prefix_list_id="pl-1",
    prefix_list_name=f"com.amazonaws.{REGION}.dynamodb",
    cidrs=("52.94.0.0/22",),
)
_NETWORK = network(BY_GATEWAY, endpoints=(gateway_endpoint("dynamodb"),))
_SHUT = snapshot(F, *_NETWORK, LIST)
_UNSEEN = snapshot(F, *_NETWORK, gaps=[gap("ec2:DescribeManagedPrefixLists")])
_HALF = snapshot(F, *network(BY_NAT, only_in_b=True, nat="available"))

SEVERAL = traced(Reach(_SHUT.resources), F)
UNSEEN = traced(Reach(_UNSEEN.resources, _UNSEEN.gaps), F)[1:2]
HALF = traced(Reach(_HALF.resources), F)[1:2]
UNREAD = ("its package was not read: clients in its source are not known",)
