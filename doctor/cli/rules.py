"""``doctor rules``: what the rules are, what they cover, and how to write one."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode
from doctor.cli.outputs import ready
from doctor.errors import UsageError

if TYPE_CHECKING:
    from doctor.engine.rule import Rule

SUMMARY = "list and explain the rules; begin a new one, and test it"
ACTIONS = ("list", "explain", "facts", "failures", "new", "test")


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("action", choices=ACTIONS, help="what to do")
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        metavar="NAME",
        help="explain, new: the rule's name; failures: what their names begin with; test: a rule's file or a folder",
    )
    parser.add_argument(
        "--rules", action="append", default=[], metavar="DIR", help="also rules of a folder of your own"
    )
    parser.add_argument("--symptom", default="", metavar="FOLDER", help="new: the folder of its symptom, as in rules/")
    parser.add_argument("--to", default=".", metavar="DIR", help="new: where its two files are written (here)")
    parser.add_argument("--format", choices=("text", "markdown"), default="text", help="list: what stdout gets (text)")


def run(arguments: Namespace) -> int:
    """Do what was asked for."""
    if arguments.action == "test":
        from doctor.cli.rules_test import run as test

        return test(arguments.name)
    actions = {"list": _list, "explain": _explain, "facts": _facts, "failures": _failures, "new": _new}
    actions[arguments.action](arguments)
    return ExitCode.OK


def _rules(arguments: Namespace) -> "tuple[Rule, ...]":
    from doctor.shelf import all_rules

    return all_rules(arguments.rules, advice=True)


def _list(arguments: Namespace) -> None:
    from doctor.shelf import catalogue

    rules = _rules(arguments)
    covered = {entry for rule in rules for entry in rule.covers}
    total = f"{len(rules)} rules cover {len(covered)} of the {len(catalogue())} known failures"
    if arguments.format == "markdown":
        print("\n".join(_index(rules, total)))
        return
    longest = max(len(rule.name) for rule in rules)
    for rule in rules:
        print(f"{rule.severity:<8}  {rule.name:<{longest}}  {rule.summary}")
    print(total)


def _index(rules: "tuple[Rule, ...]", total: str) -> Iterator[str]:
    """The generated index of the folder of rules."""
    yield "# Rules"
    yield ""
    yield f"{total}. One file is one rule is one page; this index is made by `doctor rules list --format markdown`."
    yield ""
    yield "| rule | severity | what it says | covers |"
    yield "|---|---|---|---|"
    for rule in rules:
        path = f"{rule.folder}/{rule.name.replace('-', '_')}.py"
        advice = ", advice" if rule.advice else ""
        yield f"| [{rule.name}]({path}) | {rule.severity}{advice} | {rule.summary} | {', '.join(rule.covers)} |"


def _explain(arguments: Namespace) -> None:
    from doctor.cli.talk import cells, glyphs, show
    from doctor.model.near import near
    from doctor.model.report import RuleCard
    from doctor.report.lines import rule as lines

    if not arguments.name:
        raise UsageError("doctor rules explain NAME: give a rule's name; see 'doctor rules list'")
    rules = {one.name: one for one in _rules(arguments)}
    rule = rules.get(arguments.name)
    if rule is None:
        hint = near(arguments.name, rules) or "; see 'doctor rules list'"
        raise UsageError(f"no rule '{arguments.name}'{hint}")
    card = RuleCard(name=rule.name, severity=rule.severity, summary=rule.summary, page=rule.page)
    show(lines.page(card, cells(), glyphs()))


def _facts(_: Namespace) -> None:
    """Every type that a rule's parameter can have, with its fields and the reads behind it."""
    import msgspec

    from doctor.engine.facts import FACTS
    from doctor.engine.rule import GRAINS

    for grain in GRAINS:
        print(f"{grain.__name__}: the rule runs once for each")
        print(f"  {', '.join(field.name for field in msgspec.structs.fields(grain) if field.name != 'extra')}")
    for fact in FACTS:
        print(f"{fact.__name__}: {(fact.__doc__ or '').splitlines()[0]}")
        names = [field.name for field in msgspec.structs.fields(fact)]
        names += [name for name, value in vars(fact).items() if isinstance(value, property)]
        print(f"  {', '.join(names)}")
        print(f"  reads {', '.join((*fact.reads, *fact.parts))}")


def _failures(arguments: Namespace) -> None:
    """The known failures, each with the rules that cover it."""
    from doctor.model.near import near
    from doctor.shelf import catalogue

    wanted = sorted(one for one in catalogue() if one.startswith(arguments.name))
    if not wanted:
        hint = near(arguments.name, catalogue()) or "; see 'doctor rules failures'"
        raise UsageError(f"no known failure begins with '{arguments.name}'{hint}")
    by: dict[str, list[str]] = {}
    for rule in _rules(arguments):
        for entry in rule.covers:
            by.setdefault(entry, []).append(rule.name)
    longest = max(map(len, wanted))
    for one in wanted:
        print(f"{one:<{longest}}  {', '.join(by.get(one, ['no rule']))}")
    print(f"{sum(one in by for one in wanted)} of {len(wanted)} are covered")


def _new(arguments: Namespace) -> None:
    """Write a rule and its cases for their author to fill in."""
    from doctor.shelf import rule_files
    from doctor.testing import template

    name = arguments.name.replace("-", "_")
    if not name or not arguments.symptom:
        raise UsageError("doctor rules new NAME --symptom FOLDER: give both, the name and the folder of its symptom")
    if not name.isidentifier() or not arguments.symptom.isidentifier():
        raise UsageError("doctor rules new NAME --symptom FOLDER: both are made of letters, digits and dashes")
    if name in {path.stem for path in rule_files()}:
        raise UsageError(f"a shipped rule is called '{name.replace('_', '-')}'; give yours another name")
    files = {
        Path(arguments.to) / "rules" / arguments.symptom / f"{name}.py": template.RULE,
        Path(arguments.to) / "tests" / "cases" / arguments.symptom / f"{name}.py": template.CASES,
    }
    ready(*files)  # both, before either is written
    for path in files:
        if path.exists():
            raise UsageError(f"{path}: is there already")
    for path, text in files.items():
        path.write_text(text.format(name=name), encoding="utf-8")
        print(path)
