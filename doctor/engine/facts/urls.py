"""Function URLs that ask for no signature."""

from typing import Any, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Alias, Function

_INVOKE = ("lambda:InvokeFunctionUrl", "lambda:*", "*")
_EVERYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})
_KIND = "lambda:functionurlauthtype"


class Urls(Fact):
    """The function and the aliases that lead to this version, where a resource policy lets everybody in by URL."""

    reads = ("lambda:GetPolicy", "lambda:ListFunctionUrlConfigs")
    sure = True

    open_to_all: tuple[Function | Alias, ...]
    """Whether they have a URL, and what it asks for, is in them."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when policies were not read, or URLs that a policy opens to everybody."""
        owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
        for owner in owners:
            world.require("lambda:GetPolicy", owner.arn)
        open_to_all = tuple(owner for owner in owners if _is_open(owner.policy or {}))
        if open_to_all:
            world.require("lambda:ListFunctionUrlConfigs", arns.unqualified(subject.arn))
        return cls(open_to_all=open_to_all)


def _is_open(policy: dict[str, Any]) -> bool:
    statements = policy.get("Statement", [])
    those = statements if isinstance(statements, list) else [statements]  # one is written without a list
    return any(_lets_everybody_in(statement) for statement in those)


def _lets_everybody_in(statement: dict[str, Any]) -> bool:
    """Tell whether a statement allows everybody, with no more of a condition than the URL's kind."""
    actions, principal = statement.get("Action"), statement.get("Principal")
    tests = {key.lower() for one in (statement.get("Condition") or {}).values() for key in one}
    return (
        statement.get("Effect") == "Allow"
        and principal in _EVERYBODY
        and any(one in _INVOKE for one in (actions if isinstance(actions, list) else [actions]))
        and tests <= {_KIND}
    )
