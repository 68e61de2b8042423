"""What a local run costs and how exact its limits are, beside AWS's own emulator and beside no isolation at all.

Targets: cold start and warm rate at least the emulator's (ratio 1.0); at most twice a cold start without
namespaces, files and wire of its own (2.0: the tier of hooks, without a gate); a timeout
within 0.2 s of what was asked; at most 16 MB over the memory limit before the kill, where memory is polled.
Ratios are of medians of rounds that alternate. ``DOCTOR_RIE`` names the emulator's binary; without it that part is absent.

    python -m tests.bench.sandbox
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from doctor.errors import SandboxError
from doctor.sandbox.environment import Environment
from doctor.sandbox.gate.gate import Gate
from doctor.sandbox.gate.keeper import Keeper
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import opened
from doctor.sandbox.prepare import choose, prepare
from doctor.sandbox.tiers import TIERS, Tier
from tests.e2e.emulator import BINARY, binary, emulator
from tests.unit.sandbox.gates import views
from tests.unit.sandbox.support import finish, function, write

ROUNDS, WARM = 15, 400
ECHO = "def handler(event, context):\n    return event\n"
SLEEP = "import time\ndef handler(event, context):\n    time.sleep(30)\n"
GROW = (
    "import os\ndef handler(event, context):\n    page = 1 << 20\n    kept = []\n    pid = os.fork()\n"
    "    if pid == 0:\n        while True: kept.append(b'x' * page)\n    return os.wait4(pid, 0)[2].ru_maxrss\n"
)


def main() -> int:
    """Measure, print, and tell whether every target was met."""
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
    kinds: dict[str, Callable[[], float]] = {"doctor, gated": lambda: _gated(code)}
    for tier in TIERS:
        kinds[f"doctor, {tier}"] = lambda tier=tier: _ours(code, tier)  # type: ignore[misc]
    if binary() is not None:
        kinds["emulator"] = lambda: _theirs(code)
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, run in kinds.items():
            began = time.perf_counter()
            try:
                ended = run()
            except SandboxError as error:
                print(f"cold start, {name}: absent: {error}")
            else:
                taken[name].append((ended - began) * 1000)
    middle = {name: statistics.median(each) for name, each in taken.items() if each}
    for name, value in middle.items():
        print(f"cold start, {name}: median {value:.0f} ms, least {min(taken[name]):.0f} ms")
    ours = middle["doctor, gated"]
    good = _held("cold start, sandbox against none but hooks", ours / middle["doctor, hooks"], 2.0)
    if "emulator" not in middle:
        print(f"the emulator is absent: {BINARY} names no file")
        return good
    return _held("cold start, sandbox against the emulator", ours / middle["emulator"], 1.0) and good


def _warm(code: Path) -> bool:
    """Invocations per second of one environment."""
    with _with_gate(code) as running:
        finish(running.invoke(b"1"))
        began = time.perf_counter()
        for _ in range(WARM):
            finish(running.invoke(b"1"))
        ours = WARM / (time.perf_counter() - began)
    print(f"warm, doctor: {ours:.0f}/s")
    if binary() is None:
        return True
    with emulator(code, "app.handler", memory=1769) as there:
        there.invoke(b"1")
        began = time.perf_counter()
        for _ in range(WARM):
            there.invoke(b"1")
        theirs = WARM / (time.perf_counter() - began)
    print(f"warm, emulator: {theirs:.0f}/s")
    return _held("warm rate, the emulator against the sandbox", theirs / ours, 1.0)


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
    gate = Gate(Keeper(views()))
    subject = function(memory_size=1769)
    trusted = gate.authority.pem
    setup = prepare(subject, code, choose(subject), own={}, layers=(), limits=Limits(), trusted=trusted)
    return opened(setup, Limits(tier="namespaces"), gate)


def _theirs(code: Path) -> float:
    with emulator(code, "app.handler") as there:
        there.invoke(b"1")
        return time.perf_counter()


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
