"""Run one invocation of a function's real handler on this machine, without Docker and without root."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from doctor.model.events import Job
from doctor.model.function import Function
from doctor.model.gate import Seen
from doctor.model.measured import Calibration
from doctor.model.outcome import NETWORK_TRIED, Enforced, LocalRun, Outcome, Scenario
from doctor.sandbox import machines
from doctor.sandbox.calibration import Calibrated, calibration
from doctor.sandbox.endings import outcome
from doctor.sandbox.environment import Environment, Invocation, Setup
from doctor.sandbox.interpreters import Interpreter
from doctor.sandbox.launchers import launchers
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import files, opened, outside
from doctor.sandbox.prepare import HAS_PROC, choose, client, prepare
from doctor.sandbox.tiers import WORDS, Tier, standing

if TYPE_CHECKING:  # doctor.iam and cryptography: only a run with a network pays for them
    from doctor.sandbox.gate.gate import Gate
    from doctor.sandbox.gate.keeper import Keeper
    from doctor.sandbox.gate.views import Views

_UNSEEN = "" if HAS_PROC else "; a peak in between is not seen"
_MB = 1024 * 1024
_PYTHON = (".py",)
_JAVASCRIPT = (".js", ".mjs", ".cjs")


def run(
    function: Function,
    code: Path,
    scenario: Scenario,
    *,
    environment: Mapping[str, str],
    layers: Sequence[Path] = (),
    limits: Limits = Limits(),  # noqa: B008  immutable
    views: "Views | None" = None,
    scratch: Path | None = None,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> Job[LocalRun]:
    """Run the scenario's event once, in an environment that is new and ends with it; says phases, gauges and log lines.

    Args:
        function: Its configuration: runtime, handler, timeout, memory and the size of ``/tmp`` are taken from it.
        code: Its unpacked package.
        scenario: The event.
        environment: Its own variables, in clear.
        layers: Its layers, unpacked, in its order.
        limits: Lambda's own limits.
        views: The function's world, by which its connections and calls are judged; ``None``: it has no network at all.
        scratch: A directory of doctor's own, with the code for example, that is removed with the sandbox, however that ends.
        asked: Variables of ``doctor.sandbox.imports``, by which the runtime is asked to measure something.

    Raises:
        SandboxError: The handler cannot be run here at all: no interpreter, no isolation, compiled for another machine.
    """
    found = _found(function, (code, *layers))
    keeper, gate, why_none = _gate(views)
    pem = gate.authority.pem if gate else ""
    setup = prepare(
        function, code, found, own=environment, layers=layers, limits=limits, trusted=pem, scratch=scratch, asked=asked
    )
    with opened(setup, limits, gate) as running:
        invocation = yield from _watched(running, bytes(scenario.event), keeper)
    why_none, folders, seen = why_none or running.no_network, (code, *layers), _seen(keeper, gate)
    leant = *_assumptions(found, folders, running.unreachable if why_none else 0), *outside(running, folders)
    return LocalRun(
        scenario=scenario,
        outcome=_outcome(invocation, scenario),
        stopped_in=running.journal.doing if invocation.ending.kind == "timed_out" else "",
        enforced=(*_enforced(function, found, limits, setup, running.by), *_gated(why_none, running.tier)),
        assumptions=(*leant, *seen.assumptions),
        presumptions=(*_presumptions(function, found, folders), *seen.presumptions),
        connections=seen.connections,
        calls=seen.calls,
        imports=running.imports,
        calibration=_calibration(limits, running.calibrated, invocation),
    )


def _calibration(limits: Limits, made: Calibrated, invocation: Invocation) -> Calibration | None:
    figures = invocation.figures
    duration = figures.duration if invocation.ending.kind == "succeeded" else None
    return calibration(limits.logged, made, duration, figures.init_duration)


def _found(function: Function, folders: Sequence[Path]) -> Interpreter:
    """What runs it; the process that its launcher is forked from starts meanwhile."""
    launchers.start()
    machines.check(function, folders)
    return choose(function)


def _watched(running: Environment, event: bytes, keeper: "Keeper | None") -> Job[Invocation]:
    """An invocation with what its gate meets meanwhile, and the environment's end."""
    job = running.invoke(event)
    if keeper is not None:
        from doctor.sandbox.gate.watch import watched

        job = watched(job, keeper, lambda: running.journal.doing)
    invocation = yield from job
    yield from running.shutdown()
    return invocation


def _seen(keeper: "Keeper | None", gate: "Gate | None") -> Seen:
    """What the gate recorded; raises what went wrong in it."""
    if gate is not None:
        gate.check()
    return keeper.seen if keeper else Seen()


def _outcome(invocation: Invocation, scenario: Scenario) -> Outcome:
    """How it ended. Who invokes asynchronously gets a 202 and an empty body, whatever becomes of the invocation."""
    ended = outcome(invocation.ending, invocation.figures, invocation.log)
    return replace(ended, payload="") if scenario.invocation_type == "Event" else ended


def _gate(views: "Views | None") -> tuple["Keeper | None", "Gate | None", str]:
    """The gate that a run's network leads to, or why it has none."""
    if views is None:
        return None, None, "the function's world was not given"
    if find_spec("cryptography") is None:
        return None, None, "the package cryptography is not installed: pip install 'lambda-doctor[local]'"
    from doctor.sandbox.gate.gate import Gate
    from doctor.sandbox.gate.keeper import Keeper

    keeper = Keeper(views)
    return keeper, Gate(keeper), ""


def _gated(why_none: str, tier: Tier) -> Iterator[Enforced]:
    """What stood behind the files, the network and the policies, and by which tier."""
    yield Enforced(dimension="tier", by=tier, note=standing(tier))
    yield files(tier)
    if why_none:
        yield Enforced(dimension="network", by="", note=f"no network at all, so nothing leaves: {why_none}")
        yield Enforced(dimension="policies", by="", note="no call was judged")
        return
    yield Enforced(dimension="network", by=WORDS[tier].network, note=WORDS[tier].network_note)
    yield Enforced(
        dimension="policies",
        by="doctor.iam",
        note="by the role's real policies; what a service checks beside them is not modelled",
    )


def _enforced(
    function: Function, found: Interpreter, limits: Limits, setup: Setup, by_what: Mapping[str, Any]
) -> Iterator[Enforced]:
    """What stood behind each dimension of the run."""
    share = setup.walls.cpu_share
    exact = found.runtime == function.runtime
    by = "interpreter" if found.prefix else "the package's own bootstrap"
    yield Enforced(dimension="timeout", by="wall clock")
    yield _memory(limits, setup, by_what)
    if not HAS_PROC:
        yield Enforced(dimension="cpu", by="", note="this system does not tell what a process uses at little cost")
    elif limits.cpu == "share":
        told = f"{share:.1%} of one of this machine's processors while invoked"
        yield Enforced(dimension="cpu", by=by_what.get("cpu", "stopping"), note=told)
    else:
        yield Enforced(dimension="cpu", by="", note="this machine's full speed")
    note = "" if exact else f"approximate: {found.runtime} instead of {function.runtime}"
    yield Enforced(dimension="runtime", by=by if exact else "", note=note)


def _memory(limits: Limits, setup: Setup, by_what: Mapping[str, Any]) -> Enforced:
    """What stood behind the memory limit."""
    if limits.memory == "none":
        return Enforced(dimension="memory", by="", note="measured only")
    if held := by_what.get("in_files"):
        told = (
            f"this machine's kernel killed it with {held // _MB} MB in /tmp, which is memory here and a disk on Lambda"
        )
        return Enforced(dimension="memory", by="", note=told)
    if by_what.get("memory") == "cgroup":
        note = "the kernel kills the largest process when the limit is passed; the platform's own share is not counted"
        return Enforced(dimension="memory", by="cgroup", note=note)
    note = f"every {setup.walls.interval * 1000:g} ms; the platform's own share is not counted{_UNSEEN}"
    return Enforced(dimension="memory", by="polling", note=note)


def _assumptions(found: Interpreter, folders: Sequence[Path], attempts: int) -> Iterator[str]:
    """What the run leaned on without proof."""
    if attempts:
        yield NETWORK_TRIED
    if found.language == "nodejs" and _needs_sdk(folders, "node_modules/@aws-sdk", _JAVASCRIPT, b"aws-sdk"):
        yield "the AWS SDK that Lambda's Node.js runtime brings is not on this machine: a handler that needs it fails to load here only"


def _presumptions(function: Function, found: Interpreter, folders: Sequence[Path]) -> Iterator[str]:
    """What stood in for a part of Lambda that cannot be had."""
    if other := machines.check(function, folders):
        yield other
    if found.language == "python" and client(found).own:
        yield "doctor's own runtime client stood in for AWS's, which has none for this system; hooks of SnapStart do not run"
    if found.language == "python" and _needs_sdk(folders, "boto3", _PYTHON, b"boto") and (sdk := client(found).sdk):
        yield f"{sdk} of this machine stood in for the one of Lambda's runtime"


def _needs_sdk(folders: Sequence[Path], own: str, suffixes: Sequence[str], name: bytes) -> bool:
    """Whether the code names the AWS SDK and brings none of its own."""
    if any((folder / own).is_dir() for folder in folders):
        return False
    sources = (path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes and path.is_file())
    return any(name in path.read_bytes() for path in sources)
