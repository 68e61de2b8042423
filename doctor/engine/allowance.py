"""What the role of a function lets it do, beside what it was seen to need."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from doctor.engine.facts.permissions import Permissions
from doctor.engine.seen_needs import seen_needs, unseen
from doctor.engine.world import World
from doctor.iam import catalogue
from doctor.iam.authority import Authority
from doctor.iam.context import Context
from doctor.iam.kleene import NO
from doctor.iam.policy import Statement
from doctor.iam.proof import inside
from doctor.model.allowance import Allowance, Grant, SeenNeed
from doctor.model.decision import StatementRef
from doctor.model.function import Function

_NO_CONTEXT = Context({})
_SERVICE = 2
"""The segment of an ARN that names the service."""


def allowance(world: World, function: Function) -> Allowance:
    """Hold every Allow statement of a function's role against what the function was seen to need."""
    permissions = Permissions.of(world, function)
    if permissions.unseen is not None:
        gap = permissions.unseen
        why = f"its role {function.role} was not read ({gap.call.name}: {gap.error or gap.reason})"
        return Allowance(function=function.arn, role=function.role, unseen=(why,))
    needs = tuple(dict.fromkeys(seen_needs(world, function)))
    grants = tuple(_grants(world.authority, function, needs))
    met = {need for grant in grants for need in grant.needed}
    return Allowance(
        function=function.arn,
        role=function.role,
        grants=tuple(replace(one, needed=tuple(_told_once(one.needed))) for one in grants),
        unmet=tuple(_told_once(need for need in needs if need not in met)),
        refused=tuple(_refused(world.authority, function, _told_once(need for need in needs if need in met))),
        unseen=tuple(unseen(world, function)),
    )


def _refused(authority: Authority, function: Function, needs: Iterable[SeenNeed]) -> Iterator[SeenNeed]:
    """What other policies than the role's own deny for certain."""
    for need in needs:
        if need.resource and authority.judge(function, need.action, inside(need.resource)).result == NO:
            decision = authority.can(function, need.action, inside(need.resource))
            yield replace(need, told=f"denied by its {', '.join(decision.blockers)}; {need.told}")


def _told_once(needs: Iterable[SeenNeed]) -> Iterator[SeenNeed]:
    """Each action on each resource once, with the places that tell of it."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in needs:
        places.setdefault((_spelled(one.action), one.resource), []).append(one.told)
    for (action, resource), told in places.items():
        told = list(dict.fromkeys(told))  # noqa: PLW2901
        left = len(told) - _PLACES
        more = f" and {left} more time{'' if left == 1 else 's'}" if left > 0 else ""
        yield SeenNeed(action=action, resource=resource, told=f"{'; '.join(told[:_PLACES])}{more}")


_PLACES = 2
"""So many places that tell of a need are named."""


def _grants(authority: Authority, function: Function, needs: Iterable[SeenNeed]) -> Iterator[Grant]:
    for policy, statement in authority.statements(function.role):
        if statement.effect == "Allow":
            needed = tuple(need for need in needs if _covers(statement, need))
            actions = tuple(_actions(authority, function, statement))
            left = sorted(set(actions) - {_spelled(need.action) for need in needed})
            ref = StatementRef(
                layer="identity", policy=policy, index=statement.index, sid=statement.sid, effect="Allow"
            )
            yield Grant(
                statement=ref,
                resources=_texts(statement),
                needed=needed,
                unneeded=tuple(_shortened(left)),
                count=len(left),
            )


def _spelled(action: str) -> str:
    return catalogue.spelled(action)


def _texts(statement: Statement) -> tuple[str, ...]:
    texts = statement.resources.patterns.texts if statement.resources is not None else ("*",)
    return tuple(f"everything but {text}" for text in texts) if statement.not_resource else texts


def _covers(statement: Statement, need: SeenNeed) -> bool:
    """Whether a statement allows what was needed, as far as is known on what."""
    if not need.resource or statement.resources is None or statement.not_resource:
        return statement.may_allow(need.action, "")
    return statement.may_allow(need.action, "") and (
        statement.resources.match(inside(need.resource), _NO_CONTEXT) != NO
        or statement.may_allow(need.action, need.resource.rstrip("*"))
    )


def _actions(authority: Authority, function: Function, statement: Statement) -> Iterator[str]:
    """The actions of a statement that the code may do on what it names, whatever else has a say."""
    places = [inside(text) for text in _texts(statement)] if not statement.not_resource else ["*"]
    for name in catalogue.all_actions():
        if statement.may_allow(name, "") and any(
            _fits(statement, name, place) and authority.judge(function, name, place).result != NO for place in places
        ):
            yield name


def _fits(statement: Statement, action: str, place: str) -> bool:
    """Whether an action can be about a resource: a statement that allows everything on a table is about tables."""
    service = action.partition(":")[0]
    named = statement.actions is not None and any(text.startswith(f"{service}:") for text in statement.actions.texts)
    return place == "*" or named or place.split(":")[_SERVICE] == service


def _shortened(actions: list[str]) -> Iterator[str]:
    """Actions by name, with ``service:*`` in place of all of a service's, and ``*`` in place of all."""
    by_service: dict[str, list[str]] = {}
    for one in actions:
        by_service.setdefault(one.partition(":")[0], []).append(one)
    if len(actions) == sum(len(catalogue.actions(service)) for service in catalogue.services()):
        yield "*"
        return
    for service, those in by_service.items():
        whole = len(those) > 1 and len(those) == len(catalogue.actions(service))
        yield from (f"{service}:*",) if whole else those
