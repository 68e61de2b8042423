"""Which rules need not be heard on a function, because by what is seen of it at a glance they say nothing."""

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from doctor.engine.asking import Questions
from doctor.engine.facts import Fact
from doctor.engine.glance import Known
from doctor.engine.glances import GLANCES, seen
from doctor.engine.rule import Rule
from doctor.engine.standin import NotTold, StandIn
from doctor.engine.world import Facts, Key, World
from doctor.errors import Ended
from doctor.model.function import Function
from doctor.model.record import Shape

_Seen = tuple[Hashable, ...]
FEW = 50
"""Up to so many functions, to hear every rule on each costs less than to find which need not be heard."""


class Hearing:
    """Finds the rules that are to be heard on each subject of a world, once for all functions of which the same is seen.

    ``looks``: whether to look; otherwise all are heard.
    """

    def __init__(self, world: World, rules: list[Rule], *, looks: bool) -> None:
        self._world = world
        self._every = Questions(rules)
        self._candidates = [_Candidate(world, rule) for rule in rules] if looks else []
        self._known: dict[_Seen, tuple[Questions, dict[type, Fact]]] = {}
        self._parts: dict[tuple[str, ...], Questions] = {}

    def of(self, subject: Shape | None, facts: Facts) -> tuple[Questions, dict[type, AbstractSet[Key]]]:
        """What the rules ask for that may have something to say, or to skip; with the keys of what was looked at, where that is noted."""
        keys: dict[type, AbstractSet[Key]] = {}
        if not self._candidates or not isinstance(subject, Function):
            return self._every, keys
        if facts.noting:
            with self._world.noting() as keys[Hearing]:
                at_a_glance = seen(self._world, subject)
        else:
            at_a_glance = seen(self._world, subject)
        known = self._known.get(at_a_glance)
        if known is None:
            rules = [one.rule for one in self._candidates if not one.is_silent(at_a_glance)]
            told = _told(dict(enumerate(at_a_glance)))
            made = {need: one for need, one in told.items() if isinstance(one, Fact)}
            known = self._known[at_a_glance] = Questions(rules), made
        facts.update(known[1])
        return known[0], keys

    def part(self, rules: list[Rule]) -> Questions:
        """What some of the rules ask for."""
        names = tuple([one.name for one in rules])
        if names not in self._parts:
            self._parts[names] = Questions(rules)
        return self._parts[names]


class _Candidate:
    """One rule, and what it was found to say of what was seen."""

    def __init__(self, world: World, rule: Rule) -> None:
        self.rule = rule
        needs = {need for _, need in rule.needs}
        self._glances = [number for number, one in enumerate(GLANCES) if needs & one.about]
        self._unsure = {need for need in needs if issubclass(need, Fact) and not _is_sure(world, need)}
        """Facts that may lie behind a gap: not to hear the rule would be to keep that from being said."""
        self._silent: dict[_Seen, bool] = {}

    def is_silent(self, at_a_glance: _Seen) -> bool:
        """Whether it says nothing of any function of which this is seen, and could look at each of them."""
        relevant = tuple([at_a_glance[number] for number in self._glances])
        found = self._silent.get(relevant)
        if found is None:
            found = self._silent[relevant] = self._try(dict(zip(self._glances, relevant, strict=True)))
        return found

    def _try(self, glances: dict[int, Hashable]) -> bool:
        known = _told(glances)
        return self._unsure <= known.keys() and _says_nothing(self.rule, known)


@cache
def _tells(number: int, value: Hashable) -> Known:
    """What one glance tells, which is the same wherever the same is seen."""
    return GLANCES[number].tells(value)


def _told(glances: dict[int, Hashable]) -> dict[type, Any]:
    """What is known by glances: a dictionary of what is known of it, or the whole."""
    known: dict[type, Any] = {}
    for number, value in glances.items():
        for need, told in (_tells(number, value) if value is not None else {}).items():
            both = isinstance(told, dict) and isinstance(known.get(need), dict)
            known[need] = {**known[need], **told} if both else told
    return known


def _says_nothing(rule: Rule, known: dict[type, Any]) -> bool:
    """Hear a rule on stand-ins that have what is known and nothing else."""
    given = {}
    for name, need in rule.needs:
        told = known.get(need, {})
        given[name] = StandIn(need, told) if isinstance(told, dict) else told
    try:
        return next(iter(rule.check(**given)), None) is None
    except NotTold:
        return False
    except Ended:
        raise
    except (Exception, SystemExit):  # noqa: BLE001 -- it is heard on the functions themselves, and what is wrong with it is said there
        return False


def _is_sure(world: World, need: type[Fact]) -> bool:
    return need.sure and not world.gapped(need.reads)
