"""Run one invocation of a function's real handler on this machine, without Docker and without root."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from doctor.model.events import Job
from doctor.model.function import Function
from doctor.model.outcome import Enforced, LocalRun, Scenario
from doctor.sandbox.endings import outcome
from doctor.sandbox.environment import Environment
from doctor.sandbox.interpreters import Interpreter
from doctor.sandbox.limits import Limits
from doctor.sandbox.prepare import choose, client, prepare

_PYTHON = (".py",)
_JAVASCRIPT = (".js", ".mjs", ".cjs")
_MACHINES = {"x86_64": ("x86_64", "AMD64"), "arm64": ("aarch64", "arm64")}


def run(
    function: Function,
    code: Path,
    scenario: Scenario,
    *,
    environment: Mapping[str, str],
    layers: Sequence[Path] = (),
    limits: Limits = Limits(),  # noqa: B008  immutable
) -> Job[LocalRun]:
    """Run the scenario's event once, in an environment that is new and ends with it.

    Args:
        function: Its configuration: runtime, handler, timeout, memory and the size of ``/tmp`` are taken from it.
        code: Its unpacked package.
        scenario: The event.
        environment: Its own variables, in clear.
        layers: Its layers, unpacked, in its order.
        limits: Lambda's own limits.

    Yields:
        Phases, gauges and log lines while the handler runs.

    Raises:
        SandboxError: The handler cannot be run here at all: no interpreter, no isolation.
    """
    found = choose(function)
    setup = prepare(function, code, found, own=environment, layers=layers, limits=limits)
    with Environment(setup, limits) as running:
        invocation = yield from running.invoke(bytes(scenario.event))
        attempts = running.unreachable
        yield from running.shutdown()
    return LocalRun(
        scenario=scenario,
        outcome=outcome(invocation.ending, invocation.figures, invocation.log),
        enforced=tuple(_enforced(function, found, limits, setup.walls.cpu_share)),
        assumptions=tuple(_assumptions(function, found, (code, *layers), attempts)),
    )


def _enforced(function: Function, found: Interpreter, limits: Limits, share: float) -> Iterator[Enforced]:
    """What stood behind each dimension of the run."""
    exact = found.runtime == function.runtime
    by = "interpreter" if found.prefix else "the package's own bootstrap"
    yield Enforced(dimension="timeout", by="wall clock")
    if limits.memory == "poll":
        yield Enforced(
            dimension="memory",
            by="polling",
            note=f"every {limits.memory_interval * 1000:g} ms; the platform's own share is not counted",
        )
    else:
        yield Enforced(dimension="memory", by="", note="measured only")
    if limits.cpu == "share":
        yield Enforced(
            dimension="cpu", by="stopping", note=f"{share:.1%} of one of this machine's processors while invoked"
        )
    else:
        yield Enforced(dimension="cpu", by="", note="this machine's full speed")
    yield Enforced(dimension="files", by="mount namespace", note="read-only but for /tmp; 1024 open files")
    yield Enforced(
        dimension="network",
        by="network namespace",
        note="no network at all: the function's own network is not modelled yet",
    )
    yield Enforced(dimension="permissions", by="", note="no call reaches AWS, so none was judged")
    note = "" if exact else f"approximate: {found.runtime} instead of {function.runtime}"
    yield Enforced(dimension="runtime", by=by if exact else "", note=note)


def _assumptions(function: Function, found: Interpreter, folders: Sequence[Path], attempts: int) -> Iterator[str]:
    """What the run leaned on without proof."""
    if attempts:
        yield "the handler tried to reach the network, which is not modelled here: how that failed or hung says nothing about the cloud"
    wanted, here = function.architectures[0], platform.machine()
    if here not in _MACHINES.get(wanted, (wanted,)):
        yield f"the function is built for {wanted} and this machine is {here}: compiled parts of its package do not load here"
    if found.language == "python" and _needs_sdk(folders, "boto3", _PYTHON, b"boto") and (sdk := client(found).sdk):
        yield f"{sdk} of this machine stood in for the one of Lambda's runtime"
    if found.language == "nodejs" and _needs_sdk(folders, "node_modules/@aws-sdk", _JAVASCRIPT, b"aws-sdk"):
        yield "the AWS SDK that Lambda's Node.js runtime brings is not on this machine: a handler that needs it fails to load here only"


def _needs_sdk(folders: Sequence[Path], own: str, suffixes: Sequence[str], name: bytes) -> bool:
    """Whether the code names the AWS SDK and brings none of its own."""
    if any((folder / own).is_dir() for folder in folders):
        return False
    sources = (path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes and path.is_file())
    return any(name in path.read_bytes() for path in sources)
