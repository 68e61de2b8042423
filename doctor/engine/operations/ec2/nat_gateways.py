"""NAT gateways with their addresses: made, and taken back."""

from msgspec.structs import replace

from doctor.engine.operations.ec2.resources import arn, call, made, named, nothing, once
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import OWN, Call, Ref
from doctor.model.finding import Settle, Step
from doctor.model.interfaces import Address
from doctor.model.network import NatGateway, NatGatewayAddress, Subnet
from doctor.model.snapshot import Snapshot

_SECONDS = 600
ADDRESS, NAT = "take an address", "make a NAT gateway"
"""Names of the steps, to which later ones refer."""
MADE = Ref(step=NAT, path="NatGateway.NatGatewayId")
"""The NAT gateway that the step makes."""


def make(subnet: Subnet) -> tuple[Step, Step]:
    """Take an elastic address, and make a NAT gateway with it in a public subnet."""
    address = Ref(step=ADDRESS, path="AllocationId")
    parameters = {"SubnetId": subnet.subnet_id, "AllocationId": address}
    return (
        Step(name=ADDRESS, call=call(subnet, "AllocateAddress", Domain="vpc")),
        Step(name=NAT, call=once(call(subnet, "CreateNatGateway", **parameters))),
    )


def _allocated(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    identifier = made(asked, "eipalloc")
    address = Address(arn=arn(asked, "elastic-ip", identifier), public_ip="198.51.100.1", allocation_id=identifier)
    return snapshot.with_resources(address), {"AllocationId": identifier}


def _release(_: World, asked: Call) -> Call:
    parameters = {"AllocationId": Ref(step=OWN, path="AllocationId")}
    return replace(asked, operation="ReleaseAddress", parameters=parameters)


def _without(snapshot: Snapshot, key: str) -> Snapshot:
    left = {one: found for one, found in snapshot.resources.items() if one != key}
    return replace(snapshot, resources=left)


def _released(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    return _without(snapshot, arn(asked, "elastic-ip", asked.parameters["AllocationId"])), {}


def _created(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    subnet = _subnet(World(snapshot), asked)
    identifier = made(asked, "nat")
    nat = NatGateway(
        arn=arn(asked, "natgateway", identifier),
        nat_gateway_id=identifier,
        subnet_id=subnet.subnet_id,
        vpc_id=subnet.vpc_id,
        state="available",
        nat_gateway_addresses=(NatGatewayAddress(public_ip="198.51.100.1"),),
    )
    return snapshot.with_resources(nat), {"NatGateway": {"NatGatewayId": identifier}}


def _subnet(world: World, asked: Call) -> Subnet:
    return named(world, asked, Subnet, "subnet", asked.parameters["SubnetId"])


def _delete(_: World, asked: Call) -> Call:
    parameters = {"NatGatewayId": Ref(step=OWN, path="NatGateway.NatGatewayId")}
    return replace(asked, operation="DeleteNatGateway", parameters=parameters)


def _deleted(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    return _without(snapshot, arn(asked, "natgateway", asked.parameters["NatGatewayId"])), {}


def _settled(asked: Call, state: str) -> Settle:
    told = asked.parameters
    by = {"subnet-id": told["SubnetId"]} if "SubnetId" in told else {"nat-gateway-id": told["NatGatewayId"]}
    states = ["pending", "available", "failed"] if state == "available" else ["deleting", "deleted", "available"]
    filters = [{"Name": name, "Values": [value]} for name, value in by.items()]
    return Settle(
        call=replace(
            asked,
            operation="DescribeNatGateways",
            parameters={"Filter": [*filters, {"Name": "state", "Values": states}]},
        ),
        path="NatGateways.0.State",
        wanted=(state,),
        failed=("failed",),
        timeout=_SECONDS,
    )


OPERATIONS = {
    "ec2:AllocateAddress": Operation(
        effect=_allocated,
        touches=nothing,
        makes=True,
        undo=_release,
        settled=no_settle,
        actions=("ec2:AllocateAddress",),
    ),
    "ec2:ReleaseAddress": Operation(
        effect=_released,
        touches=nothing,
        undo=lambda _world, _asked: None,
        undo_note="doctor releases only addresses that it took",
        settled=no_settle,
        actions=("ec2:ReleaseAddress",),
    ),
    "ec2:CreateNatGateway": Operation(
        effect=_created,
        touches=lambda world, asked: touched(_subnet(world, asked), "CidrBlock"),
        part=nothing,
        makes=True,
        again=True,
        undo=_delete,
        settled=lambda asked: _settled(asked, "available"),
        actions=("ec2:CreateNatGateway", "ec2:DescribeNatGateways", "ec2:DescribeSubnets"),
    ),
    "ec2:DeleteNatGateway": Operation(
        effect=_deleted,
        touches=nothing,
        undo=lambda _world, _asked: None,
        undo_note="doctor deletes only NAT gateways that it made",
        settled=lambda asked: _settled(asked, "deleted"),
        actions=("ec2:DeleteNatGateway", "ec2:DescribeNatGateways"),
    ),
}
