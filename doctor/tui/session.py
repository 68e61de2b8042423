"""What the screens show: the rows, the details that were read, and how each run and each fix stands.

Nothing here draws; whoever changes something calls ``changed``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from doctor.model.events import Event, Gauge, Line, Phase, Progress
from doctor.model.outcome import Reproduction
from doctor.model.plan import Proved, Receipt, Rehearsal, Verification
from doctor.model.report import FunctionDetail, FunctionRow, Overview
from doctor.report.lines import functions
from doctor.report.lines.frame import Context
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.run import Live
from doctor.tui.jobs import Handlers, Job, Jobs, Settled

_LINES = 2000
"""So many lines of a running job are kept."""


def label(target: Mapping[str, Any]) -> str:
    """Where the data comes from, in words, before the worker has said it."""
    if target.get("demo"):
        return "embedded account"
    if target.get("snapshot"):
        return PurePath(str(target["snapshot"])).name
    return f"profile {target['profile']}" if target.get("profile") else "default credentials"


class Work:
    """A job with what it has said so far."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self.live = Live()
        self.error = ""

    @property
    def running(self) -> bool:
        """Whether its job is under way."""
        return self.job is not None and not self.job.over

    def hear(self, event: Event) -> None:
        """Take in an event."""
        from msgspec.structs import replace

        match event:
            case Progress():
                self.live = replace(self.live, progress=event)
            case Gauge():
                self.live = replace(self.live, gauge=event)
            case Phase():
                self.live = replace(self.live, phases=(*self.live.phases, event))
            case Line():
                self.live = replace(self.live, lines=(*self.live.lines, event)[-_LINES:])


class Run(Work):
    """A reproduction of one function's failure."""

    result: Reproduction | None = None


class Repair(Work):
    """How far the fixes of one finding have come."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen = 0
        self.rehearsals: dict[int, Rehearsal] = {}
        self.receipt: Receipt | None = None
        self.verification: Verification | None = None

    @property
    def rehearsal(self) -> Rehearsal | None:
        """The rehearsal of the chosen fix."""
        return self.rehearsals.get(self.chosen)


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
        self._rows = {row.arn: row for row in rows}
        self._sorted: list[FunctionRow] | None = None
        self._seen: set[str] = set()
        self._details: dict[str, FunctionDetail] = {}
        self._wanted: set[str] = set()
        self.failures: dict[str, str] = {}
        """Why a function's details could not be read, by its name."""
        self._runs: dict[str, Run] = {}
        self._repairs: dict[str, Repair] = {}

    @property
    def rows(self) -> list[FunctionRow]:
        """Worst first; the same list until a row changes."""
        if self._sorted is None:
            self._sorted = sorted(self._rows.values(), key=functions.rank)
        return self._sorted

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
            done(result)
            self.changed()

        def failed(error: str) -> None:
            work.error = error
            self.changed()

        def heard(event: Event) -> None:
            work.hear(event)
            self.changed()

        work.error, work.live = "", Live()
        handlers = Handlers(done=finished, failed=failed, event=heard, row=self._row)
        work.job = self.jobs.start(verb, arguments, handlers)
        self.changed()

    def load(self) -> None:
        """Collect and diagnose; rows come in as they are known, and the old ones stay until then."""
        if not self.loading.running:
            self._seen = set()
            self._start(self.loading, "load", {"target": self.target}, self._loaded)

    def _row(self, row: FunctionRow) -> None:
        self._rows[row.arn] = row
        self._sorted = None
        self._seen.add(row.arn)
        self.changed()

    def _loaded(self, overview: Overview) -> None:
        self.overview = overview
        self._rows = {arn: row for arn, row in self._rows.items() if arn in self._seen}
        self._sorted = None
        self._details.clear()
        self.failures.clear()

    def detail(self, name: str) -> FunctionDetail | None:
        """A function's details, or nothing yet: then they are asked for."""
        if name not in self._details and name not in self.failures:
            self._ask(name)
        return self._details.get(name)

    def _ask(self, name: str) -> None:
        if self.overview is None or name in self._wanted:
            return
        self._wanted.add(name)
        snapshot = self.overview.snapshot

        def done(detail: FunctionDetail) -> None:
            self._wanted.discard(name)
            if self.overview and self.overview.snapshot == snapshot:
                self._details[name] = detail
            self.changed()

        def failed(error: str) -> None:
            self._wanted.discard(name)
            self.failures[name] = error
            self.changed()

        arguments = {"snapshot": snapshot, "function": name}
        self.jobs.start("detail", arguments, Handlers(done=done, failed=failed))

    def retry(self, name: str) -> None:
        """Ask again for details that could not be read."""
        self.failures.pop(name, None)
        self.changed()

    def _about(self, name: str) -> dict[str, Any]:
        snapshot = self.overview.snapshot if self.overview else ""
        return {"snapshot": snapshot, "function": name, "target": self.target}

    def run(self, name: str) -> Run:
        """The reproduction of a function's failure."""
        return self._runs.setdefault(name, Run())

    def reproduce(self, name: str) -> None:
        """Run the failing invocation."""
        run = self.run(name)
        if not run.running:
            run.result = None
            self._start(run, "reproduce", self._about(name), lambda result: setattr(run, "result", result))

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
