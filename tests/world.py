"""Small worlds, told in a few words. Everything that is not said was seen, and is empty.

A function is in one account and region; its invocations are told as the log lines that Lambda would have written, and
read by doctor's own parser, so that a case says what a log says.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from doctor.engine.world import World
from doctor.logs.invocations import LogEvent, invocations
from doctor.model import arns
from doctor.model.call import Call, Gap, Reason
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.snapshot import Identity, Resource, Scope, Snapshot
from doctor.model.telemetry import Invocation
from doctor.model.triggers import Queue

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
ACCOUNT = "111122223333"
REGION = "eu-west-1"
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
    uuid = f"{arns.name(origin)}-to-{arns.name(target.arn)}-{arns.qualifier(target.arn).strip('$')}"
    return EventSourceMapping(
        uuid=uuid,
        event_source_mapping_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}",
        event_source_arn=origin,
        function_arn=target.arn,
        **{"state": "Enabled", **fields},
    )


def gap(call: str, resource: str = "", reason: Reason = "denied") -> Gap:
    """A read (``service:Operation``) that brought nothing."""
    service, operation = call.split(":")
    return Gap(reason=reason, call=Call(service=service, operation=operation), resource=resource)


# Invocations: times in seconds, ``ago`` before NOW


def succeeded(duration: float = 0.1, *, ago: float = 600, version: str = "$LATEST") -> Invocation:
    """An invocation that went through in ``duration``."""
    return _told(ago=ago, version=version, own=[(duration / 2, "working\n")], duration=duration)


def timed_out(
    after: float = 3.0,
    last_word: float | None = None,
    *,
    ago: float = 600,
    version: str = "$LATEST",
    before_start: Iterable[str] = (),
) -> Invocation:
    """An invocation that was stopped ``after`` so long, whose handler wrote its last line at ``last_word`` (never: None).

    ``before_start`` are lines of its initialisation.
    """
    own = [] if last_word is None else [(0.01, "begin\n"), (last_word, "still at it\n")]
    return _told(ago=ago, version=version, own=own, duration=after, status="Status: timeout", before_start=before_start)


def without_start(one: Invocation) -> Invocation:
    """An invocation that began before the window: its START was not read."""
    return replace(one, lines=tuple(line for line in one.lines if not line.message.startswith("START ")))


def raised(error: str = "ValueError", message: str = "no", *, ago: float = 600, version: str = "$LATEST") -> Invocation:
    """An invocation whose handler raised."""
    own = [(0.02, f"[ERROR] {error}: {message}\rTraceback (most recent call last):\n")]
    return _told(ago=ago, version=version, own=own, duration=0.05)


def request_id(ago: float) -> str:
    """The request id of the invocation that began so long ago."""
    return f"{round(ago * 1000):08x}-0000-4000-8000-000000000000"


def _told(
    *,
    ago: float,
    version: str,
    own: Iterable[tuple[float, str]],
    duration: float,
    status: str = "",
    before_start: Iterable[str] = (),
) -> Invocation:
    name = request_id(ago)
    report = [
        f"REPORT RequestId: {name}",
        f"Duration: {duration * 1000:.2f} ms",
        f"Billed Duration: {duration * 1000:.0f} ms",
        "Memory Size: 128 MB",
        "Max Memory Used: 60 MB",
        *([status] if status else []),
    ]
    lines = [
        *((0.0, line) for line in before_start),
        (0.0, f"START RequestId: {name} Version: {version}\n"),
        *own,
        (duration, f"END RequestId: {name}\n"),
        (duration, "\t".join(report) + "\t\n"),
    ]
    began = NOW - timedelta(seconds=ago)
    events = [
        LogEvent(at=began + timedelta(seconds=at), stream=f"2026/11/23/[{version}]e", message=line)
        for at, line in lines
    ]
    (one,) = invocations(events)
    return one


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
