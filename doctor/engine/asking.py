"""Rules by what they ask for: what several need is found once for all of them, and what nobody can see keeps all of them from looking."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from doctor.engine.rule import Rule
from doctor.engine.world import Facts
from doctor.errors import Ended
from doctor.model.call import Gap
from doctor.model.finding import Severity, Skip

Given = Mapping[str, Any]
"""What a rule asked for, by the names of its parameters."""
Names = tuple[str, ...]
"""Of rules."""


class Answers(NamedTuple):
    """What came of asking for what rules need of one subject."""

    ready: list[tuple[Rule, Given]]
    unseen: list[tuple[Gap, Names]]
    """What lies behind a gap, and who asks for it."""
    failed: list[tuple[BaseException, Names]]
    """What could not be made, and who asks for it."""


class Questions:
    """Rules that ask for the same first, by what each of them asks for next."""

    __slots__ = ("names", "next", "ready", "rules")

    def __init__(self, rules: Iterable[Rule], depth: int = 0) -> None:
        self.rules = tuple(rules)
        self.names = tuple(one.name for one in self.rules)
        self.ready = tuple(one for one in self.rules if len(one.needs) == depth)
        further: dict[tuple[str, type], list[Rule]] = {}
        for one in self.rules:
            if len(one.needs) > depth:
                further.setdefault(one.needs[depth], []).append(one)
        self.next = tuple((name, need, Questions(those, depth + 1)) for (name, need), those in further.items())

    def asked(self, facts: Facts) -> Answers:
        """Ask for everything, each thing once."""
        answers = Answers([], [], [])
        _ask(self, facts, answers, MappingProxyType({}))
        return answers


def _ask(questions: Questions, facts: Facts, answers: Answers, given: Given) -> None:
    for one in questions.ready:
        answers.ready.append((one, given))
    for name, need, further in questions.next:
        try:
            gap = None if need in facts else facts.gap(need)
        except Ended:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- what is malformed keeps these rules from looking, and no others
            answers.failed.append((error, further.names))
        else:
            if gap is not None:
                answers.unseen.append((gap, further.names))
            else:
                _ask(further, facts, answers, {**given, name: facts[need]})


class Skipping:
    """Makes skips, one for each gap of a subject; which rules a gap keeps from looking is mostly the same for thousands."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._severities = {one.name: one.severity for one in rules}
        self._known: dict[Names, tuple[Names, Severity]] = {}

    def of(self, subject: str, unseen: Iterable[tuple[Gap, Names]]) -> tuple[Skip, ...]:
        """The skips of one subject."""
        together: list[tuple[Gap, list[str]]] = []
        for gap, names in unseen:
            known = next((those for one, those in together if one is gap or one == gap), None)
            if known is None:
                together.append((gap, [*names]))
            else:
                known.extend(names)
        return tuple([self._skip(subject, gap, tuple(names)) for gap, names in together])

    def _skip(self, subject: str, gap: Gap, names: Names) -> Skip:
        known = self._known.get(names)
        if known is None:
            worst = min((self._severities[one] for one in names), key=lambda one: one.rank)
            known = self._known[names] = tuple(sorted(names)), worst
        return Skip(rules=known[0], severity=known[1], subject=subject, gap=gap)
