"""What a local run costs and how exact its limits are, beside AWS's own emulator and beside a bare process.

Targets: cold start and warm rate at least the emulator's (ratio 1.0); at most twice the cold start of a bare process
(2.0); a timeout within 0.2 s of what was asked; at most 16 MB over the memory limit before the kill, where memory is polled.
Ratios are of medians of rounds that alternate. ``DOCTOR_RIE`` names the emulator's binary; without it that part is absent.

A cold start is counted from nothing to the first answer, on all sides with the same interpreter, the same compiled
AWS client with the same bytecode, and the same handler:

``doctor, gated``       finding the interpreter, a certificate authority, namespaces, files, wire and gate; the process that
                        launchers are forked from runs, as it does from the second start of a sweep or a proof on
``doctor, first``       the same in a process that has just been started, where that one starts too (imports are not counted)
``plain``               the interpreter alone, as a child, against doctor's Runtime API: no isolation, no gate, no limits
``emulator``            its start, until it listens, then the interpreter, which it starts with the first invocation

Ending is in none of them. The emulator is asked over HTTP, a connection for each event, as its users do.

    python -m tests.bench.sandbox
"""

import contextlib
import functools
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from doctor.errors import SandboxError
from doctor.sandbox.delivery import NOBODY, Delivery
from doctor.sandbox.environment import Environment
from doctor.sandbox.gate.gate import Gate
from doctor.sandbox.gate.keeper import Keeper
from doctor.sandbox.http import Request
from doctor.sandbox.interpreters import python_client
from doctor.sandbox.launchers import launchers
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import opened
from doctor.sandbox.prepare import choose, prepare
from doctor.sandbox.runtime_api import RuntimeApi
from doctor.sandbox.server import Connection, Server
from doctor.sandbox.tiers import TIERS, Tier
from tests.e2e.emulator import BINARY, binary, emulator
from tests.unit.sandbox.gates import views
from tests.unit.sandbox.support import ARN, finish, function, write

ROUNDS, WARM, WARM_ROUNDS = 15, 200, 7
FIRST = "first"
ECHO = "def handler(event, context):\n    return event\n"
SLEEP = "import time\ndef handler(event, context):\n    time.sleep(30)\n"
GROW = (
    "import os\ndef handler(event, context):\n    page = 1 << 20\n    kept = []\n    pid = os.fork()\n"
    "    if pid == 0:\n        while True: kept.append(b'x' * page)\n    return os.wait4(pid, 0)[2].ru_maxrss\n"
)


def main() -> int:
    """Measure, print, and tell whether every target was met."""
    if FIRST in sys.argv:
        print(_timed(lambda: _gated(Path(sys.argv[-1]))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        echo = write(place / "echo", ECHO, "python3")
        good = _cold(echo)
        good &= _warm(echo)
        good &= _timeout(write(place / "sleep", SLEEP, "python3"))
        good &= _memory(write(place / "grow", GROW, "python3"))
    return 0 if good else 1


def _cold(code: Path) -> bool:
    """From nothing to the first answer, in milliseconds."""
    kinds: dict[str, Callable[[], float]] = {"doctor, gated": lambda: _timed(lambda: _gated(code))}
    kinds["doctor, first"] = lambda: _first(code)
    for tier in TIERS:
        kinds[f"doctor, {tier}"] = lambda tier=tier: _timed(lambda: _ours(code, tier))  # type: ignore[misc]
    kinds["plain"] = lambda: _timed(lambda: _plain(code))
    if binary() is not None:
        kinds["emulator"] = lambda: _timed(lambda: _theirs(code))
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, run in kinds.items():
            try:
                taken[name].append(run())
            except SandboxError as error:
                print(f"cold start, {name}: absent: {error}")
    middle = {name: statistics.median(each) for name, each in taken.items() if each}
    for name, value in middle.items():
        print(f"cold start, {name}: median {value:.0f} ms, least {min(taken[name]):.0f} ms")
    ours, first = middle["doctor, gated"], middle["doctor, first"]
    good = _held("cold start, sandbox against a bare process", ours / middle["plain"], 2.0)
    good &= _held("first start, sandbox against a bare process", first / middle["plain"], 2.0)
    if "emulator" not in middle:
        print(f"the emulator is absent: {BINARY} names no file")
        return good
    good &= _held("cold start, sandbox against the emulator", ours / middle["emulator"], 1.0)
    return _held("first start, sandbox against the emulator", first / middle["emulator"], 1.0) and good


def _timed(run: Callable[[], float]) -> float:
    """Milliseconds until the moment that a run tells."""
    began = time.perf_counter()
    return (run() - began) * 1000


def _first(code: Path) -> float:
    """The first start of a process, as that one tells."""
    command = [sys.executable, "-m", "tests.bench.sandbox", FIRST, str(code)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _warm(code: Path) -> bool:
    """Invocations per second of one environment, in rounds that alternate."""
    ours: list[float] = []
    theirs: list[float] = []
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(_with_gate(code))
        finish(running.invoke(b"1"))
        there = stack.enter_context(emulator(code, "app.handler", memory=1769)) if binary() else None
        for _ in range(WARM_ROUNDS):
            ours.append(_rate(lambda: finish(running.invoke(b"1"))))
            if there is not None:
                theirs.append(_rate(functools.partial(there.invoke, b"1")))
    print(f"warm, doctor: median {statistics.median(ours):.0f}/s")
    if not theirs:
        return True
    print(f"warm, emulator: median {statistics.median(theirs):.0f}/s")
    return _held(
        "warm rate, the emulator against the sandbox", statistics.median(theirs) / statistics.median(ours), 1.0
    )


def _rate(invoke: Callable[[], object]) -> float:
    invoke()
    began = time.perf_counter()
    for _ in range(WARM):
        invoke()
    return WARM / (time.perf_counter() - began)


def _timeout(code: Path) -> bool:
    """How far the wall clock of an invocation is from its timeout, at most, in seconds."""
    worst = 0.0
    for _ in range(5):
        with _environment(code, "namespaces", Limits(timeout=0.5)) as running:
            job, began = running.invoke(b"1"), 0.0
            for event in job:
                if getattr(event, "name", "") == "invoke" and getattr(event, "state", "") == "started":
                    began = time.perf_counter()
            worst = max(worst, abs(time.perf_counter() - began - 0.5))
    return _held("timeout, error in seconds", worst, 0.2)


def _memory(code: Path) -> bool:
    """By how many MB a process that fills its memory at full speed goes over 128 before the kill, at most."""
    worst = 0.0
    for _ in range(10):
        with _environment(code, "namespaces", Limits(cpu="none"), memory=128) as running:
            payload = finish(running.invoke(b"1"))[0].ending.payload
            worst = max(worst, int(payload) / 1024 - 128)
    return _held("memory, MB over the limit", worst, 16)


def _environment(code: Path, tier: Tier, limits: Limits = Limits(), memory: int = 1769) -> Environment:  # noqa: B008  immutable
    subject = function(memory_size=memory)
    setup = prepare(subject, code, choose(subject), own={}, layers=(), limits=limits)
    return opened(setup, replace(limits, tier=tier), None)


def _ours(code: Path, tier: Tier) -> float:
    with _environment(code, tier) as running:
        return _answered(running)


def _gated(code: Path) -> float:
    """With everything: namespaces, a wire, a gate and its certificates."""
    with _with_gate(code) as running:
        return _answered(running)


def _with_gate(code: Path) -> Environment:
    """What ``doctor.sandbox.run`` does, in its order."""
    launchers.start()
    gate = Gate(Keeper(views()))
    subject = function(memory_size=1769)
    trusted = gate.authority.pem
    setup = prepare(subject, code, choose(subject), own={}, layers=(), limits=Limits(), trusted=trusted)
    return opened(setup, Limits(tier="namespaces"), gate)


def _theirs(code: Path) -> float:
    with emulator(code, "app.handler") as there:
        there.invoke(b"1")
        return time.perf_counter()


def _plain(code: Path) -> float:
    """A bare process that speaks with doctor's Runtime API, and nothing around it."""
    found = choose(function())
    packages = [str(Path(source).parent) for source, _ in python_client(found.version, Path()).mounts]
    api, waiting = RuntimeApi(1 << 20), list[Connection]()
    with selectors.DefaultSelector() as selector, socket.create_server(("127.0.0.1", 0)) as listener:

        def handle(request: Request, connection: Connection) -> bytes | None:
            answer = api.handle(request)
            if answer is None:
                waiting.append(connection)
            return answer

        def until(condition: Callable[[], bool]) -> None:
            while not condition():
                for key, events in selector.select():
                    key.data(events)

        server = Server(selector, listener, handle, 1 << 20)
        variables = {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{listener.getsockname()[1]}",
            "LAMBDA_TASK_ROOT": str(code),
            "PYTHONPATH": os.pathsep.join(dict.fromkeys([str(code), *packages])),
        }
        command = [f"{found.prefix}/{found.executable}", "-s", "-S", "-m", "awslambdaric", "app.handler"]
        with subprocess.Popen(command, env=variables, cwd=code) as process:
            until(lambda: bool(waiting))
            api.begin("id")
            event = Delivery(
                request_id="id", event=b"1", deadline_ms=1 << 42, function_arn=ARN, trace_id="", caller=NOBODY
            )
            server.send(waiting[0], event.for_runtime())
            until(lambda: api.answer is not None)
            answered = time.perf_counter()
            process.kill()
        server.close()
    return answered


def _answered(running: Environment) -> float:
    """When the first answer was there."""
    finish(running.invoke(b"1"))
    return time.perf_counter()


def _held(what: str, value: float, target: float) -> bool:
    good = value <= target
    print(f"{what}: {value:.2f} (target {target:g}){'' if good else ': NOT MET'}")
    return good


if __name__ == "__main__":
    sys.exit(main())
