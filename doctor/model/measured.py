"""What is learnt by running a function again and again on this machine."""

from typing import Literal

from doctor.model.record import Record


class Import(Record):
    """A module that was loaded: milliseconds of its own, and with all that it loaded."""

    name: str
    own: float
    total: float
    imports: tuple["Import", ...] = ()


class Logged(Record):
    """What the REPORT lines of a version's healthy invocations say. Memory in MB, durations in milliseconds."""

    lines: int
    least: int | None = None
    """The least memory that one of them used: no less lies idle on Lambda."""
    most: int | None = None
    full: bool = False
    """Whether another invocation of the version was killed for memory."""
    duration: float | None = None
    """The median."""
    init: float | None = None
    """The median of those that began with an initialisation."""


class Calibration(Record):
    """What a local run was held to, and how to read its figures, by the function's own REPORT lines. Memory in MB."""

    lines: int
    """REPORT lines that it rests on."""
    memory: str
    """In words: what was done to the memory limit, or why nothing was."""
    limit: int | None = None
    """What the handler may hold here; ``None``: as much as on Lambda."""
    there: int | None = None
    """What lay idle on Lambda."""
    here: int | None = None
    """What lay idle here, after initialisation."""
    duration_factor: float | None = None
    """Duration here divided by the median on Lambda; ``None``: nothing to compare."""
    init_factor: float | None = None


class ColdStart(Record):
    """Where an initialisation's time goes. In milliseconds of this machine."""

    init: float
    """All of it: the process, the runtime's client, the handler's module."""
    tree: Import
    """The handler's module with what it imports; without what takes less than a tenth of a millisecond."""
    heaviest: str = ""
    saves: float = 0.0
    """What leaving the heaviest import out would save at most: what others import too would be loaded by them."""
    put_off: float | None = None
    """The initialisation when the heaviest is loaded on first use, measured; ``None``: not run."""


class Sized(Record):
    """One run at one memory size. Milliseconds, MB, US dollars for a million such invocations."""

    memory_size: int
    outcome: str
    duration: float
    init_duration: float | None = None
    max_memory_used: int | None = None
    billed: int
    """Of a warm invocation."""
    cost: float | None = None
    """``None``: it did not go through, so that it costs nothing worth comparing."""
    processor: float
    """Its share of one processor of this machine."""


class Sweep(Record):
    """A function at several memory sizes."""

    function: str
    sizes: tuple[Sized, ...]
    configured: int
    price: float
    """US dollars for a GB-second."""
    request: float
    """US dollars for a million requests."""
    source: str
    notes: tuple[str, ...] = ()


Weighing = Literal["confirmed", "refuted", "open", "untested"]


class Minimized(Record):
    """An event that was shrunk to the smallest that still fails in the same way. Sizes in bytes."""

    before: int
    after: int
    runs: int
    finished: bool
    """Whether nothing smaller is left to try; otherwise the runs that were allowed were used up."""
    same: str
    """What all of them had in common: ``failed with KeyError at app.py:12``."""
    saved: str = ""
    """Where it lies, in clear."""


class Weighed(Record):
    """What a run says of one finding's expectation, and where the finding stands before and after it."""

    fingerprint: str
    rule: str
    message: str
    verdict: Weighing
    """``open``: the run could not tell; ``untested``: the rule says nothing that a run would show."""
    why: str
    before: int
    """Its place among the function's findings, from 1."""
    after: int
