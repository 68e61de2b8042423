"""Lambda's writes to event source mappings, the pollers between a queue or stream and a function."""

from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.engine.operations import properties
from doctor.engine.operations.operation import Operation, Response, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Settle, Step, Touched
from doctor.model.function import EventSourceMapping
from doctor.model.moments import rfc3339
from doctor.model.snapshot import Snapshot

_SETTLED_SECONDS = 120
_FIELDS = {
    "ScalingConfig": "scaling_config",
    "MaximumRetryAttempts": "maximum_retry_attempts",
    "BisectBatchOnFunctionError": "bisect_batch_on_function_error",
    "FunctionResponseTypes": "function_response_types",
    "BatchSize": "batch_size",
}
"""Parameters of UpdateEventSourceMapping that doctor sends, and the fields of a mapping that they set."""
_STATES = {True: "Enabled", False: "Disabled"}


def enable(mapping: EventSourceMapping) -> Step:
    """Let a poller poll again."""
    return _step("enable", mapping, Enabled=True)


def limit_concurrency(mapping: EventSourceMapping, most: int) -> Step:
    """Let a queue's poller invoke its function at most so many times at once (2 to 1,000)."""
    return _step("limit", mapping, ScalingConfig={"MaximumConcurrency": most})


def give_up_after(mapping: EventSourceMapping, retries: int) -> Step:
    """Let a stream's poller split a batch that fails, and leave a record behind after so many retries (0 to 10,000)."""
    return _step("limit the retries of", mapping, MaximumRetryAttempts=retries, BisectBatchOnFunctionError=True)


def report_failures(mapping: EventSourceMapping) -> Step:
    """Let a poller believe the function when it tells which records of a batch failed."""
    return _step("listen to failures in", mapping, FunctionResponseTypes=["ReportBatchItemFailures"])


def shrink_batches(mapping: EventSourceMapping, records: int) -> Step:
    """Let a poller give the function at most so many records at once (1 to 10,000)."""
    return _step("shrink the batches of", mapping, BatchSize=records)


def _step(verb: str, mapping: EventSourceMapping, **parameters: Any) -> Step:
    call = Call(
        service="lambda",
        operation="UpdateEventSourceMapping",
        parameters={"UUID": mapping.uuid, **parameters},
        account=arns.account(mapping.arn),
        region=arns.region(mapping.arn),
    )
    return Step(name=f"{verb} the poller of {arns.name(mapping.event_source_arn)}", call=call)


def _mapping(world: World, call: Call) -> EventSourceMapping:
    arn = f"arn:aws:lambda:{call.region}:{call.account}:event-source-mapping:{call.parameters['UUID']}"
    found = world.get(arn, EventSourceMapping)
    if found is None:
        raise LookupError(f"{call.name}: {arn} is not in the snapshot")
    return found


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    mapping = _mapping(World(snapshot), call)
    written = {name: call.parameters[name] for name in _FIELDS if name in call.parameters}
    if "Enabled" in call.parameters:
        written["State"] = _STATES[call.parameters["Enabled"]]
    changed = {**mapping.extra, "LastModified": rfc3339(snapshot.taken_at)}
    whole = {**msgspec.to_builtins(mapping), **written, "extra": changed}
    return snapshot.with_resources(msgspec.convert(whole, EventSourceMapping)), {}


def _touches(world: World, call: Call) -> tuple[Touched, ...]:
    names = [theirs for theirs in _FIELDS if theirs in call.parameters]
    return touched(_mapping(world, call), *names, "State", "FunctionArn")


def _undo(world: World, call: Call) -> Call:
    mapping = _mapping(world, call)
    before = {
        theirs: msgspec.to_builtins(getattr(mapping, ours))
        for theirs, ours in _FIELDS.items()
        if theirs in call.parameters
    }
    if "Enabled" in call.parameters:
        before["Enabled"] = mapping.state == _STATES[True]
    return replace(call, parameters={"UUID": mapping.uuid, **before})


def _settled(call: Call) -> Settle:
    enabled = call.parameters.get("Enabled")
    return Settle(
        call=replace(call, operation="GetEventSourceMapping", parameters={"UUID": call.parameters["UUID"]}),
        path="State",
        wanted=tuple(_STATES.values()) if enabled is None else (_STATES[enabled],),
        timeout=_SETTLED_SECONDS,
    )


OPERATIONS = {
    "lambda:UpdateEventSourceMapping": Operation(
        effect=_after,
        touches=_touches,
        undo=_undo,
        settled=_settled,
        actions=("lambda:UpdateEventSourceMapping", "lambda:GetEventSourceMapping"),
        as_code=properties.mapping,
    ),
}
