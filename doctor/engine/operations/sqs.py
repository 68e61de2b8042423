"""SQS's writes: queue attributes, which AWS takes as strings."""

from msgspec.structs import replace

from doctor.engine.operations import properties
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.snapshot import Snapshot
from doctor.model.triggers import Queue


def set_visibility_timeout(queue: Queue, seconds: int) -> Step:
    """Hide received messages of a queue for ``seconds`` (0 to 43,200)."""
    return Step(name=f"hide messages of {arns.name(queue.arn)}", call=_set(queue, seconds))


def _url(queue: Queue) -> str:
    region, account, name = queue.arn.split(":")[3:6]
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"


def _set(queue: Queue, seconds: int) -> Call:
    return Call(
        service="sqs",
        operation="SetQueueAttributes",
        parameters={"QueueUrl": _url(queue), "Attributes": {"VisibilityTimeout": str(seconds)}},
        account=arns.account(queue.arn),
        region=arns.region(queue.arn),
    )


def _queue(world: World, call: Call) -> Queue:
    account, name = call.parameters["QueueUrl"].rsplit("/", 2)[1:]
    arn = f"arn:aws:sqs:{call.region}:{account}:{name}"
    found = world.get(arn, Queue)
    if found is None:
        raise LookupError(f"{call.name}: {arn} is not in the snapshot")
    return found


def _after(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    queue = _queue(World(snapshot), call)
    seconds = int(call.parameters["Attributes"]["VisibilityTimeout"])
    return snapshot.with_resources(replace(queue, visibility_timeout=seconds)), {}


def _undo(world: World, call: Call) -> Call:
    return _set(_queue(world, call), _queue(world, call).visibility_timeout)


OPERATIONS = {
    "sqs:SetQueueAttributes": Operation(
        effect=_after,
        touches=lambda world, call: touched(_queue(world, call), "VisibilityTimeout"),
        undo=_undo,
        settled=no_settle,
        actions=("sqs:SetQueueAttributes", "sqs:GetQueueAttributes"),
        as_code=properties.queue,
    ),
}
