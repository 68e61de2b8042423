"""A large account from a snapshot file: ``python -m tests.bench.scale [FUNCTIONS ...]``.

Targets: 10,000 functions under all rules with their report in 2 s of CPU and 300 MB; again after one change in 0.2 s;
growth no worse than linear.
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
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.telemetry import Invocation, MetricSeries
from doctor.shelf import demo, shipped_rules
from doctor.store import snapshots


def grown(functions: int) -> Snapshot:
    """The shipped incident, copied under new names until it has so many functions; a few invocations each."""
    seed = snapshots.read(demo())
    names = sorted({one.function_name for one in seed.resources.values() if isinstance(one, Function)})
    resources: dict[str, Resource] = {arn: one for arn, one in seed.resources.items() if not isinstance(one, Function)}
    invocations: dict[str, tuple[Invocation, ...]] = {}
    metrics: dict[str, tuple[MetricSeries, ...]] = {}
    for number in range(functions):
        name = names[number % len(names)]
        copy = f"{name}-{number:05d}"
        arn = f"arn:aws:lambda:{seed.scope.region}:{seed.scope.account}:function:{name}"
        original = seed.resources[arn]
        assert isinstance(original, Function)
        new = arn.replace(name, copy)
        resources[new] = replace(original, function_name=copy, function_arn=new)
        invocations[new] = seed.invocations.get(arn, ())[-5:]
        metrics[new] = seed.metrics.get(arn, ())
    return replace(seed, resources=resources, invocations=invocations, metrics=metrics, gaps=())


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


def again(snapshot: Snapshot) -> float:
    """CPU seconds of a second diagnosis after one function changed."""
    rules = shipped_rules()
    first = examine(World(snapshot), rules)
    _ = first.diagnosis
    function = next(one for one in snapshot.resources.values() if isinstance(one, Function))
    changed = snapshot.with_resources(replace(function, timeout=function.timeout + 1))
    started = time.process_time()
    _ = first.again(World(changed)).diagnosis
    return time.process_time() - started


def main(sizes: list[int]) -> None:
    """Print the figures of each size."""
    for size in sizes:
        snapshot = grown(size)
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "snapshot.json"
            path.write_bytes(snapshots.encode(snapshot))
            megabytes = path.stat().st_size / 1e6
            cpu, peak = check(path)
        repeated = again(snapshot)
        print(
            f"{size:>6} functions ({megabytes:5.1f} MB): {cpu:6.2f} s CPU, {peak:5.0f} MB; "
            f"after one change {repeated:5.2f} s; this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
        )


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [1_000, 10_000])
