"""Collecting, in stages.

First listings and what tells who is in trouble; then what belongs to each function; then a closer look at the suspects
and at the functions named; and what all these name, until they name nothing new.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from doctor.aws.collectors import (
    alarms,
    backends,
    balancing,
    changes,
    functions,
    identity,
    images,
    invoking,
    logs,
    mentioned,
    metrics,
    network,
    organization,
    package,
    traces,
    triggers,
    trouble,
    unread,
)
from doctor.aws.crew import Crew, Task
from doctor.aws.draft import Draft
from doctor.aws.glimpses import Glimpses
from doctor.aws.kept import KEEP, Kept
from doctor.aws.session import Aws
from doctor.model.call import INTERRUPTED, UNREAD, Gap
from doctor.model.events import Job, Progress
from doctor.model.function import Function
from doctor.model.snapshot import Identity, Scope, Snapshot

MOST_LOGS = 100
"""Functions whose logs are read although nobody named them and nothing tells of trouble; the busiest are the first."""
_ROUNDS = 3
"""How far what is named by what was read is followed."""


def collect(
    aws: Aws,
    who: Identity,
    scope: Scope,
    now: datetime,
    key: bytes,
    *,
    previous: Snapshot | None = None,
    age: timedelta = KEEP,
    keep: Callable[[Snapshot], None] | None = None,
    see: Callable[[Snapshot], None] | None = None,
) -> Job[Snapshot]:
    """Read one account and region into a snapshot; reads that fail become gaps.

    Args:
        aws: Where to read.
        who: Whose credentials these are.
        scope: Which functions, and how far back.
        now: The moment that the snapshot is of.
        key: The key of redaction digests.
        previous: A snapshot of the same account and region: what did not change since is taken from it.
        age: How old such a part may be.
        keep: Is given what was read until then when the collecting is interrupted; what was not is in its gaps.
        see: Is given the same now and then while it lasts.

    Raises:
        UnknownFunction: the scope names a function that is not there.
    """
    draft = Draft(aws, scope, now, key)
    crew = Crew(draft)
    try:
        glimpses = Glimpses(see, lambda: _so_far(draft, crew, who))
        for event in _stages(draft, crew, Kept(previous, age)):
            glimpses.maybe()
            yield event
        return _finished(draft, who)
    except (GeneratorExit, KeyboardInterrupt):
        crew.stop()
        if keep is not None:
            draft.note(*_unread(draft, crew, INTERRUPTED))
            keep(_finished(draft, who))
        raise
    finally:
        crew.close()


def _finished(draft: Draft, who: Identity) -> Snapshot:
    metrics.arrange(draft)
    return draft.finish(who, changes.relevant(draft))


def _so_far(draft: Draft, crew: Crew, who: Identity) -> Snapshot:
    """What was read until now; whatever is still to be read, or may turn out to be, is in its gaps."""
    unread = [*crew.unfinished(), *_unread(draft, crew, UNREAD)]
    snapshot = _finished(draft, who)
    return replace(snapshot, gaps=(*snapshot.gaps, *unread))


def _stages(draft: Draft, crew: Crew, kept: Kept) -> Job[None]:
    yield Progress(what="listing")
    since = kept.history(draft)
    crew.begin(_listings(draft))
    mappings = _task(draft, "lambda", "ListEventSourceMappings", functions.mappings)
    yield from crew.run("listing", [_task(draft, "lambda", "ListFunctions", functions.listed), mappings])
    every = [one for one in draft.all(Function) if one.version == "$LATEST"]
    crew.begin(_surroundings(draft, since))
    crew.begin(_details(draft, kept, every))
    if not draft.scope.functions:  # those named are looked at closely whatever their metrics tell
        yield from crew.run("metrics", _metrics(draft, metrics.first(draft)))
    loggers = _loggers(draft, every)
    crew.begin(_logs(draft, loggers))
    first = _suspects(draft)
    crew.begin(_refused(draft, first))
    yield from crew.drain("functions", but=_SLOW)
    close = _suspects(draft)
    read = {one.arn for one in loggers}
    crew.begin(_logs(draft, [one for one in close if one.arn not in read]))
    crew.begin([*_closer(draft, close), *_apis(draft)])
    trail = mentioned.Trail()
    yield from _follow(draft, crew, trail)
    yield from crew.drain("suspects", but=_SLOW)
    yield from _follow(draft, crew, trail)
    crew.followed = True
    yield from crew.run("what functions connect to", _backends(draft))
    crew.connected = True
    wanted = metrics.closer(draft, close) + (metrics.first(draft) if draft.scope.functions else [])
    yield from crew.run("metrics", _metrics(draft, wanted))
    yield from crew.drain("logs")
    suspects = _suspects(draft)
    late = [one for one in suspects if one.arn not in {known.arn for known in close}]
    crew.begin(_refused(draft, [one for one in suspects if one.arn not in {known.arn for known in first}]))
    yield from crew.run("suspects", _closer(draft, late))  # their logs tell of trouble, and their metrics did not
    yield from _follow(draft, crew, trail)
    yield from crew.run("what explains trouble", _explained(draft, [*close, *late]))
    yield from crew.drain("who changed what")
    if changes.few(draft):
        yield from crew.run("who changed what", [_task(draft, "cloudtrail", "LookupEvents", changes.of_troubled_roles)])
    draft.note(*_not_asked(draft, {one.arn for one in (*close, *late)}))


_SLOW = ("cloudtrail", "logs")
"""What goes on while suspects are looked at."""


def _task(draft: Draft, service: str, operation: str, read: Callable[[Draft], None], *also: str) -> Task:
    return Task(partial(read, draft), draft.to(service, operation), also=also)


def _listings(draft: Draft) -> Iterator[Task]:
    """What needs to know no function."""
    yield _task(draft, "lambda", "GetAccountSettings", functions.account)
    yield _task(draft, "organizations", "DescribeOrganization", organization.policies, "ListPoliciesForTarget")
    if not draft.scope.functions:
        yield _rules(draft)
    yield _task(draft, "scheduler", "ListSchedules", triggers.schedules, "GetSchedule")


def _rules(draft: Draft) -> Task:
    return _task(draft, "events", "ListRules", triggers.event_rules, "ListTargetsByRule")


def _refused(draft: Draft, callers: list[Function]) -> Iterator[Task]:
    """What was refused to functions themselves."""
    for function in callers[: changes.MOST_CALLERS]:
        call = draft.to("cloudtrail", "LookupEvents", Username=function.function_name)
        yield Task(partial(changes.by_function, draft, function), call, function.arn)
    for function in callers[changes.MOST_CALLERS :]:
        call = draft.to("cloudtrail", "LookupEvents", Username=function.function_name)
        draft.gap("not_asked", call, function.arn, f"more than {changes.MOST_CALLERS} functions are in trouble")


def _backends(draft: Draft) -> Iterator[Task]:
    """What functions connect to inside VPCs, and the instances that some of them run on."""
    for kind in backends.wanted(draft):
        yield _task(draft, kind.service, kind.operation, kind.read, *kind.also)


def _surroundings(draft: Draft, since: datetime | None) -> Iterator[Task]:
    """What surrounds the functions that were listed."""
    yield _task(draft, "iam", "GetAccountAuthorizationDetails", identity.roles, "GetRole")
    yield _task(draft, "logs", "DescribeLogGroups", triggers.log_groups)
    yield _task(draft, "sns", "ListSubscriptions", triggers.subscriptions, "GetTopicAttributes")
    for read in (changes.of_account,) if changes.few(draft) else (changes.of_account, changes.of_roles):
        yield _task(draft, "cloudtrail", "LookupEvents", partial(read, since=since))
    if not draft.scope.functions:
        yield _task(draft, "cloudwatch", "DescribeAlarms", alarms.alarms)
    yield _task(draft, "ec2", "DescribeVpcs", _networks, *network.OPERATIONS)


def _networks(draft: Draft) -> None:
    network.networks(draft, network.vpcs_of(draft))


def _details(draft: Draft, kept: Kept, every: list[Function]) -> Iterator[Task]:
    """What belongs to each function, unless the previous snapshot has it and it did not change."""
    polled = functions.polled(draft)
    for function in every:
        if not kept.take(draft, function):
            call = draft.to("lambda", "GetFunction", FunctionName=function.function_name)
            read = partial(functions.details, draft, function, polled.get(function.arn, ()))
            yield Task(read, call, function.arn, functions.OF_DETAILS)


def _metrics(draft: Draft, wanted: list[metrics.Wanted]) -> Iterator[Task]:
    for start in range(0, len(wanted), metrics.QUERIES):
        part = wanted[start : start + metrics.QUERIES]
        yield Task(partial(metrics.read, draft, part), draft.to("cloudwatch", "GetMetricData"))


def _is_close(draft: Draft, function: Function) -> bool:
    """Whether a function was named, or is a suspect by what is known so far."""
    return function.function_name in draft.scope.functions or draft.troubled(function)


def _loggers(draft: Draft, every: list[Function]) -> list[Function]:
    """Whose logs to read at once: those named, those that metrics tell of trouble of, and the busiest others."""
    first = [one for one in every if _is_close(draft, one)]
    others = sorted((one for one in every if one not in first), key=lambda one: (-_invoked(draft, one), one.arn))
    return first + others[: max(MOST_LOGS - len(first), 0)]


def _invoked(draft: Draft, function: Function) -> float:
    return sum(sum(one.values) for one in draft.metrics.get(function.arn, ()) if one.metric_name == "Invocations")


def _logs(draft: Draft, chosen: Iterable[Function]) -> Iterator[Task]:
    for function in chosen:
        call = draft.to("logs", "FilterLogEvents", logGroupName=function.log_group)
        yield Task(partial(logs.logs, draft, function), call, function.log_group_arn)


def _suspects(draft: Draft) -> list[Function]:
    return [one for one in draft.all(Function) if one.version == "$LATEST" and _is_close(draft, one)]


def _closer(draft: Draft, close: list[Function]) -> Iterator[Task]:
    """What is read of suspects and of functions named."""
    for function in close:
        call = draft.to("lambda", "ListFunctionEventInvokeConfigs", FunctionName=function.function_name)
        yield Task(
            partial(_settings_and_package, draft, function), call, function.arn, (*invoking.OF_SETTINGS, "GetFunction")
        )
        if function.tracing_config.mode == "Active":
            call = draft.to("xray", "GetTraceSummaries")
            yield Task(partial(traces.traced, draft, function), call, function.arn, traces.ALSO)
    for arn, runtime in invoking.layers(close).items():
        call = draft.to("lambda", "GetLayerVersionByArn", Arn=arn)
        yield Task(partial(invoking.layer, draft, arn, runtime), call, arn, ("GetLayerVersionPolicy",))
    for arn, uris in images.repositories(close).items():
        call = draft.to("ecr", "DescribeImages")
        yield Task(partial(images.repository, draft, arn, uris), call, arn, ("GetRepositoryPolicy",))


def _apis(draft: Draft) -> Iterator[Task]:
    """APIs and load balancers, chosen by what the functions' policies name; of functions named also the rules that lead to them."""
    if draft.scope.functions:
        yield _rules(draft)
    yield _task(draft, "apigateway", "GetRestApis", triggers.rest_apis, "GetResources")
    yield _task(draft, "apigatewayv2", "GetApis", triggers.http_apis, "GetIntegrations")
    yield _task(draft, "elbv2", "DescribeTargetGroups", balancing.target_groups, *balancing.OPERATIONS)
    for arn in sorted(invoking.capacity_providers(draft)):
        call = draft.to("lambda", "GetCapacityProvider")
        yield Task(partial(invoking.capacity_provider, draft, arn), call, arn)


def _explained(draft: Draft, close: list[Function]) -> Iterator[Task]:
    """What may explain the trouble of functions that were looked at closely."""
    for function in close:
        call = draft.to("lambda", trouble.OPERATIONS[0], FunctionName=function.function_name)
        yield Task(partial(trouble.explained, draft, function), call, function.arn, trouble.OPERATIONS[1:])


def _settings_and_package(draft: Draft, function: Function) -> None:
    """One after the other: both write to the function."""
    invoking.settings(draft, function)
    package.package(draft, function)


def _follow(draft: Draft, crew: Crew, trail: mentioned.Trail) -> Job[None]:
    """Read what is named by what was read, and what is named by that; each once."""
    for _ in range(_ROUNDS):
        named = trail.onward(dict(draft.resources))
        if not named:
            return
        yield from crew.run("triggers and destinations", list(_named(draft, named)))


def _named(draft: Draft, named: list[str]) -> Iterator[Task]:
    for arn in named:
        found = mentioned.reader(draft, arn)
        if found is None:
            mentioned.elsewhere(draft, arn)
        else:
            read, call = found
            yield Task(partial(read, draft, arn), call, arn, mentioned.ALSO.get(call.service, ()))


def _not_asked(draft: Draft, looked_at: set[str]) -> Iterator[Gap]:
    """One gap for each kind of closer look at each function that was not looked at closely."""
    quiet = [one for one in draft.all(Function) if one.version == "$LATEST" and one.arn not in looked_at]
    for function in quiet:
        if function.arn not in draft.invocations:
            call = draft.to("logs", "FilterLogEvents", logGroupName=function.log_group)
            yield Gap(reason="not_asked", call=call, resource=function.log_group_arn)
        further = [draft.to("xray", "GetTraceSummaries")] if function.tracing_config.mode == "Active" else []
        for call in (*invoking.calls_of(function), *further):
            yield Gap(reason="not_asked", call=call, resource=function.arn)
    for version in package.unread(draft, looked_at):
        yield Gap(reason="not_asked", call=package.call_of(version), resource=version.arn)
    if quiet:
        others = f"{quiet[0].arn.rpartition(':')[0]}:*"
        why = "asked only of functions that are named, or in trouble"
        yield Gap(reason="not_asked", call=draft.to("cloudtrail", "LookupEvents"), resource=others, error=why)
        for operation in trouble.OPERATIONS:
            call, why = draft.to("lambda", operation), "asked only of functions in trouble"
            yield Gap(reason="not_asked", call=call, resource=others, error=why)
    yield from unread.gaps(draft)


_NEVER_BEGUN = (
    "lambda:ListFunctions",
    "cloudwatch:GetMetricData",
    "logs:FilterLogEvents",
    "logs:DescribeLogGroups",
    "iam:GetAccountAuthorizationDetails",
    "ec2:DescribeVpcs",
    "sqs:GetQueueAttributes",
    "events:ListRules",
    "apigateway:GetResources",
    "apigatewayv2:GetIntegrations",
    "elbv2:DescribeTargetGroups",
    f"lambda:{trouble.OPERATIONS[0]}",
    "lambda:GetAccountSettings",
    "lambda:ListEventSourceMappings",
    "lambda:GetLayerVersionByArn",
    "ecr:DescribeImages",
    "organizations:DescribeOrganization",
    "route53:ListHostedZonesByVPC",
    "scheduler:ListSchedules",
    "sns:ListSubscriptions",
    "cloudtrail:LookupEvents",
    "cloudwatch:DescribeAlarms",
)
"""What is read in stages that an interruption may keep from beginning."""


def _unread(draft: Draft, crew: Crew, why: str) -> Iterator[Gap]:
    """What the stages that did not begin would have read; tasks that did not end say so themselves."""
    named = () if crew.followed else mentioned.CALLS
    connected = () if crew.connected else tuple(f"{kind.service}:{kind.operation}" for kind in backends.KINDS)
    never = (call for call in _NEVER_BEGUN if call not in crew.begun)
    for call in dict.fromkeys((*never, *named, *connected)):
        yield Gap(reason="not_asked", call=draft.to(*call.split(":")), error=why)
    yield from _not_asked(draft, {one.arn for one in draft.all(Function) if one.recursive_loop})
