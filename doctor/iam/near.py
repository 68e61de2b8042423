"""Statements that fail in exactly one element, and what differs there: often the mistake itself."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from doctor.iam import catalogue
from doctor.iam.context import UNKNOWN, Value
from doctor.iam.evaluate import Layer
from doctor.iam.kleene import NO, YES
from doctor.iam.patterns import Patterns
from doctor.iam.policy import Policy, Statement
from doctor.iam.request import Request
from doctor.model.decision import Element, NearMiss, StatementRef

_SEGMENTS = ("arn", "partition", "service", "region", "account", "resource")
_SIMILAR = 0.8
"""Ratio of ``difflib`` from which two names of actions look like one mistaken for the other."""
_SHOWN = 3


def reference(policy: Policy, statement: Statement, layer: Layer) -> StatementRef:
    """Name a statement, for decisions to cite; an unreadable effect is cited as the ``Deny`` that it may be."""
    return StatementRef(
        layer=layer.name,
        policy=policy.name,
        index=statement.index,
        sid=statement.sid,
        effect=statement.effect or "Deny",
        target=layer.target,
    )


def near_misses(layers: Iterable[Layer], request: Request, *, bounded: bool) -> Iterator[NearMiss]:
    """Find the Allow statements of these layers that one element keeps from applying."""
    for layer in layers:
        for policy in layer.policies:
            for statement in policy.statements:
                if statement.effect != "Allow":
                    continue
                element = _failing(layer, statement, request, bounded)
                found = _HINTS[element](statement, request) if element else _NOTHING
                if element and found.hint:
                    named = reference(policy, statement, layer)
                    yield NearMiss(
                        statement=named, element=element, hint=found.hint, asked=found.asked, says=found.says
                    )


class _Hint(NamedTuple):
    """What differs: in words, and as what is asked for beside what the policy says."""

    hint: str
    asked: str = ""
    says: str = ""


_NOTHING = _Hint("")


def _failing(layer: Layer, statement: Statement, request: Request, bounded: bool) -> Element | None:
    """The one element that does not match; ``None`` when there is none, or more than one."""
    failing: Element | None = None
    for element, value in _elements(layer, statement, request, bounded):
        if value == NO:
            if failing is not None:
                return None
            failing = element
    return failing


def _elements(layer: Layer, statement: Statement, request: Request, bounded: bool) -> Iterator[tuple[Element, int]]:
    """Whether each element matches, the cheapest first."""
    yield "Action", statement.match_action(request)
    yield "Resource", statement.match_resource(request)
    if layer.name in ("resource", "endpoint", "rcp"):
        yield "Principal", statement.match_principal(request, bounded)[0]
    yield "Condition", statement.match_condition(request)


def _action_hint(statement: Statement, request: Request) -> _Hint:
    if statement.not_action or statement.actions is None:
        return _Hint(f"NotAction leaves {request.action} out", request.action, _texts(statement.actions))
    service, _, name = request.lower_action.partition(":")
    for text in statement.actions.texts:
        other_service, _, other = text.partition(":")
        close = other.startswith(name) or name.startswith(other.rstrip("*")) or _looks_like(name, other)
        if other_service == service and other.strip("*?") and close:
            return _Hint(f"action: {request.action} is asked for, the policy says {text}", request.action, text)
    return _NOTHING


def _texts(patterns: Patterns | None) -> str:
    return ", ".join(patterns.texts) if patterns is not None else ""


def _looks_like(name: str, other: str) -> bool:
    from difflib import SequenceMatcher  # few requests are nearly allowed

    return SequenceMatcher(None, name, other).ratio() >= _SIMILAR


def _resource_hint(statement: Statement, request: Request) -> _Hint:
    said = _texts(statement.resources.patterns) if statement.resources is not None else ""
    if statement.not_resource or statement.resources is None:
        return _Hint(f"NotResource leaves {request.resource} out", request.resource, said)
    if request.resource == "*":
        listed = catalogue.action(request.action)
        if listed is not None and listed.resource_types:
            return _Hint("every resource was asked about, and the statement names some", "*", said)
        return _Hint("the action has no resource-level permissions: only Resource * grants it", "*", said)

    variables = statement.resources.variables

    def matches(text: str) -> bool:
        return _pattern(text, variables).match(request.resource, request.context) == YES

    for text in statement.resources.patterns.texts:
        hint = _difference(text, request.resource, matches)
        if hint:
            return _Hint(hint, request.resource, text)
    return _NOTHING


@lru_cache(maxsize=4096)
def _pattern(text: str, variables: bool) -> Patterns:
    return Patterns((text,), arn=True, variables=variables)


def _difference(text: str, arn: str, matches: Callable[[str], bool]) -> str:
    """What one change would make the pattern name the resource; empty when no single one does."""
    if matches(f"{text.rstrip('/')}/*"):
        return f"missing /*: the policy says {text}, the request names something inside it"
    if text.endswith("/*") and matches(text.removesuffix("/*")):
        return f"superfluous /*: the policy says {text}, the request names {arn} itself"
    if matches(f"{text}:*"):
        return f"missing qualifier: the policy says {text}, the request ends in :{arn.rsplit(':', 1)[-1]}"
    if text.endswith(":*") and matches(text.removesuffix(":*")):
        return f"superfluous qualifier: the policy says {text}, the request names {arn} itself"
    if text.lower() == arn.lower():
        return f"case: the policy says {text}, the request {arn}"
    theirs, ours = text.split(":", 5), arn.split(":", 5)
    if len(theirs) != len(_SEGMENTS):
        return ""
    for at, name in enumerate(_SEGMENTS):
        if matches(":".join([*theirs[:at], "*", *theirs[at + 1 :]])):
            return f"{name}: {ours[at] or 'none'} is asked for, the policy says {theirs[at] or 'none'}"
    return ""


def _condition_hint(statement: Statement, request: Request) -> _Hint:
    failing = [one for one in statement.conditions if one.test(request.context) == NO][:_SHOWN]
    asked = [f"{one.key} is {_shown(request.context.get(one.key.lower()))}" for one in failing]
    says = [f"{one.operator} asks for {_shown(one.values)}" for one in failing]
    hint = "; ".join(f"{left}, {right}" for left, right in zip(asked, says, strict=True))
    return _Hint(hint, "; ".join(asked), "; ".join(says))


def _shown(value: Value) -> str:
    if value is None:
        return "absent"
    if value is UNKNOWN:
        return "unknown"
    if isinstance(value, str):
        return value or "empty"
    more = f" and {len(value) - _SHOWN} more" if len(value) > _SHOWN else ""
    return (" or ".join(value[:_SHOWN]) or "nothing") + more


def _principal_hint(statement: Statement, request: Request) -> _Hint:
    principals, caller = statement.principals, request.caller.text
    if principals is None:
        return _Hint("the statement names no principal", caller)
    named = _shown(tuple(sorted(principals.names) + principals.deleted))
    if statement.not_principal:
        return _Hint(f"NotPrincipal leaves {caller} out", caller, named)
    return _Hint(f"principal: {caller} asks, the policy names {named}", caller, named)


_HINTS: dict[Element, Callable[[Statement, Request], _Hint]] = {
    "Action": _action_hint,
    "Resource": _resource_hint,
    "Condition": _condition_hint,
    "Principal": _principal_hint,
}
