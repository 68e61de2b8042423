"""What is told of a version of a function at a glance: where nothing failed, nothing polls and no VPC is, most rules have nothing to say.

A glance is cheap, and what it sees is the same for thousands of functions. From it follows a part of what rules would be
given: of facts, and of the function itself. A rule that says nothing when it is given stand-ins that know this part
alone, and asks for nothing else, says nothing of any function of which the same is seen.
"""

from collections.abc import Callable, Hashable, Mapping
from itertools import compress
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from doctor.engine import glances_of_telemetry as telemetry
from doctor.engine.facts import (
    Batches,
    BrokerPaths,
    Buckets,
    Callees,
    Clock,
    Concurrency,
    Deliveries,
    Denials,
    DualStack,
    EncryptedCalls,
    EnvironmentKey,
    EventRules,
    EventShapes,
    FailedEvents,
    Filters,
    Foreseen,
    Imports,
    Invocations,
    InvokePolicy,
    InvokingRoles,
    LogPlace,
    LogShipping,
    Metrics,
    Neighbours,
    Permissions,
    Placement,
    PollerAccess,
    PollerCounts,
    Pollers,
    ProvisionedConcurrency,
    PushTriggers,
    Reachability,
    Refusals,
    Routes,
    Streams,
    TableStreams,
    Traffic,
    Triggers,
    UnjudgedDenials,
    UnreasonedDenials,
    UrlAccess,
    Urls,
    Waiting,
)
from doctor.engine.facts.deliveries import configured
from doctor.engine.facts.foreseen import is_untold, unread
from doctor.engine.facts.neighbours import throttled
from doctor.engine.facts.permissions import trusts, why_unseen
from doctor.engine.facts.push import NOT_READ, bucket_unread
from doctor.engine.glance import Glance, Known
from doctor.engine.standin import StandIn
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.function import Alias, DeadLetterConfig, Function, TracingConfig, VpcConfig
from doctor.model.identity import Role


class _Usual(NamedTuple):
    """How most functions are set up in one respect."""

    holds: Callable[[Function], bool]
    fields: Mapping[str, Any] = MappingProxyType({})
    facts: Mapping[type, Any] = MappingProxyType({})
    """What a fact is then."""


def _is(fields: Mapping[str, Any]) -> Callable[[Function], bool]:
    """Whether fields of a function have these values."""
    those, values = attrgetter(*fields), tuple(fields.values())
    return lambda it: those(it) == values


_NO_VPC, _NO_QUEUE, _NOT_TRACED = VpcConfig(), DeadLetterConfig(), TracingConfig()
_SETTLED = {"state": "Active", "state_reason": "", "state_reason_code": ""}
_UPDATED = {"last_update_status": "Successful", "last_update_status_reason": "", "last_update_status_reason_code": ""}
_USUAL = (
    _Usual(lambda it: it.version == "$LATEST", {"version": "$LATEST"}),
    _Usual(
        lambda it: it.vpc_config == _NO_VPC,
        {"vpc_config": _NO_VPC},
        {Placement: Placement(), Reachability: Reachability(), DualStack: DualStack()},
    ),
    _Usual(_is(_SETTLED), _SETTLED),
    _Usual(_is(_UPDATED), _UPDATED),
    _Usual(
        lambda it: not (it.layers or it.file_system_configs or it.kms_key_arn),
        {"layers": (), "file_system_configs": (), "kms_key_arn": ""},
        {EnvironmentKey: EnvironmentKey()},
    ),
    _Usual(lambda it: it.package_type == "Zip" and not it.image_uri, {"package_type": "Zip", "image_uri": ""}),
    _Usual(lambda it: it.dead_letter_config == _NO_QUEUE, {"dead_letter_config": _NO_QUEUE}),
    _Usual(lambda it: it.tracing_config == _NOT_TRACED, {"tracing_config": _NOT_TRACED}),
    _Usual(lambda it: not it.credentials, {"credentials": {}}),
    _Usual(lambda it: not it.unread_settings, {"unread_settings": {}}),
    _Usual(lambda it: not it.extra, {"extra": {}}),
    _Usual(lambda it: "CapacityProviderConfig" not in it.extra, facts={LogShipping: LogShipping()}),
)


def _settings(_: World, function: Function) -> Hashable:
    """The runtime, and in which respects it is set up as most functions are."""
    return (function.runtime, *[one.holds(function) for one in _USUAL])


def _by_settings(seen: tuple[Any, ...]) -> Known:
    runtime, *usual = seen
    function: dict[str, Any] = {"runtime": runtime}
    known: dict[type, Any] = {Function: function}
    for one in compress(_USUAL, usual):
        function |= one.fields
        known |= one.facts
    return known


def _package(_: World, function: Function) -> Hashable:
    """Whether nothing is known of what is in its package."""
    return function.package is None or None


def _log_place(world: World, function: Function) -> Hashable:
    """Whether there is a log group for its lines."""
    return world.fact(LogPlace, function).is_there


def _reserved(world: World, function: Function) -> Hashable:
    """Whether it shares the account's concurrency with all others."""
    name = arns.unqualified(function.arn)
    world.require("lambda:GetFunctionConcurrency", name)
    world.require("lambda:GetAccountSettings")
    owner = function if name == function.arn else world.get(name, Function) or function
    return owner.reserved_concurrent_executions is None or None


def _pollers(world: World, function: Function) -> Hashable:
    """Whether nothing polls for it."""
    world.require("lambda:ListEventSourceMappings")
    return not world.mappings(function) or None


def _by_pollers(_: Hashable) -> Known:
    return {
        Triggers: Triggers(mappings=(), queues=()),
        Pollers: Pollers(those=()),
        PollerAccess: {"those": (), "unseen": None},
        BrokerPaths: BrokerPaths(),
        Streams: Streams(those=()),
        TableStreams: TableStreams(those=()),
        PollerCounts: PollerCounts(those=()),
        Filters: Filters(those=()),
    }


def _aliases(world: World, function: Function) -> Hashable:
    """Whether there is one version, and no alias."""
    world.require("lambda:ListAliases", arns.unqualified(function.arn))
    return (not world.aliases(function) and len(world.versions(function)) == 1) or None


def _by_aliases(_: Hashable) -> Known:
    return {
        ProvisionedConcurrency: ProvisionedConcurrency(those=()),
        Traffic: {"aliases": (), "leading_here": ()},
    }


_OF_OWNERS = (*PushTriggers.reads, *NOT_READ)
_OF_SOURCES = tuple(
    read
    for read in (*PushTriggers.parts, *InvokingRoles.reads, *InvokingRoles.parts)
    if not read.startswith(("s3:", "iam:"))
)


def _invoked(world: World, function: Function) -> Hashable:
    """Whether nothing that was read invokes it by its ARN, whether its own policy lets it or a role does."""
    owners: list[Function | Alias] = [function, *world.routes_to(function)]
    for read in world.gapped(_OF_OWNERS):
        for owner in owners:
            world.require(read, owner.arn)
    for read in world.gapped(_OF_SOURCES):
        world.require_whole(read)
    if bucket_unread(world, owners) is not None:
        return None
    return not world.is_target(function) or None


def _by_invoked(_: Hashable) -> Known:
    return {
        EventRules: EventRules(those=()),
        Routes: Routes(those=()),
        PushTriggers: PushTriggers(those=()),
        InvokingRoles: InvokingRoles(those=()),
    }


def _policies(world: World, function: Function) -> Hashable:
    """Whether it has no policy and no alias that could have one; and if so, whether it has no URL either."""
    world.require("lambda:GetPolicy", function.arn)
    if function.policy is not None or world.routes_to(function):
        return None
    gap = world.gap("lambda:ListFunctionUrlConfigs", arns.unqualified(function.arn))
    return function.function_url_config is None and gap is None


def _by_policies(no_url: bool) -> Known:
    known: dict[type, Any] = {
        Function: {"policy": None},
        Buckets: {"those": ()},
        FailedEvents: {"services": ()},
        InvokePolicy: {"owners": (StandIn(Function, {"policy": None}),)},
        Urls: Urls(open_to_all=()),
    }
    return known | {UrlAccess: UrlAccess(those=())} if no_url else known


def _deliveries(world: World, function: Function) -> Hashable:
    """Whether nothing of its invocations is delivered anywhere."""
    world.require("lambda:ListEventSourceMappings")
    world.require("lambda:ListFunctionEventInvokeConfigs", arns.unqualified(function.arn))
    return next(configured(world, function), None) is None or None


def _foreseen(world: World, function: Function) -> Hashable:
    """Whether nothing tells what its code asks for, and nothing that would was left unread."""
    return (unread(world, function) is None and is_untold(world, function)) or None


def _by_foreseen(_: Hashable) -> Known:
    return {
        Foreseen: {"those": (), "unseen": None},
        EncryptedCalls: {"those": (), "unseen": None},
        Callees: Callees(),
    }


def _trusted(world: World, function: Function) -> Hashable:
    """Whether its role, and all policies of it, were read, and Lambda may take it on."""
    role = world.get(function.role, Role)
    return (
        role is not None and why_unseen(world, function.role, role) is None and trusts(world.authority, function, role)
    ) or None


def _neighbours(world: World, function: Function) -> Hashable:
    """Whether no function was refused requests."""
    world.require("cloudwatch:GetMetricData")
    world.require("lambda:GetFunctionConcurrency", arns.unqualified(function.arn))
    return not throttled(world) or None


def _of(sees: Callable[[World, Function], Hashable], tells: Callable[[Any], Known], *about: type) -> Glance:
    return Glance(sees, tells, frozenset(about))


GLANCES = (
    _of(
        telemetry.failures,
        telemetry.by_failures,
        Invocations,
        Batches,
        Waiting,
        Denials,
        Refusals,
        Imports,
        UnreasonedDenials,
        UnjudgedDenials,
        EventShapes,
    ),
    _of(telemetry.log, telemetry.by_log, Invocations),
    _of(telemetry.counted, telemetry.by_counted, Metrics),
    _of(lambda world, _: world.now, lambda now: {Clock: Clock(now=now)}, Clock),
    _of(_neighbours, lambda _: {Neighbours: Neighbours(refused={})}, Neighbours),
    _of(_settings, _by_settings, Function, Placement, Reachability, EnvironmentKey, DualStack, LogShipping),
    _of(_package, lambda _: {Function: {"package": None}}, Function),
    _of(_log_place, lambda there: {LogPlace: {"is_there": there}}, LogPlace),
    _of(_reserved, lambda _: {Concurrency: {"reserved": None}}, Concurrency),
    _of(
        _pollers,
        _by_pollers,
        Triggers,
        Pollers,
        PollerAccess,
        BrokerPaths,
        Streams,
        TableStreams,
        PollerCounts,
        Filters,
    ),
    _of(_aliases, _by_aliases, ProvisionedConcurrency, Traffic),
    _of(_invoked, _by_invoked, EventRules, Routes, PushTriggers, InvokingRoles),
    _of(_policies, _by_policies, Function, Buckets, FailedEvents, InvokePolicy, UrlAccess, Urls),
    _of(_deliveries, lambda _: {Deliveries: {"those": (), "unseen": None}}, Deliveries),
    _of(_trusted, lambda _: {Permissions: {"unseen": None, "distrust_of_lambda": lambda: None}}, Permissions),
    _of(_foreseen, _by_foreseen, Foreseen, EncryptedCalls, Callees),
)


def seen(world: World, function: Function) -> tuple[Hashable, ...]:
    """What each glance sees of a version; ``None`` where nothing can be told."""
    found: list[Hashable] = []
    for one in GLANCES:
        try:
            found.append(one.sees(world, function))
        except Unseen:
            found.append(None)
        except Exception:  # noqa: BLE001 -- what is malformed is told by the rules that meet it
            found.append(None)
    return tuple(found)
