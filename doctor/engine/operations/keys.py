"""KMS's writes: switching a key on and off, and who may use it."""

import json
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from doctor.engine.operations import documents, properties
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


def let_use(key: Key, role: str, actions: Iterable[str], condition: Mapping[str, str]) -> tuple[Step, ...]:
    """Let a role of the key's account use it, by a statement in the key's own policy; nothing where that was not seen.

    A role that a key's policy names needs no policy of its own for it. AWS refuses a policy by which its writer could not
    change it any more.

    Args:
        key: The key.
        role: ARN of the role.
        actions: ``kms:Decrypt``.
        condition: Condition keys with the value that each must equal: ``kms:ViaService``.
    """
    if key.policy is None or arns.account(role) != arns.account(key.arn):
        return ()
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": sorted(actions),
        "Resource": "*",
    }
    if condition:
        statement["Condition"] = {"StringEquals": dict(condition)}
    call = _put(key, json.dumps(documents.beside(key.policy, statement)))
    return (Step(name=f"let {arns.name(role)} use the key {arns.name(key.arn)}", call=call),)


def _put(key: Key, document: str) -> Call:
    return Call(
        service="kms",
        operation="PutKeyPolicy",
        parameters={"KeyId": key.arn, "PolicyName": "default", "Policy": document},
        account=arns.account(key.arn),
        region=arns.region(key.arn),
    )


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
        as_code=properties.key,
    )


def _governed(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    policy = json.loads(call.parameters["Policy"])
    return snapshot.with_resources(replace(_key(World(snapshot), call), policy=policy)), {}


OPERATIONS = {
    **{f"kms:{name}": _operation(name) for name in _STATES},
    "kms:PutKeyPolicy": Operation(
        effect=_governed,
        touches=lambda world, call: touched(_key(world, call), "Policy"),
        undo=lambda world, call: _put(_key(world, call), json.dumps(_key(world, call).policy)),
        settled=no_settle,
        actions=("kms:PutKeyPolicy", "kms:GetKeyPolicy", "kms:DescribeKey"),
        as_code=properties.key_policy,
    ),
}
