"""What a plan does beside what it is for: who else shares what it changes, what it costs, and whether it may be sent."""

from collections.abc import Iterable, Iterator, Sequence

from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.decision import Decision
from doctor.model.finding import Step
from doctor.model.function import EventSourceMapping, Function
from doctor.model.identity import Role, User
from doctor.model.network import RouteTable
from doctor.model.telemetry import Invocation
from doctor.model.triggers import EventRule

_NAMED = 5
"""So many functions are named; of more the number."""
_MONTH = 30 * 86_400
"""Seconds."""
GIGABYTE_SECOND = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
"""US dollars of the first tier, by architecture: https://aws.amazon.com/lambda/pricing/ (most regions; a few are dearer)."""


def shared(world: World, steps: Iterable[Step], mine: Iterable[str]) -> tuple[list[str], list[str]]:
    """One line for each thing that the steps change and that other functions use too, and what of that was not seen.

    Args:
        world: What is known.
        steps: What is sent.
        mine: ARNs of the functions that the plan is for.
    """
    seen, unseen = [], []
    own = {arns.unqualified(arn) for arn in mine if ":function:" in arn}
    for step in steps:
        what, users = _users(world, step.call)
        others = sorted({arns.name(arn) for arn in users if arns.unqualified(arn) not in own})
        if others:
            named = ", ".join(others[:_NAMED]) + (f" and {len(others) - _NAMED} more" if len(others) > _NAMED else "")
            seen.append(f"{what} is shared: the change reaches {named} too")
        if what and world.snapshot.scope.functions:
            names = ", ".join(world.snapshot.scope.functions)
            unseen.append(f"only {names} was looked at: which other functions use {what} was not seen")
    return seen, unseen


def _users(world: World, call: Call) -> tuple[str, list[str]]:
    """A thing that functions can share, in words, and the functions that use it; empty: the call changes no such thing."""
    parameters = call.parameters
    if call.service == "iam" and "RoleName" in parameters:
        roles = [one for one in world.all(Role) if one.role_name == parameters["RoleName"]]
        return f"role {parameters['RoleName']}", [one.arn for role in roles for one in world.running_as(role.arn)]
    if "QueueUrl" in parameters:
        name = str(parameters["QueueUrl"]).rsplit("/", 1)[-1]
        pollers = [one for one in world.all(EventSourceMapping) if arns.name(one.event_source_arn) == name]
        return f"queue {name}", [one.function_arn for one in pollers]
    if call.service == "events" and "Name" in parameters:
        rules = [one for one in world.all(EventRule) if one.name == parameters["Name"]]
        targets = [target.arn for one in rules for target in one.targets if ":function:" in target.arn]
        return f"event rule {parameters['Name']}", targets
    if "RouteTableId" in parameters:
        return f"route table {parameters['RouteTableId']}", _behind(world, str(parameters["RouteTableId"]))
    if "GroupId" in parameters:
        group = str(parameters["GroupId"])
        inside = [one.arn for one in world.all(Function) if group in one.vpc_config.security_group_ids]
        return f"security group {group}", inside
    return "", []


def _behind(world: World, table: str) -> list[str]:
    """The functions in subnets that a route table is associated with; the main one's subnets have no association."""
    found = [one for one in world.all(RouteTable) if one.route_table_id == table]
    subnets = {link.subnet_id for one in found for link in one.associations if link.subnet_id}
    return [one.arn for one in world.all(Function) if subnets & set(one.vpc_config.subnet_ids)]


def cost(world: World, steps: Iterable[Step]) -> Iterator[str]:
    """What the steps change on the monthly bill, as far as it follows from what ran in the window."""
    for step in steps:
        before = {one.field: one.before for one in step.writes}
        function = world.get(str(step.call.parameters.get("FunctionName", "")), Function)
        if function is None:
            continue
        if "MemorySize" in before:
            yield _of_memory(world, function, int(step.call.parameters["MemorySize"]) - int(before["MemorySize"]))
        if "Timeout" in before:
            yield _of_timeout(world, function, int(step.call.parameters["Timeout"]) - int(before["Timeout"]))


def _of_memory(world: World, function: Function, megabytes: int) -> str:
    billed = [one.billed_duration for one in _ran(world, function) if one.billed_duration is not None]
    if not billed:
        return f"{megabytes:+d} MB: not estimated, no invocation of {function.function_name} was seen"
    dollars = _monthly(world, function, megabytes, sum(billed) / 1000)
    return f"{megabytes:+d} MB: about {dollars:+.2f} USD a month at the traffic seen, if it runs as long as before"


def _of_timeout(world: World, function: Function, seconds: int) -> str:
    stopped = [one for one in _ran(world, function) if one.status == "timeout"]
    dollars = _monthly(world, function, function.memory_size, len(stopped) * seconds)
    return (
        f"{seconds:+d} s: at most {dollars:+.2f} USD a month, if all that was stopped at the limit runs to the new one"
    )


def _monthly(world: World, function: Function, megabytes: int, seconds: float) -> float:
    architecture = function.architectures[0] if function.architectures else "x86_64"
    price = GIGABYTE_SECOND.get(architecture, GIGABYTE_SECOND["x86_64"])
    return megabytes / 1024 * seconds * price * _MONTH / world.snapshot.scope.window


def _ran(world: World, function: Function) -> list[Invocation]:
    return [one for version in world.versions(function) for one in world.invocations(version)]


def permitted(world: World, steps: Sequence[Step]) -> tuple[tuple[Decision, ...], str]:
    """Whether whoever applies may send each call and its undo: what the policies decide, or why that was not seen."""
    identity = world.snapshot.identity
    if identity is None:
        return (), "who would apply it was not seen, so neither was whether they may"
    holder = world.get(identity.arn, User) or _role(world, identity.arn)
    if holder is None:
        gaps = (f" ({gap.call.name}: {gap.error})" for gap in world.snapshot.gaps if gap.resource == identity.arn)
        why = next(gaps, "")
        return (), f"whether {identity.arn} may make these calls was not seen: its policies were not read{why}"
    calls = [call for step in steps for call in (step.call, step.undo) if call is not None]
    decisions = (one for call in calls for one in world.authority.decide_as(identity.arn, holder, call))
    return tuple({(one.action, one.resource): one for one in decisions}.values()), ""


def _role(world: World, principal: str) -> Role | None:
    """The role of a session, if the snapshot holds it; the session's ARN leaves the role's path out."""
    if ":assumed-role/" not in principal:
        return None
    name = principal.split("/")[1]
    return next(
        (one for one in world.all(Role) if (one.role_name, arns.account(one.arn)) == (name, arns.account(principal))),
        None,
    )
