"""Egress-only internet gateways, by which a VPC sends IPv6: made, and taken back."""

from msgspec.structs import replace

from doctor.engine.operations.ec2.resources import arn, call, made, named, nothing, once
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import OWN, Call, Ref
from doctor.model.finding import Step
from doctor.model.network import EgressOnlyInternetGateway, InternetGatewayAttachment, Vpc
from doctor.model.snapshot import Snapshot

_NAME = "make an egress-only internet gateway"
_KIND = "egress-only-internet-gateway"
_PATH = "EgressOnlyInternetGateway.EgressOnlyInternetGatewayId"
MADE = Ref(step=_NAME, path=_PATH)
"""The gateway that the step makes."""


def make(vpc: Vpc) -> Step:
    """Make one for a VPC; it is attached with that."""
    return Step(name=_NAME, call=once(call(vpc, "CreateEgressOnlyInternetGateway", VpcId=vpc.vpc_id)))


def _created(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    identifier = made(asked, "eigw")
    gateway = EgressOnlyInternetGateway(
        arn=arn(asked, _KIND, identifier),
        egress_only_internet_gateway_id=identifier,
        attachments=(InternetGatewayAttachment(vpc_id=asked.parameters["VpcId"], state="attached"),),
    )
    answer = {"EgressOnlyInternetGateway": {"EgressOnlyInternetGatewayId": identifier}}
    return snapshot.with_resources(gateway), answer


def _delete(_: World, asked: Call) -> Call:
    parameters = {"EgressOnlyInternetGatewayId": Ref(step=OWN, path=_PATH)}
    return replace(asked, operation="DeleteEgressOnlyInternetGateway", parameters=parameters)


def _deleted(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    gone = arn(asked, _KIND, asked.parameters["EgressOnlyInternetGatewayId"])
    left = {key: one for key, one in snapshot.resources.items() if key != gone}
    return replace(snapshot, resources=left), {}


def _vpc(world: World, asked: Call) -> Vpc:
    return named(world, asked, Vpc, "vpc", asked.parameters["VpcId"])


OPERATIONS = {
    "ec2:CreateEgressOnlyInternetGateway": Operation(
        effect=_created,
        touches=lambda world, asked: touched(_vpc(world, asked), "CidrBlock"),
        part=nothing,
        makes=True,
        again=True,
        undo=_delete,
        settled=no_settle,  # it is attached when the call is answered
        actions=("ec2:CreateEgressOnlyInternetGateway", "ec2:DescribeEgressOnlyInternetGateways", "ec2:DescribeVpcs"),
    ),
    "ec2:DeleteEgressOnlyInternetGateway": Operation(
        effect=_deleted,
        touches=nothing,
        undo=lambda _world, _asked: None,
        undo_note="doctor deletes only egress-only internet gateways that it made",
        settled=no_settle,
        actions=("ec2:DeleteEgressOnlyInternetGateway",),
    ),
}
