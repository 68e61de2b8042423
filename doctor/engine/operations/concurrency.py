"""Lambda's writes to reserved concurrency, which is a function's, whatever its versions."""

from msgspec.structs import replace

from doctor.engine.operations import properties
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.function import Function
from doctor.model.snapshot import Snapshot

_FIELD = "ReservedConcurrentExecutions"


def reserve(function: Function, executions: int) -> Step:
    """Reserve ``executions`` of the account's concurrency for a function: no fewer are left to it, and no more."""
    return Step(name=f"reserve {executions}", call=_put(arns.unqualified(function.arn), executions))


def release(function: Function) -> Step:
    """Let a function share the account's unreserved concurrency."""
    return Step(name="release the reservation", call=_delete(arns.unqualified(function.arn)))


def _put(arn: str, executions: int) -> Call:
    return _call("PutFunctionConcurrency", arn, {_FIELD: executions})


def _delete(arn: str) -> Call:
    return _call("DeleteFunctionConcurrency", arn, {})


def _call(operation: str, arn: str, parameters: dict[str, int]) -> Call:
    return Call(
        service="lambda",
        operation=operation,
        parameters={"FunctionName": arn, **parameters},
        account=arns.account(arn),
        region=arns.region(arn),
    )


def _function(world: World, call: Call) -> Function:
    found = world.get(call.parameters["FunctionName"], Function)
    if found is None:
        raise LookupError(f"{call.name}: {call.parameters['FunctionName']} is not in the snapshot")
    return found


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    """The reservation, and what that leaves to the functions that have none."""
    function = _function(World(snapshot), call)
    before, after = function.reserved_concurrent_executions, call.parameters.get(_FIELD)
    changed = snapshot.with_resources(replace(function, reserved_concurrent_executions=after))
    limit = snapshot.account_limit
    if limit is None:
        return changed, {}
    left = limit.unreserved_concurrent_executions + (before or 0) - (after or 0)
    return replace(changed, account_limit=replace(limit, unreserved_concurrent_executions=left)), {}


def _undo(world: World, call: Call) -> Call:
    function = _function(world, call)
    before = function.reserved_concurrent_executions
    return _delete(function.arn) if before is None else _put(function.arn, before)


def _operation(name: str) -> Operation:
    return Operation(
        effect=_after,
        touches=lambda world, call: touched(_function(world, call), _FIELD),
        undo=_undo,
        settled=no_settle,
        actions=(f"lambda:{name}", "lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration"),
        as_code=properties.function,
    )


OPERATIONS = {f"lambda:{name}": _operation(name) for name in ("PutFunctionConcurrency", "DeleteFunctionConcurrency")}
