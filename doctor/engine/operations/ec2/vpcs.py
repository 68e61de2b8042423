"""A VPC's DNS attributes."""

from msgspec.structs import replace

from doctor.engine.operations import properties
from doctor.engine.operations.ec2.resources import call, named
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.network import Vpc
from doctor.model.snapshot import Snapshot

_ATTRIBUTES = {"EnableDnsSupport": "enable_dns_support", "EnableDnsHostnames": "enable_dns_hostnames"}


def turn_on_dns(vpc: Vpc, attribute: str) -> Step:
    """Turn on ``EnableDnsSupport`` or ``EnableDnsHostnames``: AWS takes one of them in a call."""
    parameters = {"VpcId": vpc.vpc_id, attribute: {"Value": True}}
    return Step(name=f"turn on {attribute} of {vpc.vpc_id}", call=call(vpc, "ModifyVpcAttribute", **parameters))


def _vpc(world: World, asked: Call) -> Vpc:
    return named(world, asked, Vpc, "vpc", asked.parameters["VpcId"])


def _attribute(asked: Call) -> str:
    return next(name for name in _ATTRIBUTES if name in asked.parameters)


def _modified(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    name = _attribute(asked)
    changed = replace(_vpc(World(snapshot), asked), **{_ATTRIBUTES[name]: asked.parameters[name]["Value"]})
    return snapshot.with_resources(changed), {}


def _undo(world: World, asked: Call) -> Call:
    name = _attribute(asked)
    before = bool(getattr(_vpc(world, asked), _ATTRIBUTES[name]))
    return replace(asked, parameters={**asked.parameters, name: {"Value": before}})


OPERATIONS = {
    "ec2:ModifyVpcAttribute": Operation(
        effect=_modified,
        touches=lambda world, asked: touched(_vpc(world, asked), _attribute(asked)),
        undo=_undo,
        settled=no_settle,
        actions=("ec2:ModifyVpcAttribute", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs"),
        as_code=properties.vpc,
    ),
}
