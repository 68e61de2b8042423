"""Lambda's writes: configuration, publishing a version, moving an alias."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.engine.operations import properties
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Settle, Step, Touched
from doctor.model.function import Alias, Function, VpcConfig
from doctor.model.moments import rfc3339
from doctor.model.snapshot import Snapshot

_SETTLED_SECONDS = 120
_CONFIGURATION = {
    "Timeout": "timeout",
    "MemorySize": "memory_size",
    "EphemeralStorage": "ephemeral_storage",
    "Handler": "handler",
    "LoggingConfig": "logging_config",
    "VpcConfig": "vpc_config",
    "Description": "description",
}
"""Parameters of UpdateFunctionConfiguration that doctor sends, and the fields of a function that they set."""


def set_timeout(function: Function, seconds: int) -> Step:
    """Give a function ``seconds`` to run (1 to 900). For a published version the plan publishes and moves its aliases."""
    return _configure(function, Timeout=seconds)


def set_memory_size(function: Function, megabytes: int) -> Step:
    """Give a function ``megabytes`` of memory (128 to 10,240), and CPU in proportion."""
    return _configure(function, MemorySize=megabytes)


def set_ephemeral_storage(function: Function, megabytes: int) -> Step:
    """Give a function ``megabytes`` of ``/tmp`` (512 to 10,240)."""
    return _configure(function, EphemeralStorage={"Size": megabytes})


def set_handler(function: Function, handler: str) -> Step:
    """Make Lambda call another function of the package: ``module.function``."""
    return _configure(function, Handler=handler)


def set_log_level(function: Function, level: str) -> Step:
    """Let a function that logs in JSON write lines of ``level`` and above: its own, and Lambda's."""
    kept = msgspec.to_builtins(function.logging_config)
    return _configure(function, LoggingConfig={**kept, "ApplicationLogLevel": level, "SystemLogLevel": level})


def set_subnets(function: Function, subnets: Iterable[str]) -> Step:
    """Put a function into these subnets, with the security groups that it has."""
    return _place(function, SubnetIds=[*subnets])


def allow_ipv6(function: Function) -> Step:
    """Let a function in dual-stack subnets send by IPv6 as well."""
    return _place(function, Ipv6AllowedForDualStack=True)


def _place(function: Function, **parameters: Any) -> Step:
    return _configure(function, VpcConfig={**_sent(function.vpc_config), **parameters})


def _sent(value: Any) -> Any:
    """A setting as it is sent: the VPC follows from the subnets, and is told only in answers."""
    plain = msgspec.to_builtins(value)
    return {name: plain[name] for name in plain if name != "VpcId"} if isinstance(value, VpcConfig) else plain


def _received(before: Any, sent: Any) -> Any:
    """A setting as it is after it was sent."""
    after = msgspec.convert(sent, type(before))
    return replace(after, vpc_id=before.vpc_id) if isinstance(before, VpcConfig) else after


def renew(function: Function) -> Step:
    """Make Lambda start new environments by an update of nothing but a mark in the description (256 characters at most)."""
    mark = " (environments renewed)"
    plain = function.description.removesuffix(mark)
    return _configure(
        function, Description=plain if plain != function.description else f"{plain[: 256 - len(mark)]}{mark}"
    )


def _configure(function: Function, **parameters: Any) -> Step:
    return Step(
        name="configure",
        call=_call(function.arn, "UpdateFunctionConfiguration", FunctionName=function.arn, **parameters),
    )


def publish_version(function: Function, description: str) -> Step:
    """Publish ``$LATEST`` as it stands after the steps before; refused by AWS when its code is no longer this one."""
    arn = arns.unqualified(function.arn)
    call = _call(
        arn,
        "PublishVersion",
        FunctionName=arn,
        CodeSha256=function.code_sha256,
        Description=description,
    )
    return Step(name="publish", call=call)


def move_alias(alias: Alias, version: Any) -> Step:
    """Make an alias lead to ``version`` (a number as text, or the ``Ref`` of a publishing step)."""
    call = _call(
        alias.arn,
        "UpdateAlias",
        FunctionName=arns.unqualified(alias.arn),
        Name=alias.name,
        FunctionVersion=version,
    )
    return Step(name=f"move alias {alias.name}", call=call)


def _call(arn: str, operation: str, **parameters: Any) -> Call:
    return Call(
        service="lambda",
        operation=operation,
        parameters=parameters,
        account=arns.account(arn),
        region=arns.region(arn),
    )


def _function(world: World, call: Call) -> Function:
    """The function that a call names, which the plan made sure to be there."""
    found = world.get(call.parameters["FunctionName"], Function)
    if found is None:
        raise LookupError(f"{call.name}: {call.parameters['FunctionName']} is not in the snapshot")
    return found


def _alias(world: World, call: Call) -> Alias:
    arn = f"{call.parameters['FunctionName']}:{call.parameters['Name']}"
    found = world.get(arn, Alias)
    if found is None:
        raise LookupError(f"{call.name}: {arn} is not in the snapshot")
    return found


# UpdateFunctionConfiguration


def _configured(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    function = _function(World(snapshot), call)
    values = {
        ours: _received(getattr(function, ours), call.parameters[theirs])
        for theirs, ours in _CONFIGURATION.items()
        if theirs in call.parameters
    }
    changed = replace(function, **values, last_modified=rfc3339(snapshot.taken_at))
    return snapshot.with_resources(changed), {}


def _configuration_touched(world: World, call: Call) -> tuple[Touched, ...]:
    names = [theirs for theirs in _CONFIGURATION if theirs in call.parameters]
    return touched(_function(world, call), *names, "CodeSha256")


def _configure_back(world: World, call: Call) -> Call:
    function = _function(world, call)
    before = {
        theirs: _sent(getattr(function, ours)) for theirs, ours in _CONFIGURATION.items() if theirs in call.parameters
    }
    return replace(call, parameters={"FunctionName": call.parameters["FunctionName"], **before})


def _configuration_settled(call: Call) -> Settle:
    return Settle(
        call=replace(
            call, operation="GetFunctionConfiguration", parameters={"FunctionName": call.parameters["FunctionName"]}
        ),
        path="LastUpdateStatus",
        wanted=("Successful",),
        failed=("Failed",),
        timeout=_SETTLED_SECONDS,
    )


# PublishVersion


def _published(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    world = World(snapshot)
    latest = _function(world, call)
    numbers = [int(one.version) for one in world.all(Function) if _sibling(one, latest) and one.version.isdigit()]
    number = str(max(numbers, default=0) + 1)
    version = replace(latest, version=number, function_arn=f"{latest.arn}:{number}")
    return snapshot.with_resources(version), {"Version": number}


def _sibling(one: Function, other: Function) -> bool:
    return arns.unqualified(one.arn) == arns.unqualified(other.arn)


# UpdateAlias


def _moved(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    alias = _alias(World(snapshot), call)
    return snapshot.with_resources(replace(alias, function_version=call.parameters["FunctionVersion"])), {}


def _move_back(world: World, call: Call) -> Call:
    alias = _alias(world, call)
    return replace(call, parameters={**call.parameters, "FunctionVersion": alias.function_version})


OPERATIONS = {
    "lambda:UpdateFunctionConfiguration": Operation(
        effect=_configured,
        touches=_configuration_touched,
        undo=_configure_back,
        settled=_configuration_settled,
        actions=("lambda:UpdateFunctionConfiguration", "lambda:GetFunctionConfiguration"),
        as_code=properties.function,
        revision=True,
    ),
    "lambda:PublishVersion": Operation(
        effect=_published,
        touches=lambda world, call: touched(_function(world, call), "CodeSha256", *_CONFIGURATION),
        undo=lambda _world, _call: None,
        undo_note="the published version stays: nothing routes to it after the aliases moved back",
        settled=no_settle,
        actions=("lambda:PublishVersion", "lambda:GetFunctionConfiguration"),
        as_code=properties.version,
        revision=True,
        again=True,  # what was published last and did not change since is not published again
    ),
    "lambda:UpdateAlias": Operation(
        effect=_moved,
        touches=lambda world, call: touched(_alias(world, call), "FunctionVersion", "RoutingConfig"),
        undo=_move_back,
        settled=no_settle,
        actions=("lambda:UpdateAlias", "lambda:GetAlias"),
        as_code=properties.alias,
        revision=True,
    ),
}
