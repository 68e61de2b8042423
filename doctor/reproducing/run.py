"""The failing invocation of a function, run on this machine in its own world, and compared with what the cloud logged."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.engine.gating import subnets_that_differ
from doctor.engine.recalibrate import weigh
from doctor.engine.reproduction import compare, failing, telling
from doctor.engine.world import World
from doctor.errors import SandboxError, UsageError
from doctor.model.events import Job, Line
from doctor.model.finding import Finding
from doctor.model.function import Function
from doctor.model.gate import RecordedAnswer
from doctor.model.hiding import Hiding
from doctor.model.outcome import LocalRun, Reproduction, Scenario
from doctor.model.record import Record
from doctor.model.redacted import Redacted
from doctor.pipeline import Case
from doctor.reproducing.event import scenario_of, shipped
from doctor.reproducing.scratch import scratch
from doctor.running import Live, run_in
from doctor.sandbox.limits import Limits
from doctor.sandbox.prepare import choose
from doctor.store.bundles import manifest
from doctor.store.home import redaction_key

if TYPE_CHECKING:
    from doctor.aws.session import Aws

T = TypeVar("T")


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
    return [replace(scenario, subnet=one) for one in subnets_that_differ(world, function)] or [scenario]


def answers_of(case: Case, function: Function) -> tuple[RecordedAnswer, ...]:
    """Recorded answers to its AWS calls: the given ones, the incident's, or none."""
    path = case.answers or shipped(case, "answers", function)
    return () if path is None else recorded(path)


def recorded(path: Path) -> tuple[RecordedAnswer, ...]:
    """The recorded answers of a file.

    Raises:
        UsageError: it cannot be read, or holds something else.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[RecordedAnswer, ...])
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not recorded answers: {error}") from error


def run_once(
    case: Case,
    world: World,
    function: Function,
    scenario: Scenario,
    *,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> Job[LocalRun]:
    """Get the code, and run it once in a world: the case's own, or what a plan makes of it.

    Args:
        case: Where the code is.
        world: What its calls and connections are judged by.
        function: The version.
        scenario: The event.
        asked: Variables by which the runtime is asked to measure something.

    Raises:
        SandboxError: this machine cannot run it, or its code cannot be had.
    """
    choose(function)  # one that nothing here runs is refused before anything is fetched, or said to be missing
    with scratch() as place:
        ready = code_of(case, function, place)
        hiding = Hiding(ready.environment, redaction_key())
        job = run_in(
            world,
            function,
            ready.folder,
            scenario,
            ready.environment,
            recorded=answers_of(case, function),
            injected=case.injected,
            layers=ready.layers,
            live=_live(case),
            scratch=place,
            limits=Limits(log_style=case.log_style, tier=case.tier),
            asked=asked,
        )
        local = yield from _hidden(job, hiding)
    leaned = (scenario.assumption,) if scenario.assumption else ()
    return replace(hiding.run(local), assumptions=(*leaned, *ready.assumptions, *local.assumptions))


def _live(case: Case) -> Live | None:
    """The account that answers reads, where the user wants that."""
    if not case.live_reads or case.account is None:
        return None
    from doctor.aws.live import ask

    return partial(ask, case.account.aws)


def _hidden(job: Job[T], hiding: Hiding) -> Job[T]:
    """A job whose lines are shown without secrets."""
    try:
        while True:
            yield hiding.event(next(job))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # a generator's return value is not typed
    finally:
        job.close()


class Ready(Record):
    """A function's unpacked code and layers, its variables in clear, and what was assumed about both."""

    folder: Path
    layers: tuple[Path, ...] = ()
    """Its layers, unpacked, in its order."""
    environment: dict[str, str]
    assumptions: tuple[str, ...] = ()


def _no_code(folder: Path, name: str) -> str:
    """What somebody without a function's code can do about it."""
    if manifest(folder) is not None:
        return f"the bundle came without the code of {name}: add --code PATH, its package or a folder"
    return (
        f"{folder} holds no code of {name}: run it on the account, "
        f"or from a folder that has the snapshot as account.json and the code in code/{name}"
    )


def code_of(case: Case, function: Function, place: Path) -> Ready:
    """A function's code and environment: from the account, unpacked into ``place``, or from a snapshot's folder.

    Raises:
        SandboxError: the code cannot be had.
    """
    if case.account is not None:
        return _fetched(case, function, place, case.account.aws)
    folder = Path(case.target.snapshot)
    code = folder / "code" / function.function_name
    if not code.is_dir():
        raise SandboxError(_no_code(folder, function.function_name))
    variables = function.environment.variables
    hidden = [name for name, value in variables.items() if isinstance(value, Redacted)]
    assumptions = [f"redacted environment variables were left out: {', '.join(hidden)}"] if hidden else []
    bundle = manifest(folder)
    if bundle is not None and bundle.code_note:
        assumptions.append(bundle.code_note)
    layers = tuple(one for one in sorted((folder / "layers").glob("*")) if one.is_dir())
    if len(layers) < len(function.layers):
        assumptions.append(f"its layers were left out: {', '.join(one.arn for one in function.layers)}")
    clear = {name: value for name, value in variables.items() if isinstance(value, str)}
    return Ready(folder=code, layers=layers, environment=clear, assumptions=tuple(assumptions))


def _fetched(case: Case, function: Function, place: Path, aws: "Aws") -> Ready:
    """The same from the account, which is asked once."""
    from doctor.aws.packages import fetch, unpack, with_layers

    if function.arn not in case.fetched:
        code = fetch(aws, function.arn)
        case.fetched[function.arn] = with_layers(aws, code, [one.arn for one in function.layers])
    fetched = case.fetched[function.arn]
    folders = [place / "code", *(place / f"layer{number}" for number in range(len(fetched.layers)))]
    for folder, package in zip(folders, (fetched.package, *fetched.layers), strict=True):
        folder.mkdir()
        unpack(package, folder)
    missing = tuple(f"a layer was left out: {one}" for one in fetched.missing)
    return Ready(folder=folders[0], layers=tuple(folders[1:]), environment=fetched.environment, assumptions=missing)
