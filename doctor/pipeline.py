"""The straight line: each step as a job that yields events and returns its result. No front end has logic of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.errors import SandboxError, SnapshotError, UnknownFunction, UsageError
from doctor.model import arns
from doctor.model.events import Job, Line, Progress
from doctor.model.finding import Finding
from doctor.model.function import Function
from doctor.model.gate import Injection, RecordedAnswer
from doctor.model.outcome import LocalRun, Reproduction, Scenario
from doctor.model.record import Record
from doctor.model.redacted import Redacted
from doctor.model.report import FunctionRow, Overview
from doctor.model.snapshot import Identity, Scope, Snapshot
from doctor.model.sourced import Chosen, FoundEvent
from doctor.model.target import Target
from doctor.model.telemetry import Invocation
from doctor.store import snapshots

if TYPE_CHECKING:
    from doctor.aws.packages import Code
    from doctor.aws.session import Aws
    from doctor.model.hiding import Hiding

T = TypeVar("T")


class Account(Record):
    """A live account: AWS's own, or the embedded one."""

    aws: "Aws"
    identity: Identity
    incident: Path | None = None
    """The shipped incident that was brought to life in it, when it is an embedded account."""


class Case(Record):
    """What the later steps work on: a world, where it came from, and the rules that judge it."""

    target: Target
    account: Account | None
    world: World
    rules: Sequence[Rule]
    event: Path | None = None
    """The event that the user gave; ``-``: on stdin."""
    event_from: str = ""
    """Where else to take it from: a kind of ``doctor.model.sourced``, or ``kind:name``."""
    events: dict[str, Chosen] = msgspec.field(default_factory=dict)
    """What was chosen, by the version's ARN: every run of a case gets the same event."""
    fetched: dict[str, "Code"] = msgspec.field(default_factory=dict)
    """Packages and variables of the account, by the version's ARN: a case that runs often asks once. Never written."""
    answers: Path | None = None
    """Recorded answers to AWS calls that the user gave."""
    injected: Sequence[Injection] = ()
    """Throttles and latencies that the user wants to see."""


@contextmanager
def connected(target: Target) -> Iterator[Account | None]:
    """The account that a target names; ``None`` for a snapshot on disk.

    Raises:
        AwsUnavailable: it cannot be reached, or refuses us.
        EmbeddedError: the embedded account does not start.
    """
    if target.snapshot:
        yield None
        return
    from doctor.aws.embedded.opened import opened  # boto3 and all: only an account needs it
    from doctor.aws.session import connect

    with opened(target) as incident:
        aws, identity = connect(target, paced=incident is None)  # the embedded account has no quotas
        yield Account(aws=aws, identity=identity, incident=incident)


def collect(
    target: Target,
    account: Account | None,
    *,
    previous: Snapshot | None = None,
    age: timedelta = timedelta(hours=1),
    keep: Callable[[Snapshot], None] | None = None,
    see: Callable[[Snapshot], None] | None = None,
) -> Job[Snapshot]:
    """Read the account, or the file, that a target names.

    Args:
        target: What to read.
        account: Where; ``None``: the file that the target names.
        previous: An earlier snapshot of the account, from which is taken what did not change since.
        age: How old such a part may be: a policy or an alias may change without the function's own revision.
        keep: Is given what was read until then when the reading is interrupted.
        see: Is given the same now and then while it lasts, with what is still to be read in its gaps.

    Raises:
        UnknownFunction: it has no function of a name that the target gives.
    """
    if account is None:
        yield Progress(what=f"reading {target.snapshot}")
        return _narrowed(snapshots.read(Path(target.snapshot)), target.functions)
    from doctor.aws.stages import collect as collect_account
    from doctor.store.home import redaction_key

    scope = Scope(
        account=account.aws.account,
        region=account.aws.region,
        functions=target.functions,
        window=target.window,
    )
    now = datetime.now(UTC)
    who, key = account.identity, redaction_key()
    more: dict[str, Any] = {"previous": previous, "age": age, "keep": keep, "see": see}
    return (yield from collect_account(account.aws, who, scope, now, key, **more))


RECENT = timedelta(minutes=15)
"""How old a part of a snapshot may be that a diagnosis takes from the one before."""
_TROUBLED = ("critical", "warning", "unexplained")


def before(target: Target, account: Account | None) -> Snapshot | None:
    """The last snapshot of a live account, without the functions that were in trouble: somebody may be mending them.

    ``None``: there is none that can be read.
    """
    if account is None or account.incident is not None:
        return None
    try:
        known = snapshots.index(msgspec.to_builtins(target))
        last = snapshots.read(Path(known[0].snapshot)) if known else None
    except (SnapshotError, UsageError):  # it only saves time
        return None
    if known is None or last is None:
        return None
    troubled = {row.arn for row in known[1] if row.health in _TROUBLED}
    kept = {
        arn: one
        for arn, one in last.resources.items()
        if ":function:" not in arn or arns.unqualified(arn) not in troubled
    }
    return replace(last, resources=kept)


def shelve(target: Target, account: Account | None, world: World, rows: list[FunctionRow]) -> tuple[Path, Overview]:
    """Keep a snapshot as the last of its target; returns where it lies, and what the screen shows around its rows.

    Raises:
        UsageError: the folder of doctor's state cannot be written.
    """
    source = "embedded account" if target.demo else target.snapshot or f"profile {target.profile or 'default'}"
    from doctor.engine.report import overview

    told = overview(world, source, live=account is not None)
    path = snapshots.put(msgspec.to_builtins(target), world.snapshot, told, rows)
    return path, replace(told, snapshot=str(path))


def in_regions(target: Target) -> tuple[Target, ...]:
    """One target for each of the regions that a target names, separated by commas."""
    return tuple(replace(target, region=region.strip()) for region in target.region.split(","))


def _narrowed(snapshot: Snapshot, names: Sequence[str]) -> Snapshot:
    """A snapshot as if only the functions of these names had been asked for; none: as it is."""
    if not names:
        return snapshot
    world = World(snapshot)
    wanted = {arns.unqualified(function_named(world, name).arn) for name in names}

    def kept(arn: str) -> bool:
        return ":function:" not in arn or arns.unqualified(arn) in wanted

    return replace(
        snapshot,
        scope=replace(snapshot.scope, functions=tuple(names)),
        resources={arn: one for arn, one in snapshot.resources.items() if kept(arn)},
        invocations={arn: those for arn, those in snapshot.invocations.items() if kept(arn)},
        metrics={arn: those for arn, those in snapshot.metrics.items() if kept(arn)},
        gaps=tuple(gap for gap in snapshot.gaps if kept(gap.resource)),
    )


def function_named(world: World, name: str) -> Function:
    """The version of a function that a name means: of several that get traffic, the one that fails.

    Raises:
        UnknownFunction: there is none.
    """
    candidates = [one for one in world.live if name in (one.function_name, one.arn)]
    if not candidates:
        known = sorted({one.function_name for one in world.all(Function)})
        near = [one for one in known if name.lower() in one.lower()]
        hint = f"; did you mean {', '.join(near[:3])}?" if near else ""
        counted = "1 function" if len(known) == 1 else f"{len(known)} functions"
        raise UnknownFunction(f"no function '{name}' in this snapshot ({counted}){hint}")
    seen = {observation.function for observation in world.observations}
    return next((one for one in candidates if one.arn in seen), candidates[0])


def reproduce(
    case: Case, function: Function, finding: Finding | None = None, findings: Sequence[Finding] = ()
) -> Job[Reproduction]:
    """Run the failing invocation of a function on this machine, and compare it with what the cloud logged.

    Where its subnets differ it runs in one of each kind, until the failure comes back.

    Args:
        case: Its world.
        function: The version.
        finding: What is to be confirmed or refuted.
        findings: All of the diagnosis: those of this version are ranked again by what the run shows.

    Raises:
        SandboxError: this machine cannot run it, or its code cannot be had.
    """
    from doctor.engine.recalibrate import weigh
    from doctor.engine.reproduction import compare, failing, telling

    invocation = failing(case.world.invocations(function), finding)
    scenario = yield from scenario_of(case, function, invocation)
    yield Line(text=f"event: {scenario.source}", role="dim")
    made: list[Reproduction] = []
    for one in places(case.world, function, scenario):
        run = yield from run_once(case, case.world, function, one)
        made.append(compare(run, invocation, finding))
        if made[-1].verdict == "reproduced":
            break
    told = telling(made)
    mine = [one for one in findings if function.arn in one.affects]
    ranking = weigh(told.run, mine, case.world.invocations(function)) if told.run else ()
    return replace(told, looked=case.events[function.arn].looked, ranking=ranking)


def places(world: World, function: Function, scenario: Scenario) -> list[Scenario]:
    """The scenario in each subnet that differs from the others."""
    from doctor.engine.gating import subnets_that_differ

    return [replace(scenario, subnet=one) for one in subnets_that_differ(world, function)] or [scenario]


def scenario_of(case: Case, function: Function, failed: Invocation | None = None) -> Job[Scenario]:
    """The event to run: the given one, the incident's, the surest that is found, one made for a trigger, or an empty one.

    Raises:
        UsageError: what the user asked for is not there.
    """
    from doctor.scenarios.choose import Search, search

    if function.arn not in case.events:
        known = given_event(case, function)
        if known is None:
            aws = case.account.aws if case.account else None
            asked = Search(world=case.world, function=function, aws=aws, failed=failed, wanted=case.event_from)
            case.events[function.arn] = yield from search(asked)
        else:
            case.events[function.arn] = Chosen(event=known)
    one = case.events[function.arn].event
    return Scenario(
        function=function.arn,
        event=one.event,
        source=one.source,
        kind=one.kind,
        note=one.note,
        invocation_type=one.invocation_type,
    )


def events_of(case: Case, function: Function, finding: Finding | None = None) -> Job[Chosen]:
    """Every event that there is for a function, that which would be run first.

    Raises:
        UsageError: what the user gave cannot be read.
    """
    from doctor.engine.reproduction import failing
    from doctor.scenarios.choose import Search, search

    aws = case.account.aws if case.account else None
    failed = failing(case.world.invocations(function), finding)
    asked = Search(world=case.world, function=function, aws=aws, failed=failed, wanted=case.event_from)
    found = yield from search(asked, everything=True)
    known = given_event(case, function)
    return found if known is None else replace(found, event=known, others=(found.event, *found.others))


def given_event(case: Case, function: Function) -> FoundEvent | None:
    """The event that the user gave, or the incident's; ``None``: it must be looked for.

    Raises:
        UsageError: it cannot be read.
    """
    from doctor.scenarios.choose import given

    if case.event is not None:
        return given(case.event)
    shipped = None if case.event_from else _shipped(case, "events", function)
    if shipped is None:
        return None
    return replace(given(shipped), kind="incident", source=f"recorded with the incident ({shipped.name})")


def _shipped(case: Case, kind: str, function: Function) -> Path | None:
    """What the incident's folder holds of a kind for a function."""
    incident = case.account.incident if case.account else Path(case.target.snapshot)
    path = None if incident is None else incident / kind / f"{function.function_name}.json"
    return path if path is not None and path.is_file() else None


def answers_of(case: Case, function: Function) -> tuple[RecordedAnswer, ...]:
    """Recorded answers to its AWS calls: the given ones, the incident's, or none."""
    path = case.answers or _shipped(case, "answers", function)
    if path is None:
        return ()
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[RecordedAnswer, ...])
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{path}: not recorded answers: {error}") from error


def run_once(case: Case, world: World, function: Function, scenario: Scenario) -> Job[LocalRun]:
    """Get the code, and run it once in a world: the case's own, or what a plan makes of it."""
    from tempfile import TemporaryDirectory

    from doctor.model.hiding import Hiding
    from doctor.running import run_in
    from doctor.store.home import redaction_key

    with TemporaryDirectory(prefix="doctor-") as place:
        code, environment, assumptions = _code(case, function, Path(place))
        hiding = Hiding(environment, redaction_key())
        job = run_in(
            world,
            function,
            code,
            scenario,
            environment,
            recorded=answers_of(case, function),
            injected=case.injected,
            scratch=Path(place),
        )
        local = yield from _hidden(job, hiding)
    leaned = (scenario.assumption,) if scenario.assumption else ()
    return replace(hiding.run(local), assumptions=(*leaned, *assumptions, *local.assumptions))


def _hidden(job: Job[T], hiding: "Hiding") -> Job[T]:
    """A job whose lines are shown without secrets."""
    try:
        while True:
            yield hiding.event(next(job))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # a generator's return value is not typed
    finally:
        job.close()


def _code(case: Case, function: Function, place: Path) -> tuple[Path, dict[str, str], tuple[str, ...]]:
    """A function's code, its environment, and what was assumed about them: from the account, or from a snapshot's folder."""
    if case.account is not None:
        from doctor.aws.packages import fetch, unpack

        if function.arn not in case.fetched:
            case.fetched[function.arn] = fetch(case.account.aws, function.arn)
        fetched = case.fetched[function.arn]
        return unpack(fetched.package, place), fetched.environment, ()
    folder = case.target.snapshot
    code = Path(folder) / "code" / function.function_name
    if not code.is_dir():
        raise SandboxError(
            f"{folder} holds no code of {function.function_name}: a local run needs the account, or a bundle"
        )
    variables = function.environment.variables
    hidden = [name for name, value in variables.items() if isinstance(value, Redacted)]
    assumptions = (f"redacted environment variables were left out: {', '.join(hidden)}",) if hidden else ()
    return code, {name: value for name, value in variables.items() if isinstance(value, str)}, assumptions
