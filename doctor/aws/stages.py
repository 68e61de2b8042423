"""Collecting: listings first, then what belongs to each function, then telemetry, then the packages of suspects."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from zipfile import BadZipFile

from msgspec.structs import replace

from doctor.aws.collectors import functions, identity, network, telemetry, triggers
from doctor.aws.draft import Draft
from doctor.aws.packages import fetch
from doctor.aws.session import Aws, AwsError
from doctor.code.zipped import facts
from doctor.engine.suspects import is_suspect
from doctor.model.call import Call
from doctor.model.events import Job, Progress
from doctor.model.function import Function
from doctor.model.snapshot import Identity, Scope, Snapshot

_WORKERS = 8
Task = Callable[[], object]


def collect(aws: Aws, who: Identity, scope: Scope, now: datetime, key: bytes) -> Job[Snapshot]:
    """Read one account and region into a snapshot; reads that fail become gaps.

    Args:
        aws: Where to read.
        who: Whose credentials these are.
        scope: Which functions, and how far back.
        now: The moment that the snapshot is of.
        key: The key of redaction digests.

    Raises:
        UnknownFunction: the scope names a function that is not there.
    """
    draft = Draft(aws, scope, now, key)
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="collect") as pool:
        try:
            yield Progress(what="listing")
            found = functions.listed(draft)
            yield from _all(pool, "listing", _listings(draft))
            yield from _all(pool, "functions", [_details(draft, function) for function in found])
            yield from _all(pool, "roles and networks", _surroundings(draft, found))
            yield from _all(pool, "logs", [_logs(draft, function) for function in found])
            yield from _all(pool, "packages", [_package(draft, function) for function in _latest(draft)])
        finally:
            pool.shutdown(cancel_futures=True)
    return draft.finish(who)


def _all(pool: ThreadPoolExecutor, what: str, tasks: Iterable[Task]) -> Job[None]:
    """Run tasks side by side; an error that is no gap ends the collecting."""
    futures = [pool.submit(task) for task in tasks]
    for done, future in enumerate(as_completed(futures), 1):
        future.result()
        yield Progress(what=what, done=done, total=len(futures))


def _listings(draft: Draft) -> list[Task]:
    readers = (
        functions.account,
        functions.mappings,
        triggers.queues,
        triggers.event_rules,
        triggers.tables,
        telemetry.changes,
    )
    return [lambda read=read: read(draft) for read in readers]  # type: ignore[misc]


def _details(draft: Draft, function: Function) -> Task:
    return lambda: functions.details(draft, function)


def _logs(draft: Draft, function: Function) -> Task:
    return lambda: telemetry.logs(draft, function)


def _surroundings(draft: Draft, found: list[Function]) -> list[Task]:
    subnets = {subnet for function in found for subnet in function.vpc_config.subnet_ids}
    return [
        lambda: identity.roles(draft, found),
        lambda: network.networks(draft, network.vpcs_of(draft, subnets)),
        lambda: triggers.log_groups(draft, found),
        lambda: telemetry.metrics(draft, found),
    ]


def _latest(draft: Draft) -> list[Function]:
    return [one for one in draft.resources.values() if isinstance(one, Function) and one.version == "$LATEST"]


def _package(draft: Draft, function: Function) -> Task:
    return lambda: _read_package(draft, function)


def _read_package(draft: Draft, function: Function) -> None:
    """Read the package of a suspect or of a function that was asked for by name; the others' are not asked for."""
    call = Call(service="lambda", operation="GetFunction", parameters={"FunctionName": function.function_name})
    telemetry_of = draft.invocations.get(function.arn, ()), draft.metrics.get(function.arn, ())
    if function.function_name not in draft.scope.functions and not is_suspect(function, *telemetry_of):
        draft.gap("not_asked", call, function.arn)
        return
    try:
        draft.add(replace(function, package=facts(fetch(draft.aws, function.arn).package)))
    except AwsError as error:
        draft.gap(error.reason, call, function.arn, error.message)
    except BadZipFile as error:
        draft.gap("failed", call, function.arn, str(error))
