"""Run every rule over a world, and again where something changed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Any

from msgspec.structs import replace

from doctor.engine import crash, hearing
from doctor.engine.asking import Given, Names, Skipping
from doctor.engine.causes import explain, rooted
from doctor.engine.changed import changed_keys
from doctor.engine.hearing import Hearing
from doctor.engine.reads import GRAIN_READS
from doctor.engine.rule import Rule
from doctor.engine.world import Key, Unseen, World
from doctor.errors import Ended
from doctor.model.call import Gap
from doctor.model.finding import Crash, Diagnosis, Finding, NotThis, Problem, RuledOut, Skip
from doctor.model.function import Function
from doctor.model.garbage import uncollected
from doctor.model.record import Record, Shape
from doctor.model.snapshot import Snapshot

Words = tuple[Finding | RuledOut | Crash, ...]
"""What a rule said of a subject."""


class Said(Record, gc=False):
    """What all rules said of one subject."""

    words: dict[str, Words]
    """By rule: those that said nothing are left out."""
    skips: tuple[Skip, ...] = ()


class Examination(Record):
    """What the rules said of every subject, and what their facts were made from."""

    world: World
    rules: tuple[Rule, ...]
    said: dict[str, Said]
    """By subject, or by the gap behind which there may be subjects; where nothing was said it is left out."""
    looked_at: dict[str, dict[type, AbstractSet[Key]]]
    """By subject and type of fact: a subject that is not in it was not there."""

    def is_touched(self, arn: str, changed: AbstractSet[Key]) -> bool:
        """Whether something changed that was looked at for a subject, or it was not there."""
        known = self.looked_at.get(arn)
        return known is None or arn in changed or not all(changed.isdisjoint(keys) for keys in known.values())

    @property
    def diagnosis(self) -> Diagnosis:
        """Everything together, in an order that depends on neither rules' nor resources'."""
        with uncollected():
            return self._together()

    def _together(self) -> Diagnosis:
        said: dict[type, list[Any]] = {Finding: [], Crash: [], RuledOut: []}
        spoken = [(rule, arn, words) for arn, one in self.said.items() for rule, words in one.words.items()]
        for _, _, words in sorted(spoken, key=itemgetter(0, 1)):
            for word in words:
                said[type(word)].append(word)
        skips = [(skip.rules[0], arn, skip) for arn, one in self.said.items() for skip in one.skips]
        findings = rooted(self.world, _merged(said[Finding]))
        return Diagnosis(
            taken_at=self.world.snapshot.taken_at,
            functions=tuple(function.arn for function in self.world.live),
            rules=tuple(rule.name for rule in self.rules),
            findings=findings,
            explanations=explain(self.world, findings),
            skips=tuple(skip for _, _, skip in sorted(skips, key=itemgetter(0, 1))),
            crashes=tuple(said[Crash]),
            ruled_out=tuple(said[RuledOut]),
        )

    def again(self, world: World) -> "Examination":
        """Examine another snapshot of the same account: only what looked at something that changed runs again."""
        old, new = self.world.snapshot, world.snapshot
        told = (name for name in Snapshot.__struct_fields__ if name not in ("resources", "account_limit"))
        same = all(getattr(old, name) == getattr(new, name) for name in told)
        if same:
            world.gaps_by_call = self.world.gaps_by_call
        with uncollected():
            return _Examining(world, self.rules, noting=True).all(self if same else None, changed_keys(old, new))


def examine(world: World, rules: Sequence[Rule]) -> Examination:
    """Apply ``rules`` to every subject of ``world``."""
    with uncollected():
        return _Examining(world, rules, noting=True).all()


def diagnose(world: World, rules: Sequence[Rule]) -> Diagnosis:
    """Apply ``rules`` to every subject of ``world``; the order of the result depends on neither's order.

    What was looked at is not noted: that takes a third of the memory, and only ``again`` needs it.
    """
    with uncollected():
        return _Examining(world, rules, noting=False).all().diagnosis


class _Examining:
    """One round of hearing rules on subjects."""

    def __init__(self, world: World, rules: Sequence[Rule], *, noting: bool) -> None:
        self._world = world
        self._noting = noting
        self._rules = tuple(sorted(rules, key=lambda rule: rule.name))
        self._skipping = Skipping(self._rules)
        self._said: dict[str, Said] = {}
        self._looked_at: dict[str, dict[type, AbstractSet[Key]]] = {}

    def all(self, known: Examination | None = None, changed: AbstractSet[Key] = frozenset()) -> Examination:
        """Hear everything, or keep what is ``known`` where nothing ``changed`` that was looked at."""
        grains: dict[type[Shape] | None, list[Rule]] = {}
        for rule in self._rules:
            grains.setdefault(rule.grain, []).append(rule)
        for grain, rules in grains.items():
            subjects = list(_subjects(self._world, grain))
            if known is not None:
                subjects = self._kept(known, subjects, changed)
            many = self._noting or len(subjects) > hearing.FEW
            hears = Hearing(self._world, rules, looks=grain is Function and many)
            for subject in subjects:
                self._examine(subject, hears, known, changed)
            names = tuple(rule.name for rule in rules)
            for gap in _unlisted(self._world, grain):
                skips = self._skipping.of(gap.resource, [(gap, names)])
                self._said[f"{gap.call.name} {gap.resource}"] = Said(words={}, skips=skips)
        return Examination(world=self._world, rules=self._rules, said=self._said, looked_at=self._looked_at)

    def _kept(self, known: Examination, subjects: list[Shape | None], changed: AbstractSet[Key]) -> list[Shape | None]:
        """Keep what is known of subjects of which nothing changed; returns the others."""
        touched = [one for one in subjects if known.is_touched(_arn(one), changed)]
        still = {_arn(one) for one in subjects}.difference(map(_arn, touched))
        self._looked_at |= {arn: known.looked_at[arn] for arn in still}
        self._said |= {arn: known.said[arn] for arn in still & known.said.keys()}
        return touched

    def _examine(
        self, subject: Shape | None, hears: Hearing, known: Examination | None, changed: AbstractSet[Key]
    ) -> None:
        """Hear the rules of a grain on one subject, or keep what is known of what they looked at."""
        arn = _arn(subject)
        facts = self._world.facts_of(subject, noting=self._noting)
        questions, keys = hears.of(subject, facts)
        said: dict[str, Words] = {}
        unseen: list[tuple[Gap, Names]] = []
        before = {} if known is None or arn in changed else known.looked_at.get(arn, {})
        if known is not None and before and changed.isdisjoint(before.get(Hearing, ())):
            standing = [one for one in questions.rules if _stands(one, before, changed)]
            keys.update((need, before[need]) for one in standing for _, need in one.needs if need in before)
            names = {one.name for one in standing}
            said, unseen = _of_these(known.said.get(arn), names)
            questions = hears.part([one for one in questions.rules if one.name not in names])
        answers = questions.asked(facts)
        unseen += answers.unseen
        for error, those in answers.failed:
            said.update((one, (Crash(rule=one, subject=arn, error=crash.told(error)),)) for one in those)
        for rule, given in answers.ready:
            words, gap = _hear(rule, given, arn)
            if words:
                said[rule.name] = words
            if gap is not None:
                unseen.append((gap, (rule.name,)))
        if said or unseen:
            self._said[arn] = Said(words=said, skips=self._skipping.of(arn, unseen))
        if self._noting:
            self._looked_at[arn] = {**keys, **facts.keys_of}


def _stands(rule: Rule, before: Mapping[type, AbstractSet[Key]], changed: AbstractSet[Key]) -> bool:
    """Whether what a rule said of a subject is still what it would say."""
    return all(changed.isdisjoint(before.get(need, ())) for _, need in rule.needs)


def _of_these(known: Said | None, names: AbstractSet[str]) -> tuple[dict[str, Words], list[tuple[Gap, Names]]]:
    """What some of the rules said, and which of them were skipped."""
    if known is None:
        return {}, []
    words = {name: words for name, words in known.words.items() if name in names}
    skipped = [(one.gap, tuple(name for name in one.rules if name in names)) for one in known.skips]
    return words, [(gap, those) for gap, those in skipped if those]


def _arn(subject: Shape | None) -> str:
    return getattr(subject, "arn", "")


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


def _hear(rule: Rule, given: Given, arn: str) -> tuple[Words, Gap | None]:
    """Hear one rule on one subject. What it said before it met a gap, which is returned too, or crashed stays."""
    said: list[Finding | RuledOut | Crash] = []
    try:
        for word in rule.check(**given):
            if isinstance(word, NotThis):
                said.append(RuledOut(function=arn, symptom=word.symptom, cause=rule.name, why=word.why))
            else:
                said.append(_finding(rule, arn, word))
    except Unseen as unseen:
        return tuple(said), unseen.gap
    except Ended:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- a rule of anybody's may fail in any way, and the others go on
        said.append(Crash(rule=rule.name, subject=arn, error=crash.told(error, rule)))
    return tuple(said), None


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
