"""The jobs that a screen can ask for, made of the steps of the pipeline."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from inspect import signature
from typing import Any, Self, get_args

import msgspec
from msgspec.structs import replace

from doctor import changing, pipeline
from doctor.engine.diagnose import diagnose
from doctor.engine.plan import plan
from doctor.engine.report import kept, rows
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model.events import ApiCall, Event, Job, Line, Progress
from doctor.model.finding import Diagnosis, Finding
from doctor.model.function import Function
from doctor.model.outcome import Reproduction
from doctor.model.plan import Proved, Receipt, Rehearsal, Sent
from doctor.model.report import FunctionRow
from doctor.model.snapshot import Snapshot
from doctor.model.sourced import Chosen, FoundEvent
from doctor.model.target import Target
from doctor.wire import Question, Verb
from doctor.worker.questions import Questions

_QUESTIONS = frozenset(get_args(Question))
Work = Generator[Event | FunctionRow, None, Any]


class Session:
    """What a worker keeps between its jobs: the open account, and the snapshot that was read last."""

    def __init__(self, stop: Callable[[], bool] = lambda: False) -> None:
        self._stop = stop
        self._open = ExitStack()
        self._target: Target | None = None
        self._account: pipeline.Account | None = None
        self._rules: tuple[Rule, ...] = ()
        self._lost: list[str] = []
        self._questions = Questions(lambda: self.rules)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def job(self, verb: Verb, arguments: dict[str, Any]) -> Work:
        """The job of a verb.

        Raises:
            UsageError: the arguments are not the verb's.
        """
        try:
            if verb in _QUESTIONS and verb not in ("events", "regions"):  # these are looked for in the account
                return self._answer(verb, arguments)
            return getattr(self, f"_{verb}")(**arguments)  # type: ignore[no-any-return]
        except TypeError as error:
            raise UsageError(f"{verb}: {error}") from error

    def _answer(self, verb: str, arguments: dict[str, Any]) -> Work:
        """A question has no progress to tell."""
        yield from ()
        ask = getattr(self._questions, verb)
        try:
            bound = signature(ask).bind(**arguments)
        except TypeError as error:
            raise UsageError(f"{verb}: {error}") from error
        return ask(*bound.args, **bound.kwargs)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The shipped rules and the team's own, loaded once."""
        self._rules = self._rules or pipeline.heard(self._lost)
        return self._rules

    def _account_of(self, raw: dict[str, Any]) -> tuple[Target, pipeline.Account | None]:
        """Open the account of a target, or use the one that is open."""
        target = msgspec.convert(raw, Target)
        if self._target != target:
            self._account = self._open.enter_context(pipeline.connected(target))
            self._target = target
        return target, self._account

    def _load(self, target: dict[str, Any], full: bool = False) -> Work:
        """Read the target, diagnose it, and keep it: rows as they are known, then the overview."""
        yield Progress(what="starting the embedded account" if target.get("demo") else "opening the account")
        where, account = self._account_of(target)
        early: list[FunctionRow] = []

        def see(partial: Snapshot) -> None:
            world = World(partial)
            early.extend(rows(world, diagnose(world, self.rules)))

        previous = None if full else pipeline.before(where, account)
        job = pipeline.collect(where, account, previous=previous, age=pipeline.RECENT, see=see)
        snapshot = yield from _with(job, early)
        world = World(snapshot)
        diagnosis = diagnose(world, self.rules)
        if kept(snapshot):
            yield Line(text=kept(snapshot))
        made = rows(world, diagnosis)
        yield from made
        path, overview = pipeline.shelve(where, account, world, made)
        self._questions.keep(str(path), world, diagnosis)
        broken = tuple(f"the rules of {one} cannot be loaded: doctor check tells why" for one in self._lost)
        return replace(overview, not_seen=(*broken, *overview.not_seen))

    def calls(self) -> list[ApiCall]:
        """The requests that were sent to AWS since this was asked last."""
        log = self._account.aws.log if self._account else None
        return [log.popleft() for _ in range(len(log))] if log else []

    def _case(
        self, path: str, target: dict[str, Any], function: str = "", event: dict[str, Any] | None = None
    ) -> tuple[pipeline.Case, Diagnosis]:
        """The case; with the event that was chosen for the function on the screen."""
        world, diagnosis = self._questions.world(path)
        where, account = self._account_of(target)
        case = pipeline.Case(target=where, account=account, world=world, rules=self.rules)
        if event:
            found = msgspec.json.decode(msgspec.json.encode(event), type=FoundEvent)  # what is run is raw JSON
            case.events[pipeline.function_named(world, function).arn] = Chosen(event=found)
        return case, diagnosis

    def _events(self, snapshot: str, function: str, target: dict[str, Any]) -> Work:
        """What a function can be run with, the surest first."""
        from doctor.reproducing.event import events_of

        case, diagnosis = self._case(snapshot, target)
        version = pipeline.function_named(case.world, function)
        found = yield from events_of(case, version, _expecting(diagnosis, version))
        return (found.event, *found.others)

    def _regions(self, snapshot: str, target: dict[str, Any]) -> Work:
        """How many functions the account has in each region."""
        del snapshot
        yield Progress(what="counting functions in every region")
        _, account = self._account_of(target)
        if account is None:
            raise UsageError("a snapshot is of one region: open the account")
        from doctor.aws.regions import counted  # boto3 and all: only an account needs it

        return counted(account.aws)

    def _reproduce(
        self, snapshot: str, function: str, target: dict[str, Any], event: dict[str, Any] | None = None
    ) -> Generator[Event, None, Reproduction]:
        from doctor.reproducing.run import reproduce  # only a run pays for it

        case, diagnosis = self._case(snapshot, target, function, event)
        version = pipeline.function_named(case.world, function)
        finding = _expecting(diagnosis, version)
        return (yield from reproduce(case, version, finding, diagnosis.findings))

    def _rehearse(
        self,
        *,
        snapshot: str,
        function: str,
        finding: str,
        fix: int,
        target: dict[str, Any],
        event: dict[str, Any] | None = None,
    ) -> Generator[Event, None, Rehearsal]:
        case, diagnosis = self._case(snapshot, target, function, event)
        one = _finding(diagnosis, finding)
        case = changing.knowing_applier(case)
        return (yield from changing.rehearse(case, plan(case.world, one, one.problem.fixes[fix])))

    def _apply(self, *, target: dict[str, Any], rehearsal: dict[str, Any], **_: object) -> Generator[Event, None, Sent]:
        """Everything else that the screen knows is bound in the proof."""
        where, account = self._account_of(target)
        if account is None:
            raise UsageError("a snapshot cannot be changed: open the account")
        proved = msgspec.json.decode(msgspec.json.encode(rehearsal), type=Proved)  # its event is raw JSON
        receipt = yield from changing.apply(proved, account, self._stop)
        verification = yield from changing.verify(receipt, account, where, self.rules)
        return Sent(receipt=receipt, verification=verification)

    def _undo(self, receipt: str, target: dict[str, Any]) -> Generator[Event, None, Receipt]:
        _, account = self._account_of(target)
        if account is None:
            raise UsageError("a snapshot cannot be changed: open the account")
        return (yield from changing.undo(receipt, account))


def _with(job: Job[Snapshot], early: list[FunctionRow]) -> Work:
    """A job, and the rows that are known while it lasts."""
    try:
        while True:
            yield next(job)
            yield from early
            early.clear()
    except StopIteration as end:
        return end.value
    finally:
        job.close()


def _expecting(diagnosis: Diagnosis, version: Function) -> Finding | None:
    """The first finding of a version that says what a local run would show."""
    fitting = (one for one in diagnosis.findings if version.arn in one.affects and one.problem.expects)
    return next(fitting, None)


def _finding(diagnosis: Diagnosis, fingerprint: str) -> Finding:
    found = next((one for one in diagnosis.findings if one.fingerprint == fingerprint), None)
    if found is None:
        raise UsageError(
            f"no finding {fingerprint} in this snapshot; it may be of an older one: open the function again"
        )
    return found
