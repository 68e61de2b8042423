"""Run every rule over a world, and again where something changed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from doctor.engine.causes import explain, rooted
from doctor.engine.facts import Fact
from doctor.engine.reads import GRAIN_READS
from doctor.engine.rule import Rule
from doctor.engine.world import Key, Unseen, World, changed_keys
from doctor.model.call import Gap
from doctor.model.finding import Crash, Diagnosis, Finding, NotThis, Problem, RuledOut, Skip
from doctor.model.function import Function
from doctor.model.record import Shape

Word = Finding | RuledOut | Skip | Crash
Place = tuple[str, str]
"""A rule's name and a subject's ARN."""


@dataclass(frozen=True)
class Examination:
    """What every rule said of every subject, and what it looked at to say so."""

    world: World
    rules: tuple[Rule, ...]
    said: dict[Place, tuple[Word, ...]]
    looked_at: dict[Place, frozenset[Key]]

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
        changed = changed_keys(self.world.snapshot, world.snapshot)
        same_telemetry = world.snapshot.invocations == self.world.snapshot.invocations
        same_telemetry = same_telemetry and world.snapshot.metrics == self.world.snapshot.metrics
        same_gaps = world.snapshot.gaps == self.world.snapshot.gaps
        known = self if same_telemetry and same_gaps else None
        return _examine(world, self.rules, known, changed)


def examine(world: World, rules: Sequence[Rule]) -> Examination:
    """Apply ``rules`` to every subject of ``world``."""
    return _examine(world, tuple(sorted(rules, key=lambda rule: rule.name)), None, set())


def diagnose(world: World, rules: Sequence[Rule]) -> Diagnosis:
    """Apply ``rules`` to every subject of ``world``; the order of the result depends on neither's order."""
    return examine(world, rules).diagnosis


def _examine(world: World, rules: tuple[Rule, ...], known: Examination | None, changed: set[Key]) -> Examination:
    said: dict[Place, tuple[Word, ...]] = {}
    looked_at: dict[Place, frozenset[Key]] = {}
    for rule in rules:
        for subject in _subjects(world, rule):
            arn = getattr(subject, "arn", "")
            place = (rule.name, arn)
            if known is not None and place in known.said and changed.isdisjoint(known.looked_at[place]):
                said[place], looked_at[place] = known.said[place], known.looked_at[place]
                continue
            with world.watched() as keys:
                said[place] = _hear(world, rule, subject)
            looked_at[place] = frozenset((*keys, arn))
        for gap in _unlisted(world, rule):
            place = (rule.name, f"{gap.call.name} {gap.resource}")
            said[place] = (Skip(rule=rule.name, severity=rule.severity, subject=gap.resource, gap=gap),)
            looked_at[place] = frozenset()
    return Examination(world=world, rules=rules, said=said, looked_at=looked_at)


def _unlisted(world: World, rule: Rule) -> list[Gap]:
    """The gaps behind which there may be subjects of a rule; versions of a function that an alias leads to included."""
    if rule.grain is None:
        return []
    unseen = world.unlisted(*GRAIN_READS[rule.grain])
    return [*unseen, *world.gaps("lambda:ListAliases")] if rule.grain is Function else unseen


def _subjects(world: World, rule: Rule) -> Iterable[Shape | None]:
    if rule.grain is None:
        return (None,)
    return world.live if rule.grain is Function else world.all(rule.grain)


def _hear(world: World, rule: Rule, subject: Shape | None) -> tuple[Word, ...]:
    """Run one rule on one subject. What it said before it met a gap or crashed stays."""
    arn = getattr(subject, "arn", "")
    said: list[Word] = []
    try:
        for word in rule.check(**_arguments(world, rule, subject)):
            if isinstance(word, NotThis):
                said.append(RuledOut(function=arn, symptom=word.symptom, cause=rule.name, why=word.why))
            else:
                said.append(_finding(rule, arn, word))
    except Unseen as unseen:
        said.append(Skip(rule=rule.name, severity=rule.severity, subject=arn, gap=unseen.gap))
    except Exception as error:  # noqa: BLE001 -- the one place: a rule of anybody's may fail in any way, and the others go on
        said.append(Crash(rule=rule.name, subject=arn, error=f"{type(error).__name__}: {error}"))
    return tuple(said)


def _arguments(world: World, rule: Rule, subject: Shape | None) -> dict[str, object]:
    """Build what the rule asked for; raises ``Unseen`` when a fact lies behind a gap."""
    return {
        key: need.of(world, subject) if issubclass(need, Fact) else subject  # type: ignore[arg-type]
        for key, need in rule.needs
    }


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
    """One finding for what several functions meet in the same places: it affects them all."""
    found: dict[str, Finding] = {}
    for finding in findings:
        known = found.get(finding.fingerprint)
        if known is None:
            found[finding.fingerprint] = finding
        else:
            affects = tuple(sorted({*known.affects, *finding.affects}))
            found[finding.fingerprint] = replace(known, affects=affects)
    return list(found.values())
