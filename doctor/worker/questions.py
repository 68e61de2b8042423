"""Questions about a stored snapshot: each is answered from it alone."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from doctor.engine.diagnose import diagnose
from doctor.engine.report import detail, rows
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.errors import UnknownFunction
from doctor.model.answers import Asked, Comparison, Incident, Permitting, Reaching, RuleRow
from doctor.model.finding import Diagnosis
from doctor.model.function import Function
from doctor.model.plan import Receipt
from doctor.model.report import FunctionDetail
from doctor.model.trace import Traced
from doctor.pipeline import function_named
from doctor.store import snapshots

_RECEIPTS = 500
"""So many are told."""


class Questions:
    """What can be asked, each by the name of its verb; the snapshot asked about last is kept in memory."""

    def __init__(self, rules: Callable[[], Sequence[Rule]]) -> None:
        self._rules = rules
        self._read: dict[tuple[str, int], tuple[World, Diagnosis]] = {}

    def keep(self, path: str, world: World, diagnosis: Diagnosis) -> None:
        """Keep a snapshot that was just made."""
        self._read = {_state(path): (world, diagnosis)}

    def world(self, path: str) -> tuple[World, Diagnosis]:
        """A stored snapshot with its diagnosis; kept, because the next question is about the same one."""
        state = _state(path)
        if state not in self._read:
            world = World(snapshots.read(Path(path)))
            self._read = {state: (world, diagnose(world, self._rules()))}
        return self._read[state]

    def detail(self, snapshot: str, function: str) -> FunctionDetail:
        """One function, whole."""
        world, diagnosis = self.world(snapshot)
        found = detail(world, diagnosis, self._rules(), function)
        if found is None:
            raise UnknownFunction(f"no function '{function}' in this snapshot")
        return found

    def _function(self, snapshot: str, name: str) -> tuple[World, Function]:
        world, _ = self.world(snapshot)
        return world, function_named(world, name)

    def network(self, snapshot: str, function: str) -> Reaching:
        """Traces to everything that a function is known to need."""
        from doctor.engine.questions import reaching

        return reaching(*self._function(snapshot, function))

    def trace(self, snapshot: str, function: str, destination: str) -> Traced:
        """A trace to one destination."""
        from doctor.engine.questions import followed

        return followed(*self._function(snapshot, function), destination)

    def permissions(self, snapshot: str, function: str) -> Permitting:
        """What a function's code asks for, decided."""
        from doctor.engine.questions import permitting

        return permitting(*self._function(snapshot, function))

    def can(self, snapshot: str, function: str, action: str, resource: str) -> Asked:
        """One request, decided."""
        world, version = self._function(snapshot, function)
        return Asked(decision=world.authority.can(version, action, resource))

    def incidents(self, snapshot: str) -> tuple[Incident, ...]:
        """Root causes with the functions they concern."""
        from doctor.engine.incidents import incidents

        world, diagnosis = self.world(snapshot)
        return incidents(diagnosis, rows(world, diagnosis))

    def rules(self, snapshot: str) -> tuple[RuleRow, ...]:
        """The rules with what each said."""
        from doctor.engine.rulebook import rulebook

        return rulebook(self._rules(), self.world(snapshot)[1])

    def history(self, snapshot: str) -> tuple[Receipt, ...]:
        """What was applied from this machine, the newest first; it has nothing to do with the snapshot."""
        del snapshot
        from doctor.store.journal import history

        return tuple(history()[:_RECEIPTS])

    def compare(self, snapshot: str, target: dict[str, Any], function: str = "", against: str = "") -> Comparison:
        """What changed since an earlier snapshot: the one given, or the last that was taken before anything was seen to fail."""
        from doctor.engine.comparison import compare

        now, diagnosis = self.world(snapshot)
        version = function_named(now, function) if function else None
        path = Path(against) if against else _before(target, now, diagnosis)
        before = World(snapshots.read(path)) if path else None
        earlier = diagnose(before, self._rules()) if before else None
        return compare(now, diagnosis, function=version, before=before, earlier=earlier)


def _state(path: str) -> tuple[str, int]:
    """A path and when it was written: the last snapshot of an account always lies in the same place."""
    file = snapshots.account_file(Path(path))
    return path, file.stat().st_mtime_ns if file.exists() else 0


def _before(target: dict[str, Any], now: World, diagnosis: Diagnosis) -> Path | None:
    """The latest earlier snapshot that is older than the first failure; otherwise the oldest that is kept."""
    known = [(at, path) for at, path in snapshots.earlier(target) if at < now.now]
    onset = min((one.observation.first for one in diagnosis.explanations), default=now.now)
    good = [path for at, path in known if at < onset]
    return good[0] if good else known[-1][1] if known else None
