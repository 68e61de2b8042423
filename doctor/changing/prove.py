"""Prove a plan: in the model, then by running the failing invocations again with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations.operation import touched
from doctor.engine.plan import plan
from doctor.engine.rehearse import in_model, successor
from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model import arns
from doctor.model.events import Job, Line
from doctor.model.finding import Finding, Fix
from doctor.model.function import Function
from doctor.model.outcome import LocalRun, Reproduction, Succeeded, kind_of
from doctor.model.plan import Choice, Plan, Proved, Rehearsal, Unproved
from doctor.pipeline import Case
from doctor.reproducing.event import scenario_of
from doctor.reproducing.run import places, reproduce, run_once

Known = dict[str, Reproduction]
"""Reproductions that were already made, by the ARN of the version that ran."""


def rehearse(case: Case, one: Plan, known: Known | None = None) -> Job[Rehearsal]:
    """Prove a plan in the model, then by running again with it, once for each function, what failed without it.

    ``known`` holds the reproductions that were already made; those that are made here are added to it.
    """
    known = {} if known is None else known
    yield Line(text=f"in the model: {one.title}")
    model = in_model(case.world, one, case.rules)
    scope = case.world.snapshot.scope
    facts: dict[str, Any] = {"plan": one, "account": scope.account, "region": scope.region}
    facts |= {"checks": model.checks, "policy_changes": model.policy_changes, "presumed": ()}
    if model.reasons or model.changed is None:
        return Unproved(reasons=model.reasons, **facts)
    for choice in _to_run(case.world, one):
        function = _seen_in(case.world, choice.finding)
        assert function is not None
        judged = yield from _run(case, model.changed, function, choice, known, several=len(one.choices) > 1)
        facts["checks"] += judged.checks
        facts["presumed"] += judged.presumed
        facts["plan"] = _bound(facts["plan"], function)
        facts.setdefault("code_sha256", function.code_sha256)
        facts.setdefault("before", judged.before)
        facts.setdefault("after", judged.after)
        if judged.reasons:
            return Unproved(**{**facts, "before": judged.before, "after": judged.after}, reasons=judged.reasons)
    return Proved(**{"code_sha256": "", **facts})


_RAN_ON = ("Handler", "Runtime", "Timeout", "MemorySize", "EphemeralStorage", "Role", "VpcConfig")
"""Settings that a run depends on, and that an account shows as a snapshot has them."""


def _bound(one: Plan, function: Function) -> Plan:
    """The plan with what its run was made with among what must not have changed; a published version never does."""
    if function.version != "$LATEST":
        return one
    known = {(each.resource, each.field) for each in one.touches}
    rested = (each for each in touched(function, *_RAN_ON) if (each.resource, each.field) not in known)
    return replace(one, touches=(*one.touches, *rested))


def _to_run(world: World, one: Plan) -> list[Choice]:
    """The findings that a run would show, one for each function."""
    found: dict[str, Choice] = {}
    for choice in one.choices:
        function = _seen_in(world, choice.finding)
        if choice.finding.problem.expects and function is not None:
            found.setdefault(function.arn, choice)
    return list(found.values())


def _seen_in(world: World, finding: Finding) -> Function | None:
    """Where a failure can be seen: the function at fault, or the first that a resource at fault affects."""
    places = (finding.subject, *finding.affects)
    return next((found for arn in places if (found := world.get(arn, Function)) is not None), None)


@dataclass(frozen=True)
class _Judged:
    """What running one function before and after the change showed."""

    before: Reproduction
    after: LocalRun | None = None
    reasons: tuple[str, ...] = ()
    checks: tuple[str, ...] = field(default=())
    presumed: tuple[str, ...] = ()


def _run(
    case: Case, changed: World, function: Function, choice: Choice, known: Known, *, several: bool
) -> Job[_Judged]:
    if function.arn not in known:
        yield Line(text="run: as it is now")
        known[function.arn] = yield from reproduce(case, function, choice.finding)
    before = known[function.arn]
    of = f"{function.function_name}: " if several else ""
    if before.verdict != "reproduced" or before.run is None:
        words = before.verdict.replace("_", " ")
        return _Judged(before=before, reasons=(f"{of}the failure itself was {words}: {before.why}",))
    yield Line(text=f"run: {choice.fix.title}")
    # The version that a plan would publish has the code and environment of the one it stands in for.
    with_it = replace(successor(case.world, changed, function), function_arn=function.arn, version=function.version)
    after = before.run
    scenario = yield from scenario_of(case, function)
    for place in places(changed, with_it, scenario):
        after = yield from run_once(case, changed, with_it, place)
        if after.assumptions or not isinstance(after.outcome, Succeeded):
            break
    outcome = after.outcome
    if not isinstance(outcome, Succeeded):
        words = kind_of(outcome).replace("_", " ")
        return _Judged(before, after, (f"{of}with the change the same invocation still ended as: {words}",))
    if after.assumptions:
        return _Judged(before, after, tuple(f"{of}the run leaned on: {each}" for each in after.assumptions))
    succeeded = f"run: {of}the same invocation succeeded in {outcome.duration / 1000:.2f} s"
    return _Judged(before, after, (), (succeeded,), tuple(f"{of}{each}" for each in after.presumptions))


def fix(case: Case, findings: Sequence[Finding], way: int | None = None) -> Job[Rehearsal]:
    """Rehearse one plan for all findings, the best way of each first, until it is proved; otherwise the last that was tried.

    Args:
        case: What it is proved on.
        findings: What is to be healed.
        way: Which of the first finding's fixes, from 0; ``None``: those that can be sent, best first.

    Raises:
        UsageError: a rule knows no fix, or no such one.
    """
    case = knowing_applier(case)
    ways = [_ways(finding, way if finding is findings[0] else None) for finding in findings]
    at, known = [0] * len(ways), Known()
    while True:
        chosen = [(finding, ways[number][at[number]]) for number, finding in enumerate(findings)]
        rehearsal = yield from rehearse(case, plan(case.world, *chosen[0], *chosen[1:]), known)
        still_fails = rehearsal.after is not None and not isinstance(rehearsal.after.outcome, Succeeded)
        further = _further(findings, ways, at, rehearsal.after)
        if isinstance(rehearsal, Proved) or not still_fails or further is None:
            return rehearsal  # what kept it from being proved would keep the next way too
        yield Line(text=f"{rehearsal.plan.title}: {'; '.join(rehearsal.reasons)}", role="warning")
        at[further] += 1


def knowing_applier(case: Case) -> Case:
    """The same with the policies of whoever would apply a fix, so that a plan can tell whether they may."""
    if case.account is None:
        return case
    from doctor.aws.collectors.applier import applier
    from doctor.aws.draft import Draft
    from doctor.store.home import redaction_key

    snapshot = case.world.snapshot
    draft = Draft(case.account.aws, snapshot.scope, snapshot.taken_at, redaction_key())
    draft.add(*snapshot.resources.values())
    applier(draft, case.account.identity.arn)
    known = draft.finish(case.account.identity, ())
    whole = replace(snapshot, resources=known.resources, gaps=(*snapshot.gaps, *known.gaps))
    return replace(case, world=World(whole))


def _ways(finding: Finding, way: int | None) -> Sequence[Fix]:
    every = finding.problem.fixes
    what = f"{finding.rule} of {arns.name(finding.subject)}"
    if not every:
        raise UsageError(f"{what}: its rule knows no fix")
    if way is None:
        return [one for one in every if one.steps] or every[:1]
    if way >= len(every):
        raise UsageError(
            f"{what}: there is no such way, only {', '.join(chr(ord('A') + at) for at in range(len(every)))}"
        )
    return every[way : way + 1]


def _further(
    findings: Sequence[Finding], ways: Sequence[Sequence[Fix]], at: Sequence[int], after: LocalRun | None
) -> int | None:
    """The finding whose next way is to be tried: the one that expects what the run still showed, before any other."""
    left = [number for number in range(len(ways)) if at[number] + 1 < len(ways[number])]
    kind = None if after is None else kind_of(after.outcome)
    return next((one for one in left if findings[one].problem.expects == kind), next(iter(left), None))
