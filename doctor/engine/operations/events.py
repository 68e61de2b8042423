"""EventBridge's writes: switching a rule on and off."""

from msgspec.structs import replace

from doctor.engine.operations import properties
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.snapshot import Snapshot
from doctor.model.triggers import EventRule

_STATES = {"EnableRule": "ENABLED", "DisableRule": "DISABLED"}


def enable(event_rule: EventRule) -> Step:
    """Let a rule match events, or keep its schedule, again."""
    call = Call(
        service="events",
        operation="EnableRule",
        parameters={"Name": event_rule.name, "EventBusName": event_rule.event_bus_name},
        account=arns.account(event_rule.arn),
        region=arns.region(event_rule.arn),
    )
    return Step(name=f"enable rule {event_rule.name}", call=call)


def _rule(world: World, call: Call) -> EventRule:
    bus, name = call.parameters["EventBusName"], call.parameters["Name"]
    place = name if bus == "default" else f"{bus}/{name}"
    arn = f"arn:aws:events:{call.region}:{call.account}:rule/{place}"
    found = world.get(arn, EventRule)
    if found is None:
        raise LookupError(f"{call.name}: {arn} is not in the snapshot")
    return found


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    return snapshot.with_resources(replace(_rule(World(snapshot), call), state=_STATES[call.operation])), {}


def _undo(world: World, call: Call) -> Call:
    before = _rule(world, call).state
    operation = next((name for name, state in _STATES.items() if state == before), "EnableRule")
    return replace(call, operation=operation)


def _operation(name: str) -> Operation:
    return Operation(
        effect=_after,
        touches=lambda world, call: touched(_rule(world, call), "State"),
        undo=_undo,
        settled=no_settle,
        actions=(f"events:{name}", "events:DescribeRule"),
        as_code=properties.event_rule,
    )


OPERATIONS = {f"events:{name}": _operation(name) for name in _STATES}
