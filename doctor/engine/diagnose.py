"""Run every rule over a world: findings, skips and crashes, symptoms joined to what explains them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from doctor.engine.fact import Fact
from doctor.engine.rule import Rule
from doctor.engine.world import Unseen, World
from doctor.model.finding import Crash, Diagnosis, Explanation, Finding, NotThis, Problem, RuledOut, Skip
from doctor.model.function import Function
from doctor.model.record import Shape
from doctor.model.telemetry import Observation


@dataclass
class _Said:
    """What the rules said so far."""

    findings: list[Finding] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)
    ruled_out: list[RuledOut] = field(default_factory=list)


def diagnose(world: World, rules: Sequence[Rule]) -> Diagnosis:
    """Apply ``rules`` to every subject of ``world``; the order of the result depends on neither's order."""
    said = _Said()
    for one in sorted(rules, key=lambda rule: rule.name):
        for subject in _subjects(world, one):
            _apply(world, one, subject, said)
    findings = tuple(sorted(said.findings, key=_worst_first))
    return Diagnosis(
        taken_at=world.snapshot.taken_at,
        functions=tuple(function.arn for function in world.live),
        rules=tuple(sorted(one.name for one in rules)),
        findings=findings,
        explanations=tuple(_explain(observation, findings) for observation in world.observations),
        skips=tuple(said.skips),
        crashes=tuple(said.crashes),
        ruled_out=tuple(said.ruled_out),
    )


def _subjects(world: World, one: Rule) -> Iterable[Shape | None]:
    if one.grain is None:
        return (None,)
    return world.live if one.grain is Function else world.all(one.grain)


def _apply(world: World, one: Rule, subject: Shape | None, said: _Said) -> None:
    """Run one rule on one subject. What it said before it met a gap or crashed stays."""
    arn = getattr(subject, "arn", "")
    try:
        for word in one.check(**_arguments(world, one, subject)):
            if isinstance(word, NotThis):
                said.ruled_out.append(RuledOut(function=arn, symptom=word.symptom, cause=one.name, why=word.why))
            else:
                said.findings.append(_finding(one, arn, word))
    except Unseen as unseen:
        said.skips.append(Skip(rule=one.name, severity=one.severity, subject=arn, gap=unseen.gap))
    except Exception as error:  # noqa: BLE001 -- the one place: a rule of anybody's may fail in any way, and the others go on
        said.crashes.append(Crash(rule=one.name, subject=arn, error=f"{type(error).__name__}: {error}"))


def _arguments(world: World, one: Rule, subject: Shape | None) -> dict[str, object]:
    """Build what the rule asked for; raises ``Unseen`` when a fact lies behind a gap."""
    return {
        key: need.of(world, subject) if issubclass(need, Fact) else subject  # type: ignore[arg-type]
        for key, need in one.needs
    }


def _finding(one: Rule, subject: str, problem: Problem) -> Finding:
    places = sorted(f"{evidence.resource}#{evidence.field}" for evidence in problem.evidence)
    digest = hashlib.sha256("\n".join((one.name, subject, *places)).encode()).hexdigest()
    affects = (subject,) if ":function:" in subject else ()
    return Finding(
        rule=one.name,
        severity=one.severity,
        subject=subject,
        affects=affects,
        problem=problem,
        fingerprint=digest[:16],
    )


def _worst_first(finding: Finding) -> tuple[int, int, str, str, str]:
    problem = finding.problem
    return (finding.severity.rank, problem.confidence.rank, finding.subject, finding.rule, finding.fingerprint)


def _explain(observation: Observation, findings: Sequence[Finding]) -> Explanation:
    """Join an observation with the findings that would explain it, the surest first."""
    fitting: Iterator[Finding] = (
        finding
        for finding in findings
        if observation.function in finding.affects
        and any(symptom.covers(observation.symptom) for symptom in finding.problem.explains)
    )
    surest = sorted(fitting, key=lambda finding: (finding.problem.confidence.rank, *_worst_first(finding)))
    return Explanation(observation=observation, findings=tuple(finding.fingerprint for finding in surest))
