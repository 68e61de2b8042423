"""The part of a rehearsal that needs no machine: is the finding gone in the changed world, and is nothing new or lost?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doctor.engine.diagnose import examine
from doctor.engine.flows import flows, inherit, judged
from doctor.engine.operations.operation import same
from doctor.engine.plan import carry_out, take_back
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.decision import DecisionChange
from doctor.model.finding import Diagnosis, Finding
from doctor.model.function import Function
from doctor.model.plan import Plan

if TYPE_CHECKING:
    from doctor.engine.policy_proof import PolicyProof


@dataclass(frozen=True)
class InModel:
    """What the model says of a plan; ``reasons`` empty: it heals and breaks nothing."""

    changed: World | None
    checks: tuple[str, ...]
    reasons: tuple[str, ...]
    policy_changes: tuple[DecisionChange, ...] = ()


def in_model(world: World, plan: Plan, rules: Sequence[Rule]) -> InModel:
    """Carry a plan out on a copy of the snapshot, and diagnose what comes out."""
    if plan.obstacles:
        return InModel(changed=None, checks=(), reasons=plan.obstacles)
    try:
        snapshot = carry_out(world.snapshot, plan.steps)
    except LookupError as error:
        return InModel(changed=None, checks=(), reasons=(str(error.args[0]),))
    changed = World(snapshot)
    examination = examine(world, rules)
    routed = inherit(world, changed)
    before, after = examination.diagnosis, examination.again(changed).diagnosis
    checks: list[str] = []
    reasons: list[str] = []
    places = _places(after)
    for finding in (one.finding for one in plan.choices):
        of = f" of {arns.name(finding.subject)}" if plan.also else ""
        if (finding.rule, arns.unqualified(finding.subject)) in places:
            reasons.append(f"{finding.rule}{of} would still be found after the change")
        elif _only_seen_before(finding, plan):
            reasons.append(
                f"{finding.rule}{of} was seen in what ran before the change: only what runs after it can tell"
            )
        else:
            checks.append(f"model: {finding.rule}{of} is gone after the change")
    new = sorted(_places(after) - _places(before))
    if new:
        reasons.extend(f"the change would bring {rule} on {arns.name(subject)}" for rule, subject in new)
    else:
        number, heard = len({arns.unqualified(arn) for arn in after.functions}), len(after.rules)
        checks.append(
            f"model: nothing new in {number} function{'s'[: number != 1]} under {heard} rule{'s'[: heard != 1]}"
        )
    reasons.extend(f"rule {crash.rule} crashed on the changed account: {crash.error}" for crash in after.crashes)
    if routed:
        for told, more in zip(
            (checks, reasons), judged(flows(world, changed), [one.finding for one in plan.choices]), strict=True
        ):
            told.extend(more)
    proof = _policy_check(world, changed, plan)
    if proof is not None:
        checks.extend(() if proof.reasons else proof.checks)
        reasons.extend(proof.reasons)
    undone, words = _undo_check(world, changed, plan)
    (checks if undone else reasons).append(words)
    changes = () if proof is None else proof.changes
    return InModel(changed=changed, checks=tuple(checks), reasons=tuple(reasons), policy_changes=changes)


_TELEMETRY = ("logs:FilterLogEvents", "cloudwatch:GetMetricData")


def _only_seen_before(finding: Finding, plan: Plan) -> bool:
    """Whether a finding is gone for no other reason than that what was logged of the old configuration no longer counts.

    A run settles it where the rule says what a run would show.
    """
    told = any(one.source in _TELEMETRY for one in finding.problem.evidence)
    configured = any(step.call.operation == "UpdateFunctionConfiguration" for step in plan.steps)
    return told and configured and not finding.problem.expects


def _places(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    """Which rule speaks of which resource: a version that was published in place of another is the same place."""
    return {(finding.rule, arns.unqualified(finding.subject)) for finding in diagnosis.findings}


def _policy_check(world: World, changed: World, plan: Plan) -> "PolicyProof | None":
    """What a change of policies does to decisions; ``None`` where it changes none."""
    from doctor.engine.policy_proof import prove  # with all that IAM knows: only who rehearses pays for it

    return prove(world, changed, plan)


def _undo_check(world: World, changed: World, plan: Plan) -> tuple[bool, str]:
    """Whether the undo restores what was there, and in words."""
    back = take_back(changed.snapshot, plan.steps)
    left = [arn for arn, one in back.resources.items() if not same(world.snapshot.resources.get(arn), one)]
    added = [arn for arn in left if arn not in world.snapshot.resources]
    if sorted(left) != sorted(added):
        changed_still = sorted(set(left) - set(added))
        return False, f"the undo does not restore {', '.join(arns.name(arn) for arn in changed_still)}"
    return True, "undo: restores every changed field" + (f"; leaves {len(added)} published version" if added else "")


def successor(before: World, changed: World, function: Function) -> Function:
    """The version that gets the traffic of ``function`` after the change: itself, or what its aliases lead to now."""
    for alias in before.routes_to(function):
        moved = changed.get(alias.arn, type(alias))
        if moved is not None:
            found = changed.get(f"{arns.unqualified(function.arn)}:{moved.function_version}", Function)
            if found is not None:
                return found
    return changed.get(function.arn, Function) or function
