"""What the screens show: the rows, the details that were read, and how each run and each fix stands.

Nothing here draws; whoever changes something calls ``changed``.
"""

import shlex
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from doctor.model.events import ApiCall, Event
from doctor.model.plan import Proved, Receipt, Rehearsal
from doctor.model.report import FunctionDetail, FunctionRow, Overview
from doctor.report.lines import functions
from doctor.report.lines.frame import Context
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.run import Live
from doctor.report.lines.work import Job as Told
from doctor.tui.jobs import STOPPED, Handlers, Jobs, Settled
from doctor.tui.known import Known
from doctor.tui.work import Repair, Run, Work

if TYPE_CHECKING:
    from doctor.model.outcome import LocalRun
    from doctor.model.sourced import FoundEvent

_CALLS = 20_000


def label(target: Mapping[str, Any]) -> str:
    """Where the data comes from, in words, before the worker has said it."""
    if target.get("demo"):
        return "embedded account"
    if target.get("snapshot"):
        return PurePath(str(target["snapshot"])).name
    return f"profile {target['profile']}" if target.get("profile") else "default credentials"


class Session:
    """Everything that is known, and the jobs that find out more."""

    def __init__(
        self,
        target: Mapping[str, Any],
        jobs: Jobs,
        *,
        rows: Iterable[FunctionRow],
        overview: Overview | None,
        allow_changes: bool,
        glyphs: Glyphs,
        changed: Callable[[], None],
    ) -> None:
        self.target = dict(target)
        self.jobs = jobs
        self.glyphs = glyphs
        self.allow_changes = allow_changes
        self.overview = overview
        self.changed = changed
        self.loading = Work()
        self._rows: dict[str, FunctionRow] = {}
        self._ranks: dict[str, tuple[int, int, float, str]] = {}
        """Sort keys by ARN: ten thousand of them are not made anew for each row that comes in."""
        self._sorted: list[FunctionRow] | None = None
        self._take(rows)
        self._seen: set[str] = set()
        self.calls: deque[ApiCall] = deque(maxlen=_CALLS)
        """The requests that workers sent to AWS, oldest first."""
        self.history: dict[datetime, Told] = {}
        """The jobs that were started, oldest first, by when they were."""
        self.known = Known(jobs, self._asked_of, changed)
        """Why a function's details could not be read, by its name."""
        self.events: dict[str, FoundEvent] = {}
        """By function, the event that was chosen for it."""
        self._waiting: deque[str] = deque()
        """Functions that are run once the one before is through."""
        self._runs: dict[str, Run] = {}
        self._repairs: dict[str, Repair] = {}

    @property
    def rows(self) -> list[FunctionRow]:
        """Worst first; the same list until a row changes."""
        if self._sorted is None:
            self._sorted = sorted(self._rows.values(), key=lambda row: self._ranks[row.arn])
        return self._sorted

    @property
    def where(self) -> str:
        """The options that name the account on a command line."""
        target = self.target
        said = ["--demo"] if target.get("demo") else []
        for name in ("snapshot", "profile", "region"):
            said += [f"--{name} {shlex.quote(str(target[name]))}"] if target.get(name) else []
        return " ".join(said)

    def turn_to(self, target: Mapping[str, Any], rows: Iterable[FunctionRow], overview: Overview | None) -> None:
        """Look at another account, region or file: its last snapshot at once, and read it anew."""
        if self.loading.job and self.loading.running:
            self.jobs.stop(self.loading.job)
        self.target = dict(target)
        self.overview = overview
        self.loading = Work()
        self._take(rows)
        self._waiting.clear()
        self.events.clear()
        self._runs.clear()
        self._repairs.clear()
        self.known.clear()
        self.load()

    @property
    def failed(self) -> str:
        """Why nothing could be read at all; empty: something was, or nobody waited for it."""
        return self.loading.error if not (self._rows or self.overview) and self.loading.error != STOPPED else ""

    @property
    def live(self) -> bool:
        """Whether the account behind the data can be reached; while it is being read, that is not denied yet."""
        if self.overview and not self.loading.running:
            return self.overview.live
        return not self.target.get("snapshot")

    def context(self, crumbs: tuple[str, ...]) -> Context:
        """What the context bar tells."""
        known = self.overview
        return Context(
            source=known.source if known else label(self.target),
            account=known.account if known else "",
            region=known.region if known else str(self.target.get("region") or ""),
            taken_at=known.taken_at if known else None,
            now=datetime.now(UTC),
            live=self.live,
            changes_allowed=self.allow_changes,
            crumbs=crumbs,
        )

    def _start(self, work: Work, verb: Any, arguments: dict[str, Any], done: Callable[[Any], None]) -> None:
        def finished(result: Any) -> None:
            self._tell_ended(told)
            done(result)
            self._next_run()
            self.changed()

        def failed(error: str) -> None:
            work.error = error
            self._tell_ended(told, error)
            self._next_run()
            self.changed()

        def heard(event: Event) -> None:
            work.hear(event)
            self.changed()

        def row(one: FunctionRow) -> None:
            if work is self.loading:  # not of another account that was looked at before
                self._row(one)

        work.error, work.live, work.began = "", Live(), time.monotonic()
        told = Told(verb=verb, about=str(arguments.get("function") or ""), began=datetime.now(UTC))
        self.history[told.began] = told
        handlers = Handlers(done=finished, failed=failed, event=heard, row=row, calls=self.calls.extend)
        work.job = self.jobs.start(verb, arguments, handlers)
        self.changed()

    def _tell_ended(self, told: Told, error: str = "") -> None:
        self.history[told.began] = replace(told, ended=datetime.now(UTC), error=error)

    def load(self, *, full: bool = False) -> None:
        """Collect and diagnose; rows come in as they are known, and the old ones stay until then.

        ``full``: everything is read anew; otherwise what did not change since the last snapshot may be taken from it.
        """
        if not self.loading.running:
            self._seen = set()
            self._start(self.loading, "load", {"target": self.target, **({"full": True} if full else {})}, self._loaded)

    def _take(self, rows: Iterable[FunctionRow]) -> None:
        """These rows and no others."""
        self._rows = {row.arn: row for row in rows}
        self._ranks = {row.arn: functions.rank(row) for row in self._rows.values()}
        self._sorted = None
        self.longest = max(self._rows.values(), key=lambda row: len(row.name), default=None)
        """The row with the longest name, which decides how wide the column of names is."""

    def _row(self, row: FunctionRow) -> None:
        self._rows[row.arn] = row
        self._ranks[row.arn] = functions.rank(row)
        self._sorted = None
        if self.longest is None or len(row.name) > len(self.longest.name):
            self.longest = row
        self._seen.add(row.arn)
        self.changed()

    def _loaded(self, overview: Overview) -> None:
        self.overview = overview
        self._take([row for arn, row in self._rows.items() if arn in self._seen])
        self.known.clear()

    def _asked_of(self) -> dict[str, Any] | None:
        """What every question is about; ``None``: there is no snapshot yet."""
        return {"snapshot": self.overview.snapshot, "target": self.target} if self.overview else None

    def detail(self, name: str) -> FunctionDetail | None:
        """A function's details, or nothing yet: then they are asked for."""
        found: FunctionDetail | None = self.known.get("detail", function=name)
        return found

    def offered(self, name: str) -> "tuple[FoundEvent, ...]":
        """The events that a function can be run with; none yet: they are asked for."""
        return self.known.get("events", function=name) or ()

    def event(self, name: str) -> "FoundEvent | None":
        """The event that a function is run with: the chosen one, or the surest."""
        return self.events.get(name) or next(iter(self.offered(name)), None)

    def choose(self, name: str, event: "FoundEvent") -> None:
        """Run a function with this event from now on; what another one showed is no longer true of it."""
        self.events[name] = event
        if not self.run(name).running:
            self._runs.pop(name, None)
        detail = self.detail(name)
        for finding in detail.findings if detail else ():
            repair = self.repair(finding.fingerprint)
            if not repair.running and repair.receipt is None:
                repair.rehearsals.clear()
        self.changed()

    def mended(self, name: str) -> "tuple[int, LocalRun] | None":
        """Which fix was proved by running the function, and that run."""
        detail = self.detail(name)
        for finding in detail.findings if detail else ():
            for index, rehearsal in self.repair(finding.fingerprint).rehearsals.items():
                if isinstance(rehearsal, Proved) and rehearsal.after:
                    return index, rehearsal.after
        return None

    def _about(self, name: str) -> dict[str, Any]:
        snapshot = self.overview.snapshot if self.overview else ""
        about: dict[str, Any] = {"snapshot": snapshot, "function": name, "target": self.target}
        chosen = self.events.get(name)
        return {**about, "event": chosen} if chosen else about

    def run(self, name: str) -> Run:
        """The reproduction of a function's failure."""
        return self._runs.setdefault(name, Run())

    def reproduce(self, name: str) -> None:
        """Run the failing invocation."""
        run = self.run(name)
        if not run.running:
            run.result = None
            self._start(run, "reproduce", self._about(name), lambda result: setattr(run, "result", result))

    def reproduce_each(self, names: Iterable[str]) -> None:
        """Run these one after another: two at once would spoil each other's times."""
        self._waiting.extend(name for name in names if name not in self._waiting)
        self._next_run()

    def _next_run(self) -> None:
        if self._waiting and not any(run.running for run in self._runs.values()):
            self.reproduce(self._waiting.popleft())

    def drop_waiting(self) -> int:
        """Start none of the runs that wait; how many they were."""
        dropped = len(self._waiting)
        self._waiting.clear()
        return dropped

    def repair(self, fingerprint: str) -> Repair:
        """How far the fixes of a finding have come."""
        return self._repairs.setdefault(fingerprint, Repair())

    def _fix(self, name: str, fingerprint: str) -> dict[str, Any]:
        return {**self._about(name), "finding": fingerprint, "fix": self.repair(fingerprint).chosen}

    def rehearse(self, name: str, fingerprint: str) -> None:
        """Prove the chosen fix."""
        repair = self.repair(fingerprint)
        chosen = repair.chosen

        def done(rehearsal: Rehearsal) -> None:
            repair.rehearsals[chosen] = rehearsal

        if not repair.running:
            self._start(repair, "rehearse", self._fix(name, fingerprint), done)

    def apply(self, name: str, fingerprint: str) -> None:
        """Send the proved fix. Only for a session that allows changes."""
        repair = self.repair(fingerprint)
        proved = repair.rehearsal
        if repair.running or not self.allow_changes or not isinstance(proved, Proved):
            return

        def done(settled: Settled) -> None:
            repair.receipt, repair.verification = settled.receipt, settled.verification
            self.load()

        self._start(repair, "apply", {**self._fix(name, fingerprint), "rehearsal": proved}, done)

    def undo(self, fingerprint: str) -> None:
        """Take the applied fix back. Only for a session that allows changes."""
        repair = self.repair(fingerprint)
        if repair.running or not self.allow_changes or repair.receipt is None:
            return

        def done(receipt: Receipt) -> None:
            repair.receipt, repair.verification = receipt, None
            repair.rehearsals.clear()
            self.load()

        self._start(repair, "undo", {"receipt": repair.receipt.id, "target": self.target}, done)

    @property
    def works(self) -> list[Work]:
        """What runs at present, the newest last."""
        every = [self.loading, *self._runs.values(), *self._repairs.values()]
        return [work for work in every if work.running]
