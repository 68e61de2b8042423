"""When a function was called: the visits to each of its environments."""

from collections.abc import Callable, Sequence
from datetime import datetime

from doctor.logs.invocations import LogEvent
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.scene import ago, chance

Visits = Sequence[Sequence[tuple[float, int]]]
"""Per environment, its invocations: minutes before the snapshot, and how much there was to do."""


def write(
    journal: Journal, visits: Visits, run: Callable[[datetime, int], Run], *, init: float
) -> tuple[LogEvent, ...]:
    """The log of all visits; ``init`` is about how many milliseconds an initialisation takes."""
    events: tuple[LogEvent, ...] = ()
    for number, visit in enumerate(visits):
        runs = (run(ago(minutes=minutes), much) for minutes, much in visit)
        took = jitter(journal.function.function_name, f"init {number}", around=init)
        events += journal.environment(*runs, init=took)
    return events


def jitter(*of: str, around: float, spread: float = 0.1) -> float:
    """A figure near ``around``, to a hundredth, the same on every run."""
    return round(around * (1 + spread * chance(*of).uniform(-1, 1)), 2)
