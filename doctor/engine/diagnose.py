"""Run every rule over a world, and again where something changed."""

import hashlib
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from doctor.engine.causes import explain, rooted
from doctor.engine.reads import GRAIN_READS
from doctor.engine.rule import GRAINS, Rule
from doctor.engine.world import Key, Unseen, World, changed_keys
from doctor.model.call import Gap
from doctor.model.finding import Crash, Diagnosis, Finding, NotThis, Problem, RuledOut, Skip
from doctor.model.function import Function
from doctor.model.record import Record, Shape

Word = Finding | RuledOut | Skip | Crash
Place = tuple[str, str]
"""A rule's name and a subject's ARN."""


class Examination(Record):
    """What the rules said of every subject, and what their facts were made from."""

    world: World
    rules: tuple[Rule, ...]
    said: dict[Place, tuple[Word, ...]]
    """Places where nothing was said are left out."""
    looked_at: dict[str, dict[type, frozenset[Key]]]
    """By subject and type of fact: a subject that is not in it was not there."""

    @property
    def diagnosis(self) -> Diagnosis:
        """Everything together, in an order that depends on neither rules' nor resources'."""
        words = [word for place in sorted(self.said) for word in self.said[place]]
        findings = rooted(self.world, _merged(word for word in words if isinstance(word, Finding)))
        return Diagnosis(
            taken_at=self.world.snapshot.taken_at,
            functions=tuple(function.arn for function in self.world.live),
            rules=tuple(rule.name for rule in self.rules),
            findings=findings,
            explanations=explain(self.world, findings),
            skips=tuple(word for word in words if isinstance(word, Skip)),
            crashes=tuple(word for word in words if isinstance(word, Crash)),
            ruled_out=tuple(word for word in words if isinstance(word, RuledOut)),
        )

    def again(self, world: World) -> "Examination":
        """Examine another snapshot of the same account: only what looked at something that changed runs again."""
        old, new = self.world.snapshot, world.snapshot
        same = all(getattr(old, name) == getattr(new, name) for name in ("invocations", "metrics", "gaps"))
        return _examine(world, self.rules, self if same else None, changed_keys(old, new))

    def stands(self, rule: Rule, arn: str, changed: set[Key]) -> bool:
        """Whether what a rule said of a subject is still what it would say."""
        known = self.looked_at.get(arn)
        if known is None or arn in changed:
            return False
        return all(changed.isdisjoint(known.get(need, ())) for _, need in rule.needs)


def examine(world: World, rules: Sequence[Rule]) -> Examination:
    """Apply ``rules`` to every subject of ``world``."""
    return _examine(world, tuple(sorted(rules, key=lambda rule: rule.name)), None, set())


def diagnose(world: World, rules: Sequence[Rule]) -> Diagnosis:
    """Apply ``rules`` to every subject of ``world``; the order of the result depends on neither's order."""
    return _examine(world, tuple(sorted(rules, key=lambda rule: rule.name)), None, set(), noting=False).diagnosis


def _examine(
    world: World, rules: tuple[Rule, ...], known: Examination | None, changed: set[Key], *, noting: bool = True
) -> Examination:
    """Examine; not ``noting`` what was looked at saves a third of the memory, and cannot be done ``again``."""
    made = Examination(world=world, rules=rules, said={}, looked_at={})
    grains: dict[type[Shape] | None, list[Rule]] = {}
    for rule in rules:
        grains.setdefault(rule.grain, []).append(rule)
    for grain, those in grains.items():
        for subject in _subjects(world, grain):
            _examine_subject(made, those, subject, known, changed, noting=noting)
        for rule in those:
            for gap in _unlisted(world, grain):
                skip = Skip(rule=rule.name, severity=rule.severity, subject=gap.resource, gap=gap)
                made.said[rule.name, f"{gap.call.name} {gap.resource}"] = (skip,)
    return made


def _examine_subject(
    made: Examination,
    rules: list[Rule],
    subject: Shape | None,
    known: Examination | None,
    changed: set[Key],
    *,
    noting: bool,
) -> None:
    """Hear every rule of a grain on one subject, or keep what is known of it."""
    arn = getattr(subject, "arn", "")
    keys: dict[type, frozenset[Key]] = {}
    for rule in rules:
        if known is not None and known.stands(rule, arn, changed):
            words = known.said.get((rule.name, arn), ())
            keys.update((need, known.looked_at[arn][need]) for _, need in rule.needs if need in known.looked_at[arn])
        else:
            words = _hear(made.world, subject, rule, arn)
        if words:
            made.said[rule.name, arn] = words
    if noting:
        keys.update(made.world.looked(subject))
        made.looked_at[arn] = {**made.looked_at.get(arn, {}), **keys}


def _unlisted(world: World, grain: type[Shape] | None) -> list[Gap]:
    """The gaps behind which there may be subjects of a grain; versions of a function that an alias leads to included."""
    if grain is None:
        return []
    unseen = world.unlisted(*GRAIN_READS[grain])
    return [*unseen, *world.gaps("lambda:ListAliases")] if grain is Function else unseen


def _subjects(world: World, grain: type[Shape] | None) -> Iterable[Shape | None]:
    if grain is None:
        return (None,)
    return world.live if grain is Function else world.all(grain)


def _hear(world: World, subject: Shape | None, rule: Rule, arn: str) -> tuple[Word, ...]:
    """Run one rule on one subject. What it said before it met a gap or crashed stays."""
    said: list[Word] = []
    try:
        asked = {name: subject if need in GRAINS else world.fact(need, subject) for name, need in rule.needs}
        for word in rule.check(**asked):
            if isinstance(word, NotThis):
                said.append(RuledOut(function=arn, symptom=word.symptom, cause=rule.name, why=word.why))
            else:
                said.append(_finding(rule, arn, word))
    except Unseen as unseen:
        said.append(Skip(rule=rule.name, severity=rule.severity, subject=arn, gap=unseen.gap))
    except Exception as error:  # noqa: BLE001 -- a rule of anybody's may fail in any way, and the others go on
        said.append(Crash(rule=rule.name, subject=arn, error=f"{type(error).__name__}: {error}"))
    return tuple(said)


def _finding(rule: Rule, looked_at: str, problem: Problem) -> Finding:
    """A problem with its subject: the resource at fault where the rule names one, otherwise the one it looked at."""
    subject = problem.subject or looked_at
    places = sorted(f"{evidence.resource}#{evidence.field}" for evidence in problem.evidence)
    digest = hashlib.sha256("\n".join((rule.name, subject, *places)).encode()).hexdigest()
    return Finding(
        rule=rule.name,
        severity=problem.severity or rule.severity,
        subject=subject,
        affects=(looked_at,) if ":function:" in looked_at else (),
        problem=problem,
        fingerprint=digest[:16],
    )


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for what several functions meet in the same places: it affects them all, as badly as the worst hit."""
    found: dict[str, Finding] = {}
    for finding in findings:
        known = found.get(finding.fingerprint)
        if known is None:
            found[finding.fingerprint] = finding
        else:
            found[finding.fingerprint] = _together(known, finding)
    return list(found.values())


def _together(one: Finding, other: Finding) -> Finding:
    problem = one.problem
    return replace(
        one,
        affects=tuple(sorted({*one.affects, *other.affects})),
        severity=min(one.severity, other.severity, key=lambda severity: severity.rank),
        problem=replace(
            problem,
            confidence=min(problem.confidence, other.problem.confidence, key=lambda confidence: confidence.rank),
            explains=tuple(dict.fromkeys((*problem.explains, *other.problem.explains))),
        ),
    )
