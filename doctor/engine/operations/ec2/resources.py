"""What EC2's writes share: calls, and the resources that their parameters name."""

import hashlib
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Touched
from doctor.model.network import NetworkShape

S = TypeVar("S", bound=NetworkShape)
_MARKS = ("ClientToken", "TagSpecifications")
"""Parameters that tell one sending from another, not what is made."""


def call(near: NetworkShape, operation: str, **parameters: Any) -> Call:
    """A call in the account and region of a resource."""
    return Call(
        service="ec2",
        operation=operation,
        parameters=parameters,
        account=arns.account(near.arn),
        region=arns.region(near.arn),
    )


def arn(asked: Call, kind: str, identifier: str) -> str:
    """ARN of a resource in the account and region of a call."""
    return arns.ec2(asked.region, asked.account, kind, identifier)


def named(world: World, asked: Call, shape: type[S], kind: str, identifier: str) -> S:
    """The resource of that id.

    Raises:
        LookupError: it is not in the snapshot.
    """
    found = world.get(arn(asked, kind, identifier), shape)
    if found is None:
        raise LookupError(f"{asked.name}: {identifier} is not in the snapshot")
    return found


def once(asked: Call) -> Call:
    """A call with a token of its own, by which AWS makes one thing however often the call is sent."""
    digest = hashlib.sha256(msgspec.json.encode(asked, order="deterministic")).hexdigest()
    return replace(asked, parameters={**asked.parameters, "ClientToken": f"doctor-{digest[:32]}"})


def made(asked: Call, prefix: str) -> str:
    """The id that the model gives to what a call makes, whatever marks it is sent with: AWS gives another one."""
    bare = {name: value for name, value in asked.parameters.items() if name not in _MARKS}
    digest = hashlib.sha256(msgspec.json.encode((asked.operation, bare), order="deterministic")).hexdigest()
    return f"{prefix}-{digest[:17]}"


def nothing(_: World, __: Call) -> tuple[Touched, ...]:
    """Of what was there, a call that makes something sets nothing."""
    return ()
