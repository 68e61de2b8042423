"""Symptoms joined to what explains them, and findings to what lies beneath them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from doctor.engine.world import World
from doctor.model.finding import Confidence, Explanation, Finding
from doctor.model.function import Function
from doctor.model.telemetry import Observation, Symptom, SymptomKind

FOLLOWS: dict[SymptomKind, tuple[SymptomKind, ...]] = {
    SymptomKind.UNREACHABLE: (SymptomKind.TIMED_OUT, SymptomKind.RAISED),
    SymptomKind.DENIED: (SymptomKind.RAISED,),
    SymptomKind.INIT_SLOW: (SymptomKind.TIMED_OUT,),
    SymptomKind.INIT_FAILED: (SymptomKind.TIMED_OUT, SymptomKind.EXITED),
    SymptomKind.IMPORT_FAILED: (SymptomKind.INIT_FAILED,),
    SymptomKind.HANDLER_MISSING: (SymptomKind.INIT_FAILED,),
    SymptomKind.KILLED: (SymptomKind.TIMED_OUT, SymptomKind.EXITED),
}
"""What a symptom can look like from outside: a call that cannot get out hangs until the function times out."""


def worst_first(finding: Finding) -> tuple[int, int, str, str, str]:
    """Sort key: severity, then confidence, then names, so that the order is total."""
    problem = finding.problem
    return (finding.severity.rank, problem.confidence.rank, finding.subject, finding.rule, finding.fingerprint)


def depth(finding: Finding, seen: Symptom) -> int | None:
    """How far beneath a symptom a finding lies: 0 explains it itself, 1 explains what leads to it; ``None``: it does not.

    The relation has no cycle, so the walk ends.
    """
    kinds = {seen.kind}
    for steps in range(len(FOLLOWS) + 1):
        for known in finding.problem.explains:
            exact = known.covers(seen) if steps == 0 else known.kind in kinds
            if exact:
                return steps
        kinds = {cause for cause, results in FOLLOWS.items() if kinds & set(results)}
        if not kinds:
            break
    return None


def _fitting(observation: Observation, findings: Iterable[Finding]) -> list[tuple[int, Finding]]:
    """The findings that explain an observation, each with its depth."""
    found = []
    for finding in findings:
        if observation.function in finding.affects:
            steps = depth(finding, observation.symptom)
            if steps is not None:
                found.append((steps, finding))
    return found


def rooted(world: World, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give each finding the deeper ones that it is a consequence of, worst first.

    A finding that explains a symptom is a consequence of a certain one that explains, on the same function, what leads
    to that symptom: a timeout that is too short for a call that never gets out is not too short.
    """
    affected: dict[str, list[Finding]] = {}
    for finding in findings:
        for function in finding.affects:
            affected.setdefault(function, []).append(finding)
    causes: dict[str, set[str]] = {}
    for observation in world.observations:
        fitting = _fitting(observation, affected.get(observation.function, ()))
        for shallow, finding in fitting:
            deeper = {
                other.fingerprint
                for steps, other in fitting
                if steps > shallow and other.problem.confidence is Confidence.CERTAIN
            }
            causes.setdefault(finding.fingerprint, set()).update(deeper)
    made = (replace(one, causes=tuple(sorted(causes.get(one.fingerprint, ())))) for one in findings)
    return tuple(sorted(made, key=worst_first))


def explain(world: World, findings: Sequence[Finding]) -> tuple[Explanation, ...]:
    """Join every observation with what explains it: the deepest first, then the surest."""
    affected: dict[str, list[Finding]] = {}
    for finding in findings:
        for function in finding.affects:
            affected.setdefault(function, []).append(finding)
    return tuple(
        _explained(world, observation, affected.get(observation.function, ())) for observation in world.observations
    )


def _changed_since(world: World, observation: Observation) -> datetime | None:
    """When the version was changed after the symptom was last seen; ``None``: it was not, or is not told."""
    function = world.get(observation.function, Function)
    try:
        changed = datetime.fromisoformat(function.last_modified if function else "")
    except ValueError:
        return None
    return changed if changed.tzinfo and changed > observation.last else None


def _explained(world: World, observation: Observation, findings: Sequence[Finding]) -> Explanation:
    fitting = sorted(
        _fitting(observation, findings),
        key=lambda one: (-one[0], one[1].problem.confidence.rank, worst_first(one[1])),
    )
    return Explanation(
        observation=observation,
        findings=tuple(finding.fingerprint for _, finding in fitting),
        changed=_changed_since(world, observation),
    )
