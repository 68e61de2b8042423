"""Small worlds, told in a few words. Everything that is not said was seen, and is empty.

A function is in one account and region; its invocations are told as the log lines that Lambda would have written, and
read by doctor's own parser, so that a case says what a log says.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from doctor.engine.world import World
from doctor.logs.invocations import LogEvent, invocations
from doctor.model import arns
from doctor.model.call import Call, Gap, Reason
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import (
    AttachedPermissionsBoundary,
    AttachedPolicy,
    ManagedPolicy,
    PolicyDetail,
    PolicyVersion,
    Role,
)
from doctor.model.snapshot import Identity, Resource, Scope, Snapshot
from doctor.model.telemetry import Invocation, MetricSeries
from doctor.model.triggers import Queue

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
ACCOUNT = "111122223333"
REGION = "eu-west-1"
AGO = 600.0
"""Seconds before NOW at which an invocation began, when nothing else is said."""
IDENTITY = Identity(account=ACCOUNT, arn=f"arn:aws:iam::{ACCOUNT}:user/operator")

# Resources


def function(name: str = "f", *, version: str = "$LATEST", **fields: Any) -> Function:
    """One version of a function."""
    arn = arns.function(REGION, ACCOUNT, name, version)
    usual = {"runtime": "python3.12", "handler": "app.handler", "code_sha256": "c0de", "revision_id": f"r-{version}"}
    return Function(function_name=name, function_arn=arn, version=version, **{**usual, **fields})


def alias(name: str, leads_to: Function, **fields: Any) -> Alias:
    """An alias of a function that leads to one of its versions."""
    arn = f"{arns.unqualified(leads_to.arn)}:{name}"
    usual = {"revision_id": f"r-{name}"}
    return Alias(alias_arn=arn, name=name, function_version=leads_to.version, **{**usual, **fields})


def queue(name: str = "q", **fields: Any) -> Queue:
    """A queue."""
    return Queue(queue_arn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", **fields)


def feeds(source: Queue | str, target: Function | Alias, **fields: Any) -> EventSourceMapping:
    """The poller that takes messages from a queue (or an ARN that was not collected) to a version or an alias."""
    origin = source if isinstance(source, str) else source.arn
    uuid = str(uuid5(NAMESPACE_URL, f"{origin} {target.arn}"))
    return EventSourceMapping(
        uuid=uuid,
        event_source_mapping_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}",
        event_source_arn=origin,
        function_arn=target.arn,
        **{"state": "Enabled", **fields},
    )


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": [*statements]}


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A statement that denies."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def managed(name: str, *statements: dict[str, Any]) -> ManagedPolicy:
    """A managed policy of the account."""
    version = PolicyVersion(document=document(*statements), version_id="v1", is_default_version=True)
    arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
    return ManagedPolicy(arn=arn, policy_name=name, policy_version_list=(version,))


def role(
    *statements: dict[str, Any],
    name: str = "r",
    attached: Iterable[ManagedPolicy] = (),
    boundary: ManagedPolicy | None = None,
) -> Role:
    """A role with one inline policy of these statements; without any there is none."""
    inline = (PolicyDetail(policy_name="inline", policy_document=document(*statements)),) if statements else ()
    bound = AttachedPermissionsBoundary(permissions_boundary_arn=boundary.arn) if boundary else None
    return Role(
        arn=f"arn:aws:iam::{ACCOUNT}:role/{name}",
        role_name=name,
        role_policy_list=inline,
        attached_managed_policies=tuple(
            AttachedPolicy(policy_name=one.policy_name, policy_arn=one.arn) for one in attached
        ),
        permissions_boundary=bound,
    )


def gap(call: str, resource: str = "", reason: Reason = "denied") -> Gap:
    """A read (``service:Operation``) that brought nothing."""
    service, operation = call.split(":")
    return Gap(reason=reason, call=Call(service=service, operation=operation), resource=resource)


# Invocations: times in seconds, ``ago`` before NOW


def succeeded(duration: float = 0.1, **told: Any) -> Invocation:
    """An invocation that went through in ``duration``."""
    return ran(own=[(duration / 2, "working\n")], duration=duration, **told)


def timed_out(after: float = 3.0, last_word: float | None = None, **told: Any) -> Invocation:
    """An invocation that was stopped ``after`` so long, whose handler wrote its last line at ``last_word`` (never: None)."""
    own = [] if last_word is None else [(0.01, "begin\n"), (last_word, "still at it\n")]
    return ran(own=own, duration=after, status="Status: timeout", **told)


def without_start(one: Invocation) -> Invocation:
    """An invocation that began before the window: its START was not read."""
    return replace(one, lines=tuple(line for line in one.lines if not line.message.startswith("START ")))


def raised(error: str = "ValueError", message: str = "no", **told: Any) -> Invocation:
    """An invocation whose handler raised."""
    colon = f": {message}" if message else ""
    own = [(0.02, f"[ERROR] {error}{colon}\rTraceback (most recent call last):\n")]
    return ran(own=own, duration=0.05, **told)


def denied(action: str, resource: str, reason: str = "", *, caller: str = "r/f", **told: Any) -> Invocation:
    """An invocation whose handler let AWS's refusal of a call out; ``caller`` is role and session, ``reason`` what AWS says behind the resource."""
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{caller}"
    because = reason or f"because no identity-based policy allows the {action} action"
    text = f"User: {session} is not authorized to perform: {action} on resource: {resource} {because}"
    operation = action.partition(":")[2]
    message = f"An error occurred (AccessDeniedException) when calling the {operation} operation: {text}"
    return raised("ClientError", message, **told)


def node_raised(
    error: str, message: str, *, how: str = "Invoke Error", trace: Iterable[str] = (), **told: Any
) -> Invocation:
    """An invocation whose Node.js handler failed, in the words of Node.js's runtime client."""
    body = json.dumps({"errorType": error, "errorMessage": message, "trace": [*trace]})
    line = f"2026-11-23T10:00:00.000Z\t{request_id(told.get('ago', AGO))}\tERROR\t{how} \t{body}\n"
    return ran(own=[(0.02, line)], duration=0.05, **told)


def killed(*, used: int = 128, size: int = 128, old: bool = False, **told: Any) -> Invocation:
    """An invocation that was killed at its memory limit; ``old``: as the older log style tells it."""
    if old:
        return exited("signal: killed", used=used, size=size, **told)
    status = "Status: error\tError Type: Runtime.OutOfMemory"
    return ran(duration=1.2, status=status, used=used, size=size, **told)


def exited(reason: str = "exit status 1", *, said: Iterable[str] = (), **told: Any) -> Invocation:
    """An invocation during which the runtime's process ended, in the older log style; ``reason`` empty: none was given."""
    how = f"with error: {reason}" if reason else "without providing a reason"
    line = f"RequestId: {request_id(told.get('ago', AGO))} Error: Runtime exited {how}\nRuntime.ExitError\n"
    return ran(own=[(0.1, one) for one in said], duration=0.2, after=[line], **told)


def not_initialised(error: str, message: str, **told: Any) -> Invocation:
    """An invocation of a Python function whose code could not be loaded: tried before it, and again inside it."""
    failed = f"[ERROR] {error}: {message}\rTraceback (most recent call last):\n"
    reports = (
        f"INIT_REPORT Init Duration: 96.00 ms\tPhase: {one}\tStatus: error\tError Type: {error}\n"
        for one in ("init", "invoke")
    )
    before = [line for one in reports for line in (failed, one)]
    return ran(before_start=before, duration=0.1, status=f"Status: error\tError Type: {error}", **told)


def request_id(ago: float) -> str:
    """The request id of the invocation that began so long ago."""
    return f"{round(ago * 1000):08x}-0000-4000-8000-000000000000"


def ran(
    *,
    duration: float,
    own: Iterable[tuple[float, str]] = (),
    ago: float = AGO,
    version: str = "$LATEST",
    status: str = "",
    before_start: Iterable[str] = (),
    after: Iterable[str] = (),
    used: int = 60,
    size: int = 128,
    init: float | None = None,
    stream: str = "e",
    started_after: float = 0.0,
) -> Invocation:
    """An invocation in its log's lines: memory in MB, ``init`` the seconds that it took to start its environment.

    ``before_start`` are lines of its initialisation, ``after`` what follows its REPORT; one ``stream`` is one environment.
    ``started_after``: the seconds of ``duration`` that passed before START, in an initialisation inside the invocation.
    """
    name = request_id(ago)
    report = [
        f"REPORT RequestId: {name}",
        f"Duration: {duration * 1000:.2f} ms",
        f"Billed Duration: {duration * 1000:.0f} ms",
        f"Memory Size: {size} MB",
        f"Max Memory Used: {used} MB",
        *([] if init is None else [f"Init Duration: {init * 1000:.2f} ms"]),
        *([status] if status else []),
    ]
    lines = [
        *((0.0, line) for line in before_start),
        (started_after, f"START RequestId: {name} Version: {version}\n"),
        *own,
        (duration, f"END RequestId: {name}\n"),
        (duration, "\t".join(report) + "\t\n"),
        *((duration, line) for line in after),
    ]
    began = NOW - timedelta(seconds=ago)
    events = [
        LogEvent(at=began + timedelta(seconds=at), stream=f"2026/11/23/[{version}]{stream}", message=line)
        for at, line in lines
    ]
    (one,) = invocations(events)
    return one


# Metrics


def metric(name: str, stat: str, *values: float, namespace: str = "AWS/Lambda") -> MetricSeries:
    """A metric, a value for each five minutes, the last of which end at NOW."""
    first = NOW - timedelta(minutes=5 * len(values))
    return MetricSeries(
        namespace=namespace,
        metric_name=name,
        stat=stat,
        period=300,
        timestamps=tuple(first + timedelta(minutes=5 * number) for number in range(len(values))),
        values=values,
    )


# Worlds


def snapshot(
    *resources: Resource,
    invocations: Iterable[Invocation] | Mapping[str, Iterable[Invocation]] = (),
    gaps: Iterable[Gap] = (),
    now: datetime = NOW,
    **fields: Any,
) -> Snapshot:
    """Everything that was read. Invocations are the first function's, or are given by a function's name."""
    names = [one.function_name for one in resources if isinstance(one, Function)]
    by_name = invocations if isinstance(invocations, Mapping) else {names[0]: invocations} if invocations else {}
    return Snapshot(
        taken_at=now,
        scope=Scope(account=ACCOUNT, region=REGION),
        identity=IDENTITY,
        resources={one.arn: one for one in resources},
        invocations={arns.function(REGION, ACCOUNT, name): _in_order(those) for name, those in by_name.items()},
        gaps=tuple(gaps),
        **fields,
    )


def world(*resources: Resource, **said: Any) -> World:
    """A world of these resources; see ``snapshot`` for what else can be said."""
    return World(snapshot(*resources, **said))


def with_gaps(before: World, *gaps: Gap) -> World:
    """The same world with more that was not seen."""
    return World(replace(before.snapshot, gaps=(*before.snapshot.gaps, *gaps)))


def _in_order(those: Iterable[Invocation]) -> tuple[Invocation, ...]:
    return tuple(sorted(those, key=lambda one: one.at))
