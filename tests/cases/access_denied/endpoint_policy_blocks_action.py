import json
from typing import Any

from doctor.model.function import VpcConfig
from doctor.model.network import Vpc, VpcEndpoint
from doctor.testing.world import ACCOUNT, REGION, allow, denied, deny, document, function, queue, role, succeeded, world

QUEUE = queue()
SEND = ("sqs:SendMessage", QUEUE.arn)
ROLE = role(allow("sqs:*"))
INSIDE = function(role=ROLE.arn, vpc_config=VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-1",)))
OUTSIDE = function(role=ROLE.arn)
VPC = Vpc(arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/vpc-1", vpc_id="vpc-1", cidr_block="10.0.0.0/16")
IMPLICIT = "because no VPC endpoint policy allows the sqs:SendMessage action"
EXPLICIT = "with an explicit deny in a VPC endpoint policy"


def _endpoint(*statements: dict[str, Any], vpc: str = "vpc-1") -> VpcEndpoint:
    return VpcEndpoint(
        vpc_endpoint_id="vpce-1",
        arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint/vpce-1",
        vpc_endpoint_type="Interface",
        vpc_id=vpc,
        service_name=f"com.amazonaws.{REGION}.sqs",
        private_dns_enabled=True,
        state="available",
        policy_document=json.dumps(document(*({"Principal": "*", **one} for one in statements))),
    )


BROKEN = {
    "the endpoint allows other things only": world(
        INSIDE, ROLE, QUEUE, VPC, _endpoint(allow("sqs:ReceiveMessage")), invocations=[denied(*SEND, IMPLICIT)]
    ),
    "the endpoint denies it": world(
        INSIDE, ROLE, QUEUE, _endpoint(allow("*"), deny("sqs:Send*")), invocations=[denied(*SEND, EXPLICIT)]
    ),
    "an endpoint that was not seen": world(INSIDE, ROLE, QUEUE, invocations=[denied(*SEND, IMPLICIT)]),
}

HEALTHY = {
    "nothing was refused": world(
        INSIDE, ROLE, QUEUE, _endpoint(allow("sqs:ReceiveMessage")), invocations=[succeeded()]
    ),
    "the role's policies are what refuses": world(
        INSIDE, role(), QUEUE, _endpoint(allow("*")), invocations=[denied(*SEND)]
    ),
    "the function is not in the VPC": world(
        OUTSIDE, role(), QUEUE, _endpoint(allow("sqs:ReceiveMessage")), invocations=[denied(*SEND)]
    ),
    "the endpoint is in another VPC": world(
        INSIDE, role(), QUEUE, _endpoint(allow("sqs:ReceiveMessage"), vpc="vpc-2"), invocations=[denied(*SEND)]
    ),
    "mended since": world(INSIDE, ROLE, QUEUE, _endpoint(allow("*")), invocations=[denied(*SEND, IMPLICIT)]),
}
