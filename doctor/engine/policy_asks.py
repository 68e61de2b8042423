"""What to ask about a changed policy: every known action that it names, on its resources and their near misses, for whom it is about."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from doctor.engine.operations import documents
from doctor.engine.world import World
from doctor.iam import catalogue
from doctor.iam.authority import session_arn
from doctor.iam.context import Context
from doctor.iam.kleene import NO, YES
from doctor.iam.need import Need
from doctor.iam.policy import Statement, compile_policy
from doctor.iam.principals import parse_caller
from doctor.iam.proof import inside, witnesses
from doctor.model import arns
from doctor.model.decision import ChangeKind, DecisionChange, LayerName, Verdict
from doctor.model.function import Function

_SERVICES = (
    "lambda.amazonaws.com",
    "events.amazonaws.com",
    "s3.amazonaws.com",
    "sns.amazonaws.com",
    "apigateway.amazonaws.com",
)
_OTHER_ACCOUNT = "000000000000"


def differing(old: list[Any], new: list[Any], layer: LayerName) -> list[Statement]:
    """The statements that only one side's documents have."""
    before = [one for document in old for one in documents.statements(document)]
    after = [one for document in new for one in documents.statements(document)]
    found = [one for one in before if one not in after] + [one for one in after if one not in before]
    whole = {"Version": documents.VERSION, "Statement": found}
    return list(compile_policy("changed", whole, layer).statements) if found else []


Answer = DecisionChange


class Ask:
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


class Caller(NamedTuple):
    """Who asks with a role: a function's code, or Lambda itself."""

    role: str
    function: Function | None

    @property
    def words(self) -> str:
        """In words."""
        return self.function.function_name if self.function else f"Lambda with the role {arns.name(self.role)}"

    @property
    def session(self) -> str:
        """ARN of its session."""
        if self.function is not None:
            return session_arn(self.function)
        return (
            f"arn:{self.role.split(':')[1]}:sts::{arns.account(self.role)}:assumed-role/{arns.name(self.role)}/lambda"
        )

    def may(self, world: World, need: Need) -> Verdict:
        """What a world decides about its request."""
        if self.function is None:
            return world.authority.by_role(self.role, need.action, need.resource, need.context).result
        return world.authority.can(self.function, need.action, need.resource, need.context).result


class OfCode(Ask):
    """What a policy opens to whoever runs with a role: the role's own policies, its boundary, a key's policy, an endpoint's."""

    def __init__(self, arn: str, statements: list[Statement], callers: Iterable[Caller]) -> None:
        super().__init__(arn, statements)
        self._callers = tuple(callers)
        self._contexts = [{}, *_contexts(statements)]
        self.size *= len(self._callers) * len(self._contexts)

    def _witnesses(self, statement: Statement) -> Iterator[str]:
        """In a key's own policy everything is that key."""
        if ":kms:" in self.arn:
            yield from witnesses(self.arn)
        else:
            yield from super()._witnesses(statement)

    def answers(self, before: World, after: World) -> Iterator[Answer]:
        """Ask both worlds, with and without the values that the conditions of the change ask for."""
        for caller, action, resource in product(self._callers, self.actions, self.resources):
            intended = self._intends(caller, action, resource)
            for context in self._contexts:
                need = Need(action, resource, context)
                old, new = caller.may(before, need), caller.may(after, need)
                yield _changed(caller.words, action, resource, (old, new), intended=intended)

    def _intends(self, caller: Caller, action: str, resource: str) -> bool:
        """Whether a changed statement says this very action, on this resource or on a pattern that is meant, for this caller."""
        known = {"aws:PrincipalArn": caller.role}
        if caller.function is not None:
            known["lambda:SourceFunctionArn"] = arns.unqualified(caller.function.arn)
        context = Context(known, lambda key: key != "lambda:sourcefunctionarn")
        return any(
            statement.actions is not None
            and action.lower() in statement.actions.texts
            and self._is_about(statement, resource)
            and (statement.principals is None or statement.principals.match(parse_caller(caller.session)) is not None)
            and all(one.test(context) != NO for one in statement.conditions)
            for statement in self.statements
        )

    def _is_about(self, statement: Statement, resource: str) -> bool:
        if ":kms:" in self.arn:
            return resource == self.arn
        return statement.resources is not None and statement.resources.match(resource, _NO_CONTEXT) != NO


def _changed(
    who: str, action: str, resource: str, decided: tuple[Verdict, Verdict], *, intended: bool
) -> DecisionChange:
    before, after = decided
    kind: ChangeKind = "kept"
    if RANK[after] > RANK[before]:
        kind = "gained" if intended else "unintended"
    elif RANK[after] < RANK[before]:
        kind = "lost"
    return DecisionChange(who=who, action=action, resource=resource, before=before, after=after, kind=kind)


RANK: dict[Verdict, int] = {"denied": 0, "depends": 1, "allowed": 2}


def _contexts(statements: Iterable[Statement]) -> list[dict[str, str]]:
    """The values that the conditions of statements ask for, but for what decides itself by who calls."""
    found = {
        condition.key: condition.values[0]
        for statement in statements
        for condition in statement.conditions
        if condition.values and condition.key.lower() != "lambda:sourcefunctionarn"
    }
    return [found] if found else []


class OfResource(Ask):
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
                intended = self._intends(who, resource, context)
                yield _changed(told, action, resource, (old, new), intended=intended)

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
