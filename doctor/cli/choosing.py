"""Which findings a fix is for: the named ones, all of a function, or the root that most functions suffer from."""

from argparse import Namespace
from typing import TYPE_CHECKING

from doctor.cli.options import typed
from doctor.errors import UsageError

if TYPE_CHECKING:
    from doctor.cli.looking import Looked
    from doctor.model.finding import Diagnosis, Finding

_SEVERAL = 2
"""From so many functions on it is an incident."""


def chosen(seen: "Looked", arguments: Namespace) -> "tuple[list[Finding], list[str]]":
    """The findings to fix, and the rules of those that were left alone.

    Raises:
        UsageError: there are none.
    """
    if arguments.incident:
        return _incident(seen.diagnosis, arguments), []
    from doctor.model import arns
    from doctor.model.near import near
    from doctor.pipeline import function_named

    function = function_named(seen.case.world, arguments.function)
    name = arns.unqualified(function.arn)
    mine = [one for one in seen.diagnosis.findings if name in map(arns.unqualified, one.affects)]
    unknown = [rule for rule in arguments.finding if rule not in {one.rule for one in mine}]
    if unknown or not mine:
        what = "nothing was found that could be fixed"
        if unknown:
            what = f"no finding '{unknown[0]}'{near(unknown[0], (one.rule for one in mine))}"
        see = typed(f"doctor why {function.function_name}", arguments)
        raise UsageError(f"{function.function_name}: {what}; see '{see}'")
    if arguments.finding:
        return [one for one in mine if one.rule in arguments.finding], []
    if arguments.all:
        can = [one for one in mine if any(fix.steps for fix in one.problem.fixes)]
        by_hand = [one.rule for one in mine if one not in can]
        return can or mine[:1], by_hand
    return mine[:1], [one.rule for one in mine[1:]]


def _incident(diagnosis: "Diagnosis", arguments: Namespace) -> "list[Finding]":
    """The findings of the root that most functions suffer from: one finding, or those that one rule has on the same thing."""
    from doctor.engine.merge import place_of

    rules: list[str] = arguments.finding
    groups: dict[object, list[Finding]] = {}
    for one in diagnosis.findings:
        if one.causes or (rules and one.rule not in rules):
            continue
        steps = next((fix.steps for fix in one.problem.fixes if fix.steps), ())
        shared = place_of(steps[0].call) if steps else one.subject
        groups.setdefault((one.rule, shared), []).append(one)

    def functions(group: "list[Finding]") -> int:
        return len({arn for one in group for arn in one.affects})

    worst = max(groups.values(), key=functions, default=[])
    if functions(worst) < _SEVERAL:
        which = f" of {', '.join(rules)}" if rules else ""
        see = typed("doctor check", arguments)
        raise UsageError(f"no root{which} that several functions suffer from; see '{see}'")
    return worst
