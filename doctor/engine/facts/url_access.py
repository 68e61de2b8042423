"""Whom the URLs of a function let in, by the two permissions that they need since 2025."""

from typing import Any, ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.decision import Decision
from doctor.model.function import Alias, Function
from doctor.model.record import Record

CALL_URL, INVOKE = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"


class UrlUse(Record):
    """One URL, and what is missing for those whom its policy means to let in."""

    owner: Function | Alias
    may_call: Decision | None = None
    """Of a URL that asks for no signature: whether everybody may call it."""
    may_invoke: Decision | None = None
    """Of such a URL: whether everybody may invoke by it."""
    halfway: tuple[str, ...] = ()
    """Of a URL that asks for signatures: principals that may call it, and that no statement lets invoke by it."""


class UrlAccess(Fact):
    """The URLs of the function and of the aliases that lead to one version."""

    reads = ("lambda:GetPolicy",)
    parts: ClassVar[tuple[str, ...]] = ("lambda:ListFunctionUrlConfigs",)
    sure = True

    those: tuple[UrlUse, ...]
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide them; raises ``Unseen`` when a policy was not read."""
        owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
        for owner in owners:
            world.require("lambda:GetPolicy", owner.arn)
        those = tuple(_use(world, owner) for owner in owners if owner.function_url_config is not None)
        gap = world.gap("lambda:ListFunctionUrlConfigs", arns.unqualified(subject.arn))
        return cls(those=those, unseen=gap)

    def require_all(self) -> None:
        """Raise ``Unseen`` when there may be URLs, which were not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def _use(world: World, owner: Function | Alias) -> UrlUse:
    config = owner.function_url_config
    if config is not None and config.auth_type == "NONE":
        ask = world.authority.by_service
        return UrlUse(
            owner=owner,
            may_call=ask("anonymous", CALL_URL, owner.arn, {"lambda:FunctionUrlAuthType": "NONE"}),
            may_invoke=ask("anonymous", INVOKE, owner.arn, {"lambda:InvokedViaFunctionUrl": "true"}),
        )
    callers, invokers = _named(owner, CALL_URL), _named(owner, INVOKE)
    everybody = "*" in invokers
    return UrlUse(owner=owner, halfway=() if everybody else tuple(sorted(callers - invokers)))


def _named(owner: Function | Alias, action: str) -> set[str]:
    """The accounts, roles and users that a statement lets do something with the function, however its conditions are."""
    return {
        name
        for statement in _several((owner.policy or {}).get("Statement"))
        if statement.get("Effect") == "Allow" and {action, "lambda:*", "*"} & set(_several(statement.get("Action")))
        for name in _principals(statement.get("Principal"))
    }


def _principals(principal: Any) -> list[str]:
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return [str(one) for one in _several(named)]


def _several(value: Any) -> list[Any]:
    """A policy writes one of something without a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
