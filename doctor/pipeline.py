"""The straight line: each step as a job that yields events and returns its result. No front end has logic of its own."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.errors import SandboxError, UnknownFunction, UsageError
from doctor.model import arns
from doctor.model.events import Job, Line, Progress
from doctor.model.finding import Finding
from doctor.model.function import Function
from doctor.model.outcome import LocalRun, Reproduction, Scenario, Succeeded
from doctor.model.plan import Plan, Proved, Receipt, Rehearsal, Unproved, Verification
from doctor.model.record import Record
from doctor.model.redacted import Redacted
from doctor.model.snapshot import Identity, Scope, Snapshot
from doctor.model.target import Target
from doctor.store import snapshots

if TYPE_CHECKING:
    from doctor.aws.session import Aws
    from doctor.model.hiding import Hiding


T = TypeVar("T")


class Account(Record):
    """A live account: AWS's own, or the embedded one."""

    aws: "Aws"
    identity: Identity
    incident: Path | None = None
    """The shipped incident that was brought to life in it, when it is an embedded account."""


class Case(Record):
    """What the later steps work on: a world, where it came from, and the rules that judge it."""

    target: Target
    account: Account | None
    world: World
    rules: Sequence[Rule]
    event: Path | None = None
    """The event that the user gave."""


@contextmanager
def connected(target: Target) -> Iterator[Account | None]:
    """The account that a target names; ``None`` for a snapshot on disk.

    Raises:
        AwsUnavailable: it cannot be reached, or refuses us.
        EmbeddedError: the embedded account does not start.
    """
    if target.snapshot:
        yield None
        return
    from doctor.aws.embedded.opened import opened  # boto3 and all: only an account needs it
    from doctor.aws.session import connect

    with opened(target) as incident:
        aws, identity = connect(target, paced=incident is None)  # the embedded account has no quotas
        yield Account(aws=aws, identity=identity, incident=incident)


def collect(
    target: Target,
    account: Account | None,
    *,
    previous: Snapshot | None = None,
    keep: Callable[[Snapshot], None] | None = None,
) -> Job[Snapshot]:
    """Read the account, or the file, that a target names.

    Args:
        target: What to read.
        account: Where; ``None``: the file that the target names.
        previous: An earlier snapshot of the account, from which is taken what did not change since.
        keep: Is given what was read until then when the reading is interrupted.

    Raises:
        UnknownFunction: it has no function of a name that the target gives.
    """
    if account is None:
        yield Progress(what=f"reading {target.snapshot}")
        return _narrowed(snapshots.read(Path(target.snapshot)), target.functions)
    from doctor.aws.stages import collect as collect_account
    from doctor.store.home import redaction_key

    scope = Scope(
        account=account.aws.account,
        region=account.aws.region,
        functions=target.functions,
        window=target.window,
    )
    now = datetime.now(UTC)
    job = collect_account(account.aws, account.identity, scope, now, redaction_key(), previous=previous, keep=keep)
    return (yield from job)


def in_regions(target: Target) -> tuple[Target, ...]:
    """One target for each of the regions that a target names, separated by commas."""
    return tuple(replace(target, region=region.strip()) for region in target.region.split(","))


def _narrowed(snapshot: Snapshot, names: Sequence[str]) -> Snapshot:
    """A snapshot as if only the functions of these names had been asked for; none: as it is."""
    if not names:
        return snapshot
    world = World(snapshot)
    wanted = {arns.unqualified(function_named(world, name).arn) for name in names}

    def kept(arn: str) -> bool:
        return ":function:" not in arn or arns.unqualified(arn) in wanted

    return replace(
        snapshot,
        scope=replace(snapshot.scope, functions=tuple(names)),
        resources={arn: one for arn, one in snapshot.resources.items() if kept(arn)},
        invocations={arn: those for arn, those in snapshot.invocations.items() if kept(arn)},
        metrics={arn: those for arn, those in snapshot.metrics.items() if kept(arn)},
        gaps=tuple(gap for gap in snapshot.gaps if kept(gap.resource)),
    )


def function_named(world: World, name: str) -> Function:
    """The version of a function that a name means: of several that get traffic, the one that fails.

    Raises:
        UnknownFunction: there is none.
    """
    candidates = [one for one in world.live if name in (one.function_name, one.arn)]
    if not candidates:
        known = sorted({one.function_name for one in world.all(Function)})
        near = [one for one in known if name.lower() in one.lower()]
        hint = f"; did you mean {', '.join(near[:3])}?" if near else ""
        raise UnknownFunction(f"no function '{name}' in this snapshot ({len(known)} functions){hint}")
    seen = {observation.function for observation in world.observations}
    return next((one for one in candidates if one.arn in seen), candidates[0])


def reproduce(case: Case, function: Function, finding: Finding | None = None) -> Job[Reproduction]:
    """Run the failing invocation of a function on this machine, and compare it with what the cloud logged.

    Raises:
        SandboxError: this machine cannot run it, or its code cannot be had.
    """
    from doctor.engine.reproduction import compare, failing

    scenario = _scenario(case, function)
    yield Line(text=f"event: {scenario.source}", role="dim")
    invocation = failing(case.world.invocations(function), finding)
    run = yield from _run(case, function, scenario)
    return compare(run, invocation, finding)


def _scenario(case: Case, function: Function) -> Scenario:
    """The event to run: the given one, the incident's, or an empty one, which is said."""
    path, source = case.event, f"{case.event}"
    if path is None:
        incident = case.account.incident if case.account else Path(case.target.snapshot)
        shipped = None if incident is None else incident / "events" / f"{function.function_name}.json"
        if shipped is not None and shipped.is_file():
            path, source = shipped, f"recorded with the incident ({shipped.name})"
    if path is None:
        return Scenario(function=function.arn, event=msgspec.Raw(b"{}"), source="none was found: an empty one")
    try:
        content = path.read_bytes()
        json.loads(content)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: not an event: {error}") from error
    return Scenario(function=function.arn, event=msgspec.Raw(content), source=source)


def _run(case: Case, function: Function, scenario: Scenario) -> Job[LocalRun]:
    """Get the code, and run it once."""
    from tempfile import TemporaryDirectory

    from doctor.model.hiding import Hiding
    from doctor.sandbox.run import run
    from doctor.store.home import redaction_key

    with TemporaryDirectory(prefix="doctor-") as place:
        code, environment, assumptions = _code(case, function, Path(place))
        hiding = Hiding(environment, redaction_key())
        local = yield from _hidden(run(function, code, scenario, environment=environment), hiding)
    return replace(hiding.run(local), assumptions=(*assumptions, *local.assumptions))


def _hidden(job: Job[T], hiding: "Hiding") -> Job[T]:
    """A job whose lines are shown without secrets."""
    try:
        while True:
            yield hiding.event(next(job))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # a generator's return value is not typed
    finally:
        job.close()


def _code(case: Case, function: Function, place: Path) -> tuple[Path, dict[str, str], tuple[str, ...]]:
    """A function's code, its environment, and what was assumed about them: from the account, or from a snapshot's folder."""
    if case.account is not None:
        from doctor.aws.packages import fetch, unpack

        fetched = fetch(case.account.aws, function.arn)
        return unpack(fetched.package, place), fetched.environment, ()
    folder = case.target.snapshot
    code = Path(folder) / "code" / function.function_name
    if not code.is_dir():
        raise SandboxError(
            f"{folder} holds no code of {function.function_name}: a local run needs the account, or a bundle"
        )
    variables = function.environment.variables
    hidden = [name for name, value in variables.items() if isinstance(value, Redacted)]
    assumptions = (f"redacted environment variables were left out: {', '.join(hidden)}",) if hidden else ()
    return code, {name: value for name, value in variables.items() if isinstance(value, str)}, assumptions


def rehearse(case: Case, one: Plan, before: Reproduction | None = None) -> Job[Rehearsal]:
    """Prove a plan in the model, then by running the failing invocation again with it.

    ``before`` is a reproduction that was already made for the finding; without one it is made here where the finding
    says that a run would show it.
    """
    from doctor.engine.rehearse import in_model, successor

    yield Line(text=f"in the model: {one.fix.title}")
    model = in_model(case.world, one, case.rules)
    scope = case.world.snapshot.scope
    facts: dict[str, Any] = {"plan": one, "account": scope.account, "region": scope.region, "checks": model.checks}
    if model.reasons or model.changed is None:
        return Unproved(reasons=model.reasons, **facts)
    function = case.world.get(one.finding.subject, Function)
    if not one.finding.problem.expects or function is None:
        return Proved(code_sha256="", **facts)
    facts["code_sha256"] = function.code_sha256
    if before is None:
        yield Line(text="run: as it is now")
        before = yield from reproduce(case, function, one.finding)
    facts["before"] = before
    if before.verdict != "reproduced" or before.run is None:
        return Unproved(reasons=(f"the failure itself was {before.verdict.replace('_', ' ')}: {before.why}",), **facts)
    yield Line(text=f"run: {one.fix.title}")
    # The version that a plan would publish has the code and environment of the one it stands in for.
    changed = replace(
        successor(case.world, model.changed, function), function_arn=function.arn, version=function.version
    )
    after = yield from _run(case, changed, _scenario(case, function))
    return _judged(facts, after)


def _judged(facts: dict[str, Any], after: LocalRun) -> Rehearsal:
    outcome = after.outcome
    if not isinstance(outcome, Succeeded):
        words = str(outcome.__struct_config__.tag).replace("_", " ")
        return Unproved(reasons=(f"with the change the same invocation still ended as: {words}",), after=after, **facts)
    if after.assumptions:
        return Unproved(reasons=tuple(f"the run leaned on: {one}" for one in after.assumptions), after=after, **facts)
    checks = (*facts.pop("checks"), f"run: the same invocation succeeded in {outcome.duration / 1000:.2f} s")
    return Proved(after=after, checks=checks, **facts)


def fix(case: Case, finding: Finding) -> Job[Rehearsal]:
    """Rehearse the fixes of a finding, best first, until one is proved; otherwise the last that was tried, unproved.

    Raises:
        UsageError: the rule knows no fix.
    """
    from doctor.engine.plan import plan

    candidates = finding.problem.fixes
    if not candidates:
        raise UsageError(f"{finding.rule} knows no fix for {arns.name(finding.subject)}")
    rehearsal = yield from rehearse(case, plan(case.world, finding, candidates[0]))
    for candidate in candidates[1:]:
        still_fails = rehearsal.after is not None and not isinstance(rehearsal.after.outcome, Succeeded)
        if isinstance(rehearsal, Proved) or not still_fails:
            break  # what kept it from being proved would keep the next one too
        yield Line(text=f"{rehearsal.plan.fix.title}: {'; '.join(rehearsal.reasons)}", role="warning")
        rehearsal = yield from rehearse(case, plan(case.world, finding, candidate), rehearsal.before)
    return rehearsal


def apply(proved: Proved, account: Account, stop: Callable[[], bool] = lambda: False) -> Job[Receipt]:
    """Send a proved plan; the world must still be what it was proved on. ``stop`` is asked before each step.

    Raises:
        WorldChanged: it is not; nothing was sent.
    """
    from doctor.aws.apply import apply as send

    return (yield from send(proved, account.aws, datetime.now(UTC), stop))


def verify(receipt: Receipt, account: Account, target: Target, rules: Sequence[Rule]) -> Job[Verification]:
    """Read back what was applied, diagnose again, and look for an invocation that went through since."""
    name = arns.name(receipt.function)
    snapshot = yield from collect(replace(target, functions=(name,)), account)
    world = World(snapshot)
    diagnosis = diagnose(world, rules)
    gone = not any(
        finding.rule == receipt.finding and arns.unqualified(finding.subject) == arns.unqualified(receipt.function)
        for finding in diagnosis.findings
    )
    since = [
        one
        for one in snapshot.invocations.get(arns.unqualified(receipt.function), ())
        if one.at > receipt.at and one.succeeded
    ]
    whole = receipt.state == "applied"
    confirmed = bool(since) and gone and whole
    lines = (f"{len(since)} invocations went through since",) if since else ()
    return Verification(
        receipt=receipt.id,
        settings_read_back=whole,
        finding_gone=gone,
        confirmed=confirmed,
        lines=lines,
    )


def undoable(receipt_id: str, account: Account) -> Receipt:
    """The receipt of that id; without an id the latest of this account that can be taken back.

    Raises:
        UsageError: there is none, or it is taken back already.
    """
    from doctor.store import journal

    aws = account.aws
    if receipt_id:
        receipt, missing = journal.last(receipt_id), f"no receipt '{receipt_id}'"
    else:
        receipt = journal.latest(aws.account, aws.region, aws.endpoint or "")
        missing = "nothing was applied to this account that could be undone"
    if receipt is None:
        raise UsageError(f"{missing}; see 'doctor history'")
    if receipt.state == "undone":
        raise UsageError(f"receipt {receipt.id} is undone already")
    return receipt


def undo(receipt_id: str, account: Account) -> Job[Receipt]:
    """Take a receipt back; without an id the latest of this account.

    Raises:
        UsageError: there is nothing to take back.
        WorldChanged: somebody else changed since what would be overwritten, or it is of another account.
    """
    from doctor.aws.undo import undo as take_back

    receipt = undoable(receipt_id, account)
    yield Line(text=f"undoing {receipt.id}: {receipt.title}, {arns.name(receipt.function)}")
    return (yield from take_back(receipt, account.aws))
