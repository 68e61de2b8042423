"""A rule with its cases, and where both lie: ``rules/<symptom>/<rule>.py`` and ``tests/cases/<symptom>/<rule>.py``."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doctor.engine.diagnose import diagnose
from doctor.engine.loading import names_of
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.errors import RuleError
from doctor.model.finding import Finding, Fix

RULES = "rules"
CASES = ("tests", "cases")


@dataclass(frozen=True)
class Trial:
    """One rule, its cases by name, and every rule that is heard beside it."""

    rule: Rule
    path: Path
    broken: Mapping[str, World] = field(default_factory=dict)
    """Worlds in which it must speak."""
    healthy: Mapping[str, World] = field(default_factory=dict)
    """Worlds in which it must not."""
    ruled_out: frozenset[str] = frozenset()
    """Names of the healthy ones in which it must say that something is not this."""
    beside: tuple[Rule, ...] = ()

    def fixes(self) -> Iterator[tuple[str, World, Finding, Fix]]:
        """Every fix with steps that it offers in its broken worlds."""
        for name, world in self.broken.items():
            for finding in diagnose(world, [self.rule]).findings:
                for number, fix in enumerate(finding.problem.fixes):
                    if fix.steps:
                        yield f"{name}, fix {number}", world, finding, fix


def cases_of(path: Path) -> Path:
    """Where the cases of a rule's file are looked for.

    Raises:
        RuleError: the file is in no folder called ``rules``.
    """
    path = path.resolve()
    root = next((one for one in path.parents if one.name == RULES), None)
    if root is None:
        raise RuleError(f"{path}: lies in no folder '{RULES}', beside which its cases would be in {'/'.join(CASES)}")
    return root.parent.joinpath(*CASES, path.relative_to(root))


def trial(rule: Rule, path: Path, beside: Iterable[Rule]) -> Trial:
    """A rule with its cases; without any when they are not there.

    Raises:
        RuleError: the file of cases cannot be loaded, or is not what it should be.
    """
    cases = cases_of(path)
    if not cases.is_file():
        return Trial(rule=rule, path=path, beside=tuple(beside))
    told = _load(cases)
    return Trial(
        rule=rule,
        path=path,
        broken=_worlds(cases, told, "BROKEN"),
        healthy=_worlds(cases, told, "HEALTHY"),
        ruled_out=frozenset(told.get("RULED_OUT", ())),
        beside=tuple(beside),
    )


def _load(path: Path) -> dict[str, Any]:
    """The names that a file of cases defines; it may import what lies beside ``tests``."""
    root = str(path.parents[3])
    sys.path.insert(0, root)
    try:
        return names_of(path, f"doctor_cases.{path.parent.name}.{path.stem}")
    finally:
        sys.path.remove(root)


def _worlds(path: Path, told: Mapping[str, Any], kind: str) -> Mapping[str, World]:
    found = told.get(kind, {})
    if not isinstance(found, Mapping) or not all(isinstance(one, World) for one in found.values()):
        raise RuleError(f"{path}: {kind} must be a dictionary of worlds by name; see doctor.testing.world")
    return found
