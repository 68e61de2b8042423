"""Measure whole commands against a bare interpreter in the same run: these machines are shared, so only ratios mean much."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median


def cpu_and_wall(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of CPU (children's children included) and of wall clock that a command took."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - started


def in_bare_interpreters(arguments: Sequence[str], runs: int, home: str) -> tuple[float, float]:
    """How many bare interpreters ``doctor`` with these arguments costs (median of CPU), and its wall clock in seconds."""
    environment = {**os.environ, "DOCTOR_HOME": home, "PYTHONDONTWRITEBYTECODE": ""}
    bare, ours = [], []
    for _ in range(runs):  # in turns, so that a neighbour's load falls on both
        bare.append(cpu_and_wall([sys.executable, "-c", "pass"], environment))
        ours.append(cpu_and_wall([sys.executable, "-m", "doctor", *arguments], environment))
    return median(cpu for cpu, _ in ours) / median(cpu for cpu, _ in bare), median(wall for _, wall in ours)
