"""That a plan's writes to policies open what was intended and nothing else: every known action, on witnesses, before and after.

A statement that was added or taken away changes only requests that it matches. So of IAM's 22,000 actions those are asked about, before and after,
that a changed statement names: on its own resources and on their near misses, for everybody whom the policy is about.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from doctor.engine.world import World
from doctor.iam import catalogue
from doctor.iam.context import Context
from doctor.iam.kleene import NO, YES
from doctor.iam.need import Need
from doctor.iam.policy import Statement, compile_policy
from doctor.iam.proof import inside, witnesses
from doctor.model import arns
from doctor.model.decision import LayerName, Verdict
from doctor.model.function import Alias, Function
from doctor.model.identity import Role
from doctor.model.plan import Plan
from doctor.model.record import Record, Shape

_SERVICES = (
    "lambda.amazonaws.com",
    "events.amazonaws.com",
    "s3.amazonaws.com",
    "sns.amazonaws.com",
    "apigateway.amazonaws.com",
)
_OTHER_ACCOUNT = "000000000000"
_SHOWN = 4
_FUNCTIONS = 3
"""Functions of a role that are asked about: others differ from these in nothing that a statement of doctor's asks for."""


class Changed(Record):
    """A request that is decided differently."""

    who: str
    action: str
    resource: str
    before: Verdict
    after: Verdict

    def __str__(self) -> str:
        """The request in words."""
        return f"{self.action} on {self.resource} as {self.who}"


class PolicyProof(Record):
    """What the change does to decisions."""

    asked: int
    """Requests that were covered: most of them are known to stay, for no changed statement names their action."""
    gained: tuple[Changed, ...]
    """What was intended, and is."""
    unintended: tuple[Changed, ...]
    """What opens beside it."""
    lost: tuple[Changed, ...]
    kept: tuple[str, ...]
    """Near misses that stay denied."""
    outside: tuple[str, ...] = ()
    """Accounts, roles and users that a resource's policy lets in: what their own policies say was not seen."""

    @property
    def checks(self) -> tuple[str, ...]:
        """What was proved, one line each."""
        opened = ", ".join(dict.fromkeys(map(str, self.gained[:_SHOWN]))) or "nothing that could be decided here"
        more = f" and {len(self.gained) - _SHOWN} more" if len(self.gained) > _SHOWN else ""
        near = "; ".join(self.kept[:_SHOWN])
        return (
            f"policies: of {self.asked:,} requests exactly what was intended opens: {opened}{more}",
            *((f"policies: still denied, though near: {near}",) if near else ()),
            *(f"policies: {one} is let in as far as its own policies let it" for one in self.outside),
            "policies: nothing that was allowed is lost",
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the change is not what was intended; empty: it is."""
        found = [f"the change would also open {one}" for one in self.unintended[:_SHOWN]]
        found += [f"the change would take away {one}" for one in self.lost[:_SHOWN]]
        if not self.gained and not self.outside:
            found.append("the change opens nothing: another policy still refuses what it is for")
        return tuple(found)


def prove(before: World, after: World, plan: Plan) -> PolicyProof | None:
    """Compare the decisions of two worlds, of which the second has the plan carried out; ``None``: it changes no policy."""
    asks = [
        ask
        for arn in dict.fromkeys(one.resource for one in plan.touches)
        for ask in _asks(plan, before, before.snapshot.resources.get(arn), after.snapshot.resources.get(arn))
    ]
    if not asks:
        return None
    answers = [answer for ask in asks for answer in ask.answers(before, after)]
    changed = [(one, intended) for one, intended in answers if one.before != one.after]
    opened = [(one, intended) for one, intended in changed if _RANK[one.after] > _RANK[one.before]]
    kept = (str(one) for one, _ in answers if one.before == one.after == "denied")
    return PolicyProof(
        asked=sum(ask.size for ask in asks),
        gained=tuple(one for one, intended in opened if intended),
        unintended=tuple(one for one, intended in opened if not intended),
        lost=tuple(one for one, _ in changed if _RANK[one.after] < _RANK[one.before]),
        kept=tuple(dict.fromkeys(kept)),
        outside=tuple(name for ask in asks for name in ask.outside),
    )


_RANK: dict[Verdict, int] = {"denied": 0, "depends": 1, "allowed": 2}


def _asks(plan: Plan, world: World, old: Shape | None, new: Shape | None) -> Iterator["_Ask"]:
    """What to ask where a resource's policies differ."""
    if isinstance(old, Role) and isinstance(new, Role):
        if old.role_policy_list != new.role_policy_list:
            statements = _differing(
                [one.policy_document for one in old.role_policy_list],
                [one.policy_document for one in new.role_policy_list],
                "identity",
            )
            yield _OfRole(old.arn, statements, _callers(plan, world, old))
        if old.assume_role_policy_document != new.assume_role_policy_document:
            documents = [old.assume_role_policy_document], [new.assume_role_policy_document]
            yield _OfResource(old.arn, _differing(*documents, "resource"))
    if isinstance(old, Function | Alias) and isinstance(new, Function | Alias) and old.policy != new.policy:
        yield _OfResource(old.arn, _differing([old.policy or {}], [new.policy or {}], "resource"))


def _differing(old: list[Any], new: list[Any], layer: LayerName) -> list[Statement]:
    """The statements that only one side has."""
    left, right = [_statements(one) for one in old], [_statements(one) for one in new]
    before, after = [one for those in left for one in those], [one for those in right for one in those]
    found = [one for one in before if one not in after] + [one for one in after if one not in before]
    return (
        list(compile_policy("changed", {"Version": "2012-10-17", "Statement": found}, layer).statements)
        if found
        else []
    )


def _statements(document: Any) -> list[Any]:
    found = document.get("Statement", []) if isinstance(document, dict) else []
    return found if isinstance(found, list) else [found]


def _callers(plan: Plan, world: World, role: Role) -> list[Function | None]:
    """Who runs with a role: the functions of the finding, some others, and Lambda itself (``None``)."""
    functions = {arns.unqualified(one.arn): one for one in world.running_as(role.arn)}
    affected = {arns.unqualified(arn) for one in plan.choices for arn in one.finding.affects}
    first = sorted(functions, key=lambda arn: (arn not in affected, arn))
    return [*(functions[arn] for arn in first[:_FUNCTIONS]), None]


Answer = tuple[Changed, bool]


class _Ask:
    """Requests about one changed policy."""

    outside: tuple[str, ...] = ()

    def __init__(self, arn: str, statements: list[Statement]) -> None:
        self.arn, self.statements = arn, statements
        self.actions = [
            name for name in catalogue.all_actions() if any(_names(statement, name) for statement in statements)
        ]
        self.resources = list(dict.fromkeys(one for statement in statements for one in self._witnesses(statement)))
        self.size = _known_actions() * max(len(self.resources), 1)

    def _witnesses(self, statement: Statement) -> Iterator[str]:
        """A resource inside each pattern of a statement, and its near misses."""
        for text in statement.resources.patterns.texts if statement.resources is not None else (self.arn,):
            plain = inside(text)
            yield from witnesses(plain) if plain.count(":") >= _COLONS else (plain,)

    def answers(self, before: World, after: World) -> Iterator[Answer]:
        """How each request is decided before and after, and whether a change of it is intended."""
        raise NotImplementedError  # each kind of policy says for whom


_COLONS = 5


def _names(statement: Statement, action: str) -> bool:
    if statement.actions is None:
        return True
    return (statement.actions.match(action.lower(), _NO_CONTEXT) != NO) is not statement.not_action


_NO_CONTEXT = Context({})


def _known_actions() -> int:
    return sum(len(catalogue.actions(service)) for service in catalogue.services())


class _OfRole(_Ask):
    """What a role's own policies open, to whoever runs with it."""

    def __init__(self, arn: str, statements: list[Statement], callers: list[Function | None]) -> None:
        super().__init__(arn, statements)
        self._callers = callers
        self._contexts = [{}, *_contexts(statements)]
        self.size *= len(callers) * len(self._contexts)

    def answers(self, before: World, after: World) -> Iterator[Answer]:
        """Ask both worlds, with and without the values that the conditions of the change ask for."""
        for caller, action, resource in product(self._callers, self.actions, self.resources):
            who = caller.function_name if caller else f"Lambda with the role {arns.name(self.arn)}"
            intended = self._intends(action, resource)
            for context in self._contexts:
                old, new = (self._decided(one, caller, Need(action, resource, context)) for one in (before, after))
                yield Changed(who=who, action=action, resource=resource, before=old, after=new), intended

    def _decided(self, world: World, caller: Function | None, need: Need) -> Verdict:
        if caller is None:
            return world.authority.by_role(self.arn, need.action, need.resource, need.context).result
        return world.authority.can(caller, need.action, need.resource, need.context).result

    def _intends(self, action: str, resource: str) -> bool:
        """Whether a changed statement says this very action, on this resource or on a pattern that is meant."""
        return any(
            statement.actions is not None
            and action.lower() in statement.actions.texts
            and statement.resources is not None
            and statement.resources.match(resource, _NO_CONTEXT) != NO
            for statement in self.statements
        )


def _contexts(statements: Iterable[Statement]) -> list[dict[str, str]]:
    """The values that the conditions of statements ask for, but for what decides itself by who calls."""
    found = {
        condition.key: condition.values[0]
        for statement in statements
        for condition in statement.conditions
        if condition.values and condition.key.lower() != "lambda:sourcefunctionarn"
    }
    return [found] if found else []


class _OfResource(_Ask):
    """What a function's own policy, or a role's trust policy, opens to services and to everybody."""

    def __init__(self, arn: str, statements: list[Statement]) -> None:
        super().__init__(arn, statements)
        named = [one.principals for one in statements if one.principals is not None]
        self._named = {name for one in named for name in one.names if name.endswith(".amazonaws.com")}
        self._everybody = any(one.anyone for one in named)
        self.outside = tuple(sorted({name for one in named for name in (*one.names, *one.accounts)} - self._named))
        self._callers = tuple(dict.fromkeys([*sorted(self._named), *_SERVICES, "anonymous"]))
        self._contexts = _sources(statements)
        self.size *= len(self._callers) * len(self._contexts)

    def answers(self, before: World, after: World) -> Iterator[Answer]:
        """Ask both worlds as each service and as nobody, for the source that the change names and for others."""
        for who, action, resource in product(self._callers, self.actions, self.resources):
            for context in self._contexts:
                old, new = (one.authority.by_service(who, action, resource, context).result for one in (before, after))
                told = f"{who} for {context['aws:SourceArn']}" if "aws:SourceArn" in context else who
                change = Changed(who=told, action=action, resource=resource, before=old, after=new)
                yield change, self._intends(who, resource, context)

    def _intends(self, who: str, resource: str, context: dict[str, str]) -> bool:
        known = Context(context)
        return (
            (who in self._named or self._everybody)
            and resource == self.arn
            and any(all(one.test(known) == YES for one in statement.conditions) for statement in self.statements)
        )


def _sources(statements: Iterable[Statement]) -> list[dict[str, str]]:
    """What services say of their source: as the change asks for, near misses of it, and from another account."""
    wanted = {
        condition.key.replace("AWS:", "aws:"): inside(condition.values[0])
        for statement in statements
        for condition in statement.conditions
        if condition.values
    }
    found = [wanted]
    source = wanted.get("aws:SourceArn", "")
    if source.count(":") >= _COLONS:
        found += [{**wanted, "aws:SourceArn": one} for one in witnesses(source)[1:]]
    if "aws:SourceAccount" in wanted:
        found.append({**wanted, "aws:SourceAccount": _OTHER_ACCOUNT})
    return found
