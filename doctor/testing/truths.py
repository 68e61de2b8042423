"""What is true of every rule. Each truth yields a plain line for each way in which it is broken."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from doctor.engine.diagnose import diagnose, examine
from doctor.engine.facts import Fact
from doctor.engine.operations.operation import same
from doctor.engine.plan import carry_out, plan, resolve, take_back
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Applicability, Diagnosis, Finding, Fix
from doctor.model.function import Function
from doctor.model.snapshot import Snapshot
from doctor.testing import template
from doctor.testing.trial import Trial
from doctor.testing.world import gap, with_gaps

Broken = Iterator[str]
OfRule = Callable[[Trial], Broken]
OfWorld = Callable[[Trial, World], Broken]
OfFix = Callable[[Trial, World, Finding, Fix], Broken]
_ORDERS = 5

# Of the rule and its page


def is_called_like_its_file(trial: Trial) -> Broken:
    """A rule is found by its name."""
    if trial.rule.name != trial.path.stem.replace("_", "-"):
        yield f"it is called '{trial.rule.name}', its file '{trial.path.name}'"


def is_written(trial: Trial) -> Broken:
    """What ``doctor rules new`` wrote says nothing yet."""
    left = [
        what
        for what, untouched in (
            ("the first line of its page", trial.rule.summary == template.SENTENCE),
            ("'Covers:'", template.COVERS in trial.rule.covers),
            ("its message", f'"{template.MESSAGE}"' in trial.path.read_text(encoding="utf-8")),
        )
        if untouched
    ]
    if left:
        yield f"{' and '.join(left)} are still as 'doctor rules new' wrote them"


def has_cases_of_both_kinds(trial: Trial) -> Broken:
    """What a rule says is shown by cases, and so is what it does not say."""
    for kind, cases in (("BROKEN", trial.broken), ("HEALTHY", trial.healthy)):
        if not cases:
            yield f"it has no {kind} cases"


def has_a_page(trial: Trial) -> Broken:
    """A page says in one sentence what is wrong, then how to mend it and where to read more."""
    page = trial.rule.page
    if not trial.rule.summary.endswith("."):
        yield "the first line of its page is no sentence: it ends without a full stop"
    for mark, what in (
        ("\nFix: ", "how to mend it ('Fix: …')"),
        ("\nSee: https://", "where to read more ('See: https://…')"),
    ):
        if mark not in page:
            yield f"its page does not say {what}"


def rules_out_aloud_what_it_says_it_does(trial: Trial) -> Broken:
    """The look-alikes that its cases list as RULED_OUT are named, and no other healthy world is talked about."""
    aloud = {name for name, world in trial.healthy.items() if diagnose(world, [trial.rule]).ruled_out}
    for name in sorted(trial.ruled_out - aloud):
        yield f"RULED_OUT lists '{name}', in which it says nothing"
    for name in sorted(aloud - trial.ruled_out):
        yield f"it rules something out in '{name}', which RULED_OUT does not list"


# Of a world in which it must speak


def finds_what_is_broken(trial: Trial, world: World) -> Broken:
    """It finds something, by evidence, and looks at everything on the way."""
    said = diagnose(world, [trial.rule])
    if not said.findings:
        yield "it finds nothing"
    yield from _stumbles(said)
    for finding in said.findings:
        if not finding.problem.evidence:
            yield f"'{finding.problem.message}' has no evidence"


def cites_what_is_there(trial: Trial, world: World) -> Broken:
    """What is cited is in the snapshot, or says when it was seen."""
    for finding in diagnose(world, [trial.rule]).findings:
        for evidence in finding.problem.evidence:
            found = _cited(world.snapshot.resources.get(evidence.resource), evidence.field)
            if found and evidence.value not in found:
                yield f"it cites {evidence.field} as {evidence.value!r}, which the snapshot does not say"
            if not found and evidence.at is None:
                yield f"it cites {evidence.field}, which is no field, so it must be told when it was seen"


def has_fingerprints_of_its_own(trial: Trial, world: World) -> Broken:
    """No two findings are taken for one."""
    prints = [finding.fingerprint for finding in diagnose(world, [trial.rule]).findings]
    if len(prints) != len(set(prints)):
        yield "two of its findings have the same fingerprint: they cite the same places of the same subject"


def explains_what_was_seen(trial: Trial, world: World) -> Broken:
    """A symptom that it claims to explain was observed."""
    said = diagnose(world, [trial.rule])
    explained = {fingerprint for one in said.explanations for fingerprint in one.findings}
    for finding in said.findings:
        if bool(finding.problem.explains) != (finding.fingerprint in explained):
            yield f"'{finding.problem.message}' claims to explain a symptom that was not seen"


def skips_what_lies_behind_a_gap(trial: Trial, world: World) -> Broken:
    """Without a read that it needs it says nothing, and says that it could not look."""
    found = {seen for one in diagnose(world, [trial.rule]).findings for seen in one.affects or (one.subject,)}
    for need in (need for _, need in trial.rule.needs if issubclass(need, Fact)):
        for read in need.reads:
            said = diagnose(with_gaps(world, gap(read)), [trial.rule])
            if said.findings or said.crashes:
                yield f"without {read} it {'finds something' if said.findings else 'crashes'} instead of being skipped"
            if not found <= {skip.subject for skip in said.skips} or {skip.gap.call.name for skip in said.skips} != {
                read
            }:
                yield f"without {read} it is not skipped for every subject, by the name of that read"


def does_without_a_part_of_a_fact(trial: Trial, world: World) -> Broken:
    """Without a read that a part of a fact needs, the rest stands, and the part is said to be unseen."""
    known = {finding.fingerprint for finding in diagnose(world, [trial.rule]).findings}
    for part in (part for _, need in trial.rule.needs if issubclass(need, Fact) for part in need.parts):
        said = diagnose(with_gaps(world, gap(part)), [trial.rule])
        if said.crashes or not {finding.fingerprint for finding in said.findings} <= known:
            yield f"without {part} it {'crashes' if said.crashes else 'finds something else'}"
        if not {skip.gap.call.name for skip in said.skips} <= {part}:
            yield f"without {part} it says that another read is missing"


def does_not_depend_on_any_order(trial: Trial, world: World) -> Broken:
    """The same snapshot gives the same diagnosis, however it is written down."""
    gaps = (gap("ec2:DescribeVpcs"), gap("iam:GetRole"), gap("ec2:DescribeSubnets"))
    snapshot = replace(world.snapshot, gaps=gaps)
    expected = diagnose(World(snapshot), trial.beside)
    for seed in range(_ORDERS):
        shuffle = random.Random(seed)
        rules = shuffle.sample(trial.beside, len(trial.beside))
        if diagnose(World(_shuffled(snapshot, shuffle)), rules) != expected:
            yield "the diagnosis depends on the order of resources, invocations, gaps or rules"
            return


# Of a world in which it must not


def is_silent_on_what_is_healthy(trial: Trial, world: World) -> Broken:
    """It finds nothing, and could look at everything."""
    said = diagnose(world, [trial.rule])
    for finding in said.findings:
        yield f"it says '{finding.problem.message}'"
    yield from _stumbles(said)


# Of a fix that can be sent


def leaves_no_finding(trial: Trial, world: World, finding: Finding, fix: Fix) -> Broken:
    """A fix, carried out in the model, mends what was found and brings nothing else of the rule."""
    planned = plan(world, finding, fix)
    if planned.obstacles:
        yield f"'{fix.title}' cannot be planned: {'; '.join(planned.obstacles)}"
        return
    after = _prints(diagnose(World(carry_out(world.snapshot, planned.steps)), [trial.rule]))
    if finding.fingerprint in after or not after < _prints(diagnose(world, [trial.rule])):
        yield f"'{fix.title}' does not mend it in the model"


def is_undone(trial: Trial, world: World, finding: Finding, fix: Fix) -> Broken:  # noqa: ARG001 -- as every truth of a fix
    """Its undo restores everything but what AWS assigns by itself."""
    steps = plan(world, finding, fix).steps
    changed = carry_out(world.snapshot, steps)
    if changed == world.snapshot:
        yield f"'{fix.title}' changes nothing in the model"
    if _without_what_aws_assigns(take_back(changed, steps), world.snapshot) != world.snapshot:
        yield f"the undo of '{fix.title}' does not restore what was there"


def brings_no_finding_of_another_rule(trial: Trial, world: World, finding: Finding, fix: Fix) -> Broken:
    """A fix does not break something else."""
    changed = World(carry_out(world.snapshot, plan(world, finding, fix).steps))
    others = [one for one in trial.beside if one != trial.rule]
    before = diagnose(world, others).findings
    after = diagnose(changed, others).findings
    if len(after) > len(before):
        names = sorted({one.rule for one in after} - {one.rule for one in before})
        yield f"'{fix.title}' brings a finding of {', '.join(names) or 'another rule'}"


def is_looked_at_again(trial: Trial, world: World, finding: Finding, fix: Fix) -> Broken:
    """Every rule that looked at what a fix changes looks again: to examine again is to examine all."""
    changed = World(carry_out(world.snapshot, plan(world, finding, fix).steps))
    if examine(world, trial.beside).again(changed).diagnosis != diagnose(changed, trial.beside):
        yield f"after '{fix.title}' a rule that looked at what changed was not heard again"


def has_steps_only_where_they_can_be_sent(trial: Trial, world: World, finding: Finding, fix: Fix) -> Broken:  # noqa: ARG001
    """A manual fix has no steps."""
    if fix.applicability is Applicability.MANUAL:
        yield f"'{fix.title}' is manual, and has steps"


OF_RULE: tuple[OfRule, ...] = (
    is_called_like_its_file,
    is_written,
    has_cases_of_both_kinds,
    has_a_page,
    rules_out_aloud_what_it_says_it_does,
)
OF_BROKEN: tuple[OfWorld, ...] = (
    finds_what_is_broken,
    cites_what_is_there,
    has_fingerprints_of_its_own,
    explains_what_was_seen,
    skips_what_lies_behind_a_gap,
    does_without_a_part_of_a_fact,
    does_not_depend_on_any_order,
)
OF_HEALTHY: tuple[OfWorld, ...] = (is_silent_on_what_is_healthy,)
OF_FIX: tuple[OfFix, ...] = (
    leaves_no_finding,
    is_undone,
    brings_no_finding_of_another_rule,
    is_looked_at_again,
    has_steps_only_where_they_can_be_sent,
)


def sent(world: World, finding: Finding, fix: Fix) -> Iterator[Call]:
    """Every call that a fix, what it waits for, and its undo would make."""
    for step in plan(world, finding, fix).steps:
        for call in (step.call, step.undo, step.settled.call if step.settled else None):
            if call is not None:
                yield resolve(call, _ANSWERS)


class _Answer(str):
    """Stands for every part of an answer that an earlier step brings."""

    __slots__ = ()

    def __getitem__(self, _: object) -> "_Answer":
        return self


_ANSWERS: Any = defaultdict(lambda: _Answer("2"))


def broken(trial: Trial, complaints: Callable[[Call], str]) -> Iterator[str]:
    """A line for each truth that a rule breaks; ``complaints`` tells what AWS would not accept of a call."""
    for of_rule in OF_RULE:
        yield from of_rule(trial)
    of_worlds: tuple[tuple[str, Iterable[OfWorld], Any], ...] = (
        ("BROKEN", OF_BROKEN, trial.broken),
        ("HEALTHY", OF_HEALTHY, trial.healthy),
    )
    for kind, truths, worlds in of_worlds:
        for name, world in worlds.items():
            yield from (f"{kind} '{name}': {line}" for truth in truths for line in truth(trial, world))
    for name, world, finding, fix in trial.fixes():
        yield from (f"BROKEN '{name}': {line}" for of_fix in OF_FIX for line in of_fix(trial, world, finding, fix))
        for call in sent(world, finding, fix):
            refused = " ".join(complaints(call).split())
            if refused:
                yield f"BROKEN '{name}': AWS would not accept {call.name}: {refused}"


def _stumbles(said: Diagnosis) -> Broken:
    for skip in said.skips:
        yield f"it could not look: {skip.gap.call.name} is a gap"
    for crash in said.crashes:
        yield f"it crashes: {crash.error}"


_PART = re.compile(r"(?P<name>\w+)(?:\[(?P<path>[^\]]+)\])?(?:\.|$)")


def _cited(resource: object, field: str) -> list[object]:
    """The values at a cited place: ``Timeout``, ``EphemeralStorage.Size``, ``Package.natives[x/_y.so].machine``."""
    found = [] if resource is None else [resource]
    for part in _PART.finditer(field):
        found = [value for one in found for value in _values(one, part["name"])]
        if part["path"]:
            found = [one for several in found for one in several if one.path == part["path"]]  # type: ignore[attr-defined]
    return found


def _values(one: Any, name: str) -> list[object]:
    if isinstance(one, dict):
        return [one[name]]
    ours = dict(zip(one.__struct_encode_fields__, one.__struct_fields__, strict=True)).get(name)
    return [getattr(one, ours)] if ours else []


def _shuffled(snapshot: Snapshot, shuffle: random.Random) -> Snapshot:
    resources, invocations = list(snapshot.resources.items()), list(snapshot.invocations.items())
    return replace(
        snapshot,
        resources=dict(shuffle.sample(resources, len(resources))),
        invocations=dict(shuffle.sample(invocations, len(invocations))),
        gaps=tuple(shuffle.sample(snapshot.gaps, len(snapshot.gaps))),
    )


def _prints(said: Diagnosis) -> set[str]:
    return {finding.fingerprint for finding in said.findings}


def _without_what_aws_assigns(back: Snapshot, before: Snapshot) -> Snapshot:
    """Published versions stay, which the operation declares, and LastModified moves on with every change."""
    kept = {
        arn: before.resources[arn] if same(one, before.resources.get(arn)) else one
        for arn, one in back.resources.items()
        if arn in before.resources or not (isinstance(one, Function) and one.version.isdigit())
    }
    return replace(back, resources=kept)
