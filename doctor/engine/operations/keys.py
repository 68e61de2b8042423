"""KMS's writes: switching a key on and off."""

from msgspec.structs import replace

from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.snapshot import Snapshot
from doctor.model.sources import Key

_STATES = {"EnableKey": ("Enabled", True), "DisableKey": ("Disabled", False)}


def enable(key: Key) -> Step:
    """Let a key that was switched off be used again."""
    call = Call(
        service="kms",
        operation="EnableKey",
        parameters={"KeyId": key.arn},
        account=arns.account(key.arn),
        region=arns.region(key.arn),
    )
    return Step(name=f"enable the key {arns.name(key.arn)}", call=call)


def _key(world: World, call: Call) -> Key:
    found = world.get(call.parameters["KeyId"], Key)
    if found is None:
        raise LookupError(f"{call.name}: {call.parameters['KeyId']} is not in the snapshot")
    return found


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    state, enabled = _STATES[call.operation]
    return snapshot.with_resources(replace(_key(World(snapshot), call), key_state=state, enabled=enabled)), {}


def _undo(world: World, call: Call) -> Call:
    before = _key(world, call).key_state
    return replace(call, operation=next(name for name, (state, _) in _STATES.items() if state == before))


def _operation(name: str) -> Operation:
    return Operation(
        effect=_after,
        touches=lambda world, call: touched(_key(world, call), "KeyState"),
        undo=_undo,
        settled=no_settle,
        actions=(f"kms:{name}", "kms:DescribeKey"),
    )


OPERATIONS = {f"kms:{name}": _operation(name) for name in _STATES}
