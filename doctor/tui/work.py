"""Jobs as the screens see them: what each has said so far, and what came of it."""

import time

from msgspec.structs import replace

from doctor.model.events import Event, Gated, Gauge, Line, Phase, Progress
from doctor.model.outcome import Reproduction
from doctor.model.plan import Receipt, Rehearsal, Verification
from doctor.report.lines.forms import DIFF
from doctor.report.lines.run import Live
from doctor.tui.jobs import Job

_LINES = 2000
"""So many lines of a running job are kept."""


class Work:
    """A job with what it has said so far."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self.live = Live()
        self.error = ""
        self.began = time.monotonic()
        """Seconds, as ``time.monotonic`` counts them."""

    @property
    def running(self) -> bool:
        """Whether its job is under way."""
        return self.job is not None and not self.job.over

    def hear(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case Progress():
                self.live = replace(self.live, progress=event)
            case Gauge():
                self.live = replace(self.live, gauge=event)
            case Phase():
                self.live = replace(self.live, phases=(*self.live.phases, event))
            case Line() | Gated():
                self.live = replace(self.live, lines=(*self.live.lines, event)[-_LINES:])


class Run(Work):
    """A reproduction of one function's failure."""

    result: Reproduction | None = None


class Repair(Work):
    """How far the fixes of one finding have come."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen = 0
        self.form = DIFF
        """How its steps are shown."""
        self.rehearsals: dict[int, Rehearsal] = {}
        self.receipt: Receipt | None = None
        self.verification: Verification | None = None

    @property
    def rehearsal(self) -> Rehearsal | None:
        """The rehearsal of the chosen fix."""
        return self.rehearsals.get(self.chosen)
