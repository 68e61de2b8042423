"""Every fix that the shipped rules have for what their own cases break."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.operations import operation
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model.finding import Finding, Fix
from doctor.shelf import load_rule

Case = tuple[Rule, World, Finding, Fix]
_ROOT = Path(__file__).parent.parent


def every_fix(*, all_of_them: bool) -> Iterator[object]:
    """Rule, world, finding and fix of each; otherwise one fix for each rule and kind of plan."""
    for path in sorted((_ROOT / "rules").glob("*/*.py")):
        cases = import_module(f"tests.cases.{path.parent.name}.{path.stem}")
        for rule in load_rule(path):
            seen: set[tuple[str, ...]] = set()
            for name, world in cases.BROKEN.items():
                for finding in diagnose(world, [rule]).findings:
                    for number, fix in enumerate(finding.problem.fixes):
                        kind = tuple(step.call.name for step in fix.steps)
                        if (
                            not kind
                            or (kind in seen and not all_of_them)
                            or not all(operation(one.call) for one in fix.steps)
                        ):
                            continue
                        seen.add(kind)
                        yield pytest.param((rule, world, finding, fix), id=f"{rule.name}: {name}, fix {number}")
