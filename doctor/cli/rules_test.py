"""``doctor rules test PATH``: what is true of every rule, held against rules of your own and their cases."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode
from doctor.errors import RuleError, UsageError

if TYPE_CHECKING:
    from doctor.testing.trial import Trial


def run(name: str) -> int:
    """Print a line for each truth that is broken, and how many were held against what; 1 when one is broken.

    Raises:
        UsageError: there is no rule at the path.
    """
    from doctor.aws.parameters import complaints
    from doctor.report.lines.words import count
    from doctor.testing.truths import broken

    if not name:
        raise UsageError("doctor rules test PATH: give a rule's file, or the folder that holds 'rules' and 'tests'")
    trials, wrong, taken = [], 0, _shipped()
    for path in _files(Path(name)):
        try:
            mine = list(_trials(path, taken))
        except RuleError as error:
            wrong += 1
            print(error)
            continue
        trials += mine
        for one in mine:
            for line in broken(one, complaints):
                wrong += 1
                print(f"{one.rule.name}: {line}")
            sys.stdout.flush()
    cases = sum(len(one.broken) + len(one.healthy) for one in trials)
    print(
        f"{count(len(trials), 'rule')}, {count(cases, 'case')}: {count(wrong, 'broken truth') if wrong else 'all is true'}"
    )
    return ExitCode.FINDINGS if wrong else ExitCode.OK


def _files(path: Path) -> list[Path]:
    """The rule files at a path: itself, those of the folder of rules in it, or those of its own folders."""
    if path.is_file():
        return [path]
    folder = path / "rules" if (path / "rules").is_dir() else path
    found = sorted((*folder.glob("*.py"), *folder.glob("*/*.py")))
    if not found:
        raise UsageError(
            f"{path}: no rule there; rules lie in rules/<symptom>/<rule>.py, cases in tests/cases/<symptom>/<rule>.py"
        )
    return found


def _shipped() -> dict[str, Path]:
    """Where each shipped rule lies, by name: no other file may define one of that name."""
    from doctor.shelf import rule_files

    return {path.stem.replace("_", "-"): path.resolve() for path in rule_files()}


def _trials(path: Path, taken: dict[str, Path]) -> "Iterator[Trial]":
    """The rule of a file with its cases, beside the shipped ones.

    Raises:
        RuleError: it cannot be loaded, or its name is another's; ``taken`` is given it otherwise.
    """
    from doctor.shelf import load_rule, shipped_rules
    from doctor.testing.trial import trial

    for rule in load_rule(path):
        if taken.setdefault(rule.name, path.resolve()) != path.resolve():
            raise RuleError(f"{path}: another rule is already called '{rule.name}'; rename yours")
        others = (one for one in shipped_rules(advice=True) if one.name != rule.name)
        yield trial(rule, path, (*others, rule))
