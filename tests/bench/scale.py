"""A large account from a snapshot file: ``python -m tests.bench.scale [FUNCTIONS ...]`` (1,000, 10,000 and 50,000).

Targets: 10,000 functions under all rules with their report in 2 s of CPU and 300 MB; again after one change in 0.2 s;
growth no worse than linear. CPU is told in seconds and in calibration loops of the same moment, as these machines are
shared. What the accounts are like is told in ``tests.bench.account``.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from msgspec.structs import replace

from doctor.engine.diagnose import examine
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.shelf import shipped_rules
from doctor.store import snapshots
from tests.bench.account import KINDS, large

ROUNDS = 3


def loop() -> float:
    """CPU seconds of a loop of bare Python, for comparing machines and moments: about 0.1 s."""
    started = time.process_time()
    sum(1 for _ in range(2_000_000))
    return time.process_time() - started


def check(path: Path) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of ``doctor check`` on a file."""
    probe = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-m', 'doctor', 'check', '-s', sys.argv[1]], stdout=subprocess.DEVNULL);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)"
    )
    told = subprocess.run([sys.executable, "-c", probe, str(path)], capture_output=True, text=True, check=True)
    cpu, peak = told.stdout.split()
    return float(cpu), float(peak)


def again(path: Path) -> tuple[float, float]:
    """CPU seconds of a second diagnosis after one function changed, and calibration loops; the best of several."""
    snapshot = snapshots.read(path)
    first = examine(World(snapshot), shipped_rules())
    _ = first.diagnosis
    function = next(one for one in snapshot.resources.values() if isinstance(one, Function))
    changed = snapshot.with_resources(replace(function, timeout=function.timeout + 1))
    found = []
    for _ in range(ROUNDS):
        world, calibration, started = World(changed), loop(), time.process_time()
        _ = first.again(world).diagnosis
        seconds = time.process_time() - started
        found.append((seconds, seconds / calibration))
    return min(found)


def measure(kind: str, size: int) -> str:
    """The figures of an account, in a line."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "snapshot.json"
        path.write_bytes(snapshots.encode(large(size, kind)))
        found = []
        for _ in range(ROUNDS):
            calibration, (cpu, peak) = loop(), check(path)
            found.append((cpu / calibration, cpu, peak))
        loops, cpu, peak = min(found)
        repeated, again_loops = again(path)
        megabytes = path.stat().st_size / 1e6
    return (
        f"{kind:>9} {size:>6} functions ({megabytes:6.1f} MB): {cpu:6.2f} s CPU = {loops:5.1f} loops, "
        f"{cpu * 1e6 / size:4.0f} us a function, {peak:5.0f} MB; after one change {repeated:5.2f} s = {again_loops:4.1f} loops"
    )


def main(sizes: list[int]) -> None:
    """Print the figures of each kind and size, each in a process of its own, so that one's memory is not another's."""
    for kind in KINDS:
        for size in sizes:
            code = f"from tests.bench.scale import measure; print(measure({kind!r}, {size}), flush=True)"
            subprocess.run([sys.executable, "-c", code], check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"the largest of these processes, with what 'again' keeps: {peak} MB")


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [1_000, 10_000, 50_000])
