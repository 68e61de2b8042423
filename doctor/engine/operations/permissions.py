"""Lambda's writes to resource policies: who may invoke a function, a version or an alias."""

import hashlib
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.function import Alias, Function
from doctor.model.snapshot import Snapshot


def let_invoke(target: Function | Alias, principal: str, source: str) -> Step:
    """Let a service invoke a version or an alias, for one of its resources: ``events.amazonaws.com`` for a rule's ARN."""
    digest = hashlib.sha256(f"{principal} {source}".encode()).hexdigest()
    call = _call(
        target.arn,
        "AddPermission",
        StatementId=f"doctor-{digest[:12]}",
        Action="lambda:InvokeFunction",
        Principal=principal,
        SourceArn=source,
    )
    return Step(name=f"let {arns.name(source)} invoke it", call=call)


def _call(target: str, operation: str, **parameters: str) -> Call:
    qualifier = arns.qualifier(target)
    named = {} if qualifier == "$LATEST" else {"Qualifier": qualifier}
    return Call(
        service="lambda",
        operation=operation,
        parameters={"FunctionName": arns.unqualified(target), **named, **parameters},
        account=arns.account(target),
        region=arns.region(target),
    )


def _owner(world: World, call: Call) -> Function | Alias:
    """The version or alias whose policy a call is about: each has its own."""
    name = call.parameters["FunctionName"]
    arn = f"{name}:{call.parameters['Qualifier']}" if "Qualifier" in call.parameters else name
    found = world.get(arn, Function) or world.get(arn, Alias)
    if found is None:
        raise LookupError(f"{call.name}: {arn} is not in the snapshot")
    return found


def _statements(owner: Function | Alias) -> list[dict[str, Any]]:
    found = (owner.policy or {}).get("Statement", [])
    return found if isinstance(found, list) else [found]


def _with(owner: Function | Alias, statements: list[dict[str, Any]]) -> Function | Alias:
    """The owner with a policy of these statements; without any there is no policy."""
    known = owner.policy or {"Version": "2012-10-17", "Id": "default"}
    return replace(owner, policy={**known, "Statement": statements} if statements else None)


def _added(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    owner, parameters = _owner(World(snapshot), call), call.parameters
    statement = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": {"Service": parameters["Principal"]},
        "Action": parameters["Action"],
        "Resource": owner.arn,
        "Condition": {"ArnLike": {"AWS:SourceArn": parameters["SourceArn"]}},
    }
    return snapshot.with_resources(_with(owner, [*_statements(owner), statement])), {}


def _removed(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    owner = _owner(World(snapshot), call)
    left = [one for one in _statements(owner) if one.get("Sid") != call.parameters["StatementId"]]
    return snapshot.with_resources(_with(owner, left)), {}


def _remove(world: World, call: Call) -> Call:
    return _call(_owner(world, call).arn, "RemovePermission", StatementId=call.parameters["StatementId"])


OPERATIONS = {
    "lambda:AddPermission": Operation(
        effect=_added,
        touches=lambda world, call: touched(_owner(world, call), "Policy"),
        undo=_remove,
        settled=no_settle,
        actions=("lambda:AddPermission", "lambda:GetPolicy", "lambda:GetFunctionConfiguration", "lambda:GetAlias"),
    ),
    "lambda:RemovePermission": Operation(
        effect=_removed,
        touches=lambda world, call: touched(_owner(world, call), "Policy"),
        undo=lambda _world, _call: None,
        undo_note="doctor removes only statements that it added",
        settled=no_settle,
        actions=("lambda:RemovePermission", "lambda:GetPolicy"),
    ),
}
