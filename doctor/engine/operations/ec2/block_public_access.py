"""What VPC Block Public Access leaves alone: exclusions, made and taken back."""

from msgspec.structs import replace

from doctor.engine.operations.ec2.resources import arn, call, made, named, nothing
from doctor.engine.operations.operation import Operation, Response, touched
from doctor.engine.world import World
from doctor.model.call import OWN, Call, Ref
from doctor.model.finding import Settle, Step
from doctor.model.interfaces import VpcBlockPublicAccessExclusion
from doctor.model.network import Vpc
from doctor.model.snapshot import Snapshot

_KIND = "vpc-block-public-access-exclusion"
_PATH = "VpcBlockPublicAccessExclusion.ExclusionId"
_SECONDS = 600


def exclude(vpc: Vpc) -> Step:
    """Let a VPC reach the internet, and not be reached from there."""
    parameters = {"VpcId": vpc.vpc_id, "InternetGatewayExclusionMode": "allow-egress"}
    return Step(
        name=f"exclude {vpc.vpc_id} from Block Public Access, egress only",
        call=call(vpc, "CreateVpcBlockPublicAccessExclusion", **parameters),
    )


def _vpc(world: World, asked: Call) -> Vpc:
    return named(world, asked, Vpc, "vpc", asked.parameters["VpcId"])


def _created(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    vpc = _vpc(World(snapshot), asked)
    identifier = made(asked, "vpcbpa-exclude")
    exclusion = VpcBlockPublicAccessExclusion(
        arn=arn(asked, _KIND, identifier),
        exclusion_id=identifier,
        internet_gateway_exclusion_mode=asked.parameters["InternetGatewayExclusionMode"],
        resource_arn=vpc.arn,
        state="create-complete",
    )
    return snapshot.with_resources(exclusion), {"VpcBlockPublicAccessExclusion": {"ExclusionId": identifier}}


def _delete(_: World, asked: Call) -> Call:
    parameters = {"ExclusionId": Ref(step=OWN, path=_PATH)}
    return replace(asked, operation="DeleteVpcBlockPublicAccessExclusion", parameters=parameters)


def _deleted(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    gone = arn(asked, _KIND, asked.parameters["ExclusionId"])
    left = {key: one for key, one in snapshot.resources.items() if key != gone}
    return replace(snapshot, resources=left), {}


def _settled(asked: Call) -> Settle:
    """Minutes pass until packets are let through."""
    resource = arn(asked, "vpc", asked.parameters["VpcId"])
    states = ["create-in-progress", "create-complete", "create-failed"]
    filters = [{"Name": "resource-arn", "Values": [resource]}, {"Name": "state", "Values": states}]
    return Settle(
        call=replace(asked, operation="DescribeVpcBlockPublicAccessExclusions", parameters={"Filters": filters}),
        path="VpcBlockPublicAccessExclusions.0.State",
        wanted=("create-complete",),
        failed=("create-failed",),
        timeout=_SECONDS,
    )


def _gone(asked: Call) -> Settle:
    filters = [{"Name": "state", "Values": ["delete-in-progress", "delete-complete"]}]
    there = {"ExclusionIds": [asked.parameters["ExclusionId"]], "Filters": filters}
    return Settle(
        call=replace(asked, operation="DescribeVpcBlockPublicAccessExclusions", parameters=there),
        path="VpcBlockPublicAccessExclusions.0.State",
        wanted=("delete-complete",),
        timeout=_SECONDS,
    )


_READ = "ec2:DescribeVpcBlockPublicAccessExclusions"
OPERATIONS = {
    "ec2:CreateVpcBlockPublicAccessExclusion": Operation(
        effect=_created,
        touches=lambda world, asked: touched(_vpc(world, asked), "CidrBlock"),
        part=nothing,
        makes=True,
        undo=_delete,
        settled=_settled,
        actions=("ec2:CreateVpcBlockPublicAccessExclusion", _READ, "ec2:DescribeVpcs"),
    ),
    "ec2:DeleteVpcBlockPublicAccessExclusion": Operation(
        effect=_deleted,
        touches=nothing,
        undo=lambda _world, _asked: None,
        undo_note="doctor deletes only exclusions that it made",
        settled=_gone,
        actions=("ec2:DeleteVpcBlockPublicAccessExclusion", _READ),
    ),
}
