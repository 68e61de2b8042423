"""One invocation at several memory sizes: how long it takes and what it costs."""

import math
from collections.abc import Sequence

from msgspec.structs import replace

from doctor.engine.surroundings import GIGABYTE_SECOND
from doctor.model.events import Job, Line, Progress
from doctor.model.function import Function
from doctor.model.measured import Sized, Sweep
from doctor.model.outcome import LocalRun, Succeeded, kind_of
from doctor.pipeline import Case
from doctor.reproducing.event import scenario_of
from doctor.reproducing.run import run_once

SIZES = (128, 256, 512, 1024, 1769)
"""MB: from the least to one whole processor."""
_FULL = 1769
_REQUEST = 0.20
"""US dollars for a million requests."""
_SOURCE = "https://aws.amazon.com/lambda/pricing/ (list price of the first tier in us-east-1; others differ)"
_MILLION = 1_000_000


def sweep(case: Case, function: Function, sizes: Sequence[int] = SIZES) -> Job[Sweep]:
    """Run the invocation once at each size, the function's own included.

    Raises:
        SandboxError: this machine cannot run it.
    """
    architecture = function.architectures[0] if function.architectures else "x86_64"
    price = GIGABYTE_SECOND.get(architecture, GIGABYTE_SECOND["x86_64"])
    scenario = yield from scenario_of(case, function)
    yield Line(text=f"event: {scenario.source}", role="dim")
    every = sorted({*sizes, function.memory_size})
    measured = []
    for number, size in enumerate(every, 1):
        yield Progress(what=f"running with {size} MB", done=number, total=len(every))
        run = yield from run_once(case, case.world, replace(function, memory_size=size), scenario)
        measured.append(_sized(run, size, price))
    return Sweep(
        function=function.arn,
        sizes=tuple(measured),
        configured=function.memory_size,
        price=price,
        request=_REQUEST,
        source=_SOURCE,
        notes=tuple(_notes(every, scenario.assumption)),
    )


def _sized(run: LocalRun, size: int, price: float) -> Sized:
    outcome = run.outcome
    billed = math.ceil(outcome.duration)
    whole = isinstance(outcome, Succeeded)
    return Sized(
        memory_size=size,
        outcome=kind_of(outcome),
        duration=outcome.duration,
        init_duration=outcome.init_duration,
        max_memory_used=outcome.max_memory_used,
        billed=billed,
        cost=size / 1024 * billed / 1000 * price * _MILLION + _REQUEST if whole else None,
        processor=min(size / _FULL, 1.0),
    )


def _notes(sizes: Sequence[int], assumption: str) -> list[str]:
    notes = [
        "durations are of this machine, which gives each size its share of one processor: compare the sizes, not the figures",
        "cost is of a warm invocation: a cold one is billed its initialisation too",
    ]
    if max(sizes) > _FULL:
        notes.append(f"above {_FULL} MB Lambda gives more than one processor; here it is one")
    return [*notes, assumption] if assumption else notes
