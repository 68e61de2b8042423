"""That a plan's writes to policies open what was intended and nothing else: every known action, on witnesses, before and after.

A statement that was added or taken away changes only requests that it matches. So of IAM's 22,000 actions those are asked about, before and after,
that a changed statement names: on its own resources and on their near misses, for everybody whom the policy is about.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from doctor.engine.operations import documents, managed_policies
from doctor.engine.policy_asks import Ask, Caller, OfCode, OfResource, differing
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.decision import DecisionChange
from doctor.model.function import Alias, Function
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.network import VpcEndpoint
from doctor.model.plan import Plan
from doctor.model.record import Record, Shape
from doctor.model.sources import Key

_SHOWN = 4
_FUNCTIONS = 3
"""Functions of a role that are asked about: others differ from these in nothing that a statement of doctor's asks for."""
_ROLES = 3
"""Roles beside that of the finding that are asked about, where a policy is for many."""


class PolicyProof(Record):
    """What the change does to decisions."""

    asked: int
    """Requests that were covered: most of them are known to stay, for no changed statement names their action."""
    changes: tuple[DecisionChange, ...]
    """Every request that is decided differently, and of those that are not the near misses that stay as they were, each once."""
    outside: tuple[str, ...] = ()
    """Accounts, roles and users that a resource's policy lets in: what their own policies say was not seen."""
    too_long: tuple[str, ...] = ()
    """Documents that would be longer than AWS takes them, in words."""

    def _of(self, kind: str) -> tuple[DecisionChange, ...]:
        return tuple(one for one in self.changes if one.kind == kind)

    @property
    def gained(self) -> tuple[DecisionChange, ...]:
        """What was intended, and is."""
        return self._of("gained")

    @property
    def unintended(self) -> tuple[DecisionChange, ...]:
        """What opens beside it."""
        return self._of("unintended")

    @property
    def lost(self) -> tuple[DecisionChange, ...]:
        """What would be taken away."""
        return self._of("lost")

    @property
    def kept(self) -> tuple[str, ...]:
        """Near misses that stay denied."""
        return tuple(dict.fromkeys(str(one) for one in self._of("kept") if one.after == "denied"))

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
        return (*self.too_long, *found)


def prove(before: World, after: World, plan: Plan) -> PolicyProof | None:
    """Compare the decisions of two worlds, of which the second has the plan carried out; ``None``: it changes no policy."""
    pairs = [
        (before.snapshot.resources.get(arn), after.snapshot.resources.get(arn))
        for arn in dict.fromkeys(one.resource for one in plan.touches)
    ]
    asks = [ask for old, new in pairs for ask in _asks(plan, before, after, old, new)]
    if not asks:
        return None
    answers = [answer for ask in asks for answer in ask.answers(before, after)]
    told = (one for one in answers if one.kind != "kept" or one.before != "allowed")
    return PolicyProof(
        asked=sum(ask.size for ask in asks),
        changes=tuple(dict.fromkeys(told)),
        outside=tuple(name for ask in asks for name in ask.outside),
        too_long=tuple(_too_long(before, after, pairs)),
    )


def _asks(plan: Plan, before: World, after: World, old: Shape | None, new: Shape | None) -> Iterator[Ask]:
    """What to ask where a resource's policies differ."""
    if isinstance(old, Role) and isinstance(new, Role):
        statements = differing(_granting(before, old), _granting(after, new), "identity")
        if statements:
            yield OfCode(old.arn, statements, _with_role(plan, before, old))
        trusts = differing([old.assume_role_policy_document], [new.assume_role_policy_document], "resource")
        if trusts:
            yield OfResource(old.arn, trusts)
    elif isinstance(old, ManagedPolicy) and isinstance(new, ManagedPolicy):
        documents_ = [managed_policies.document(old)], [managed_policies.document(new)]
        yield from _of_many(plan, before, old.arn, differing(*documents_, "identity"), _holders(before, old))
    elif isinstance(old, Key) and isinstance(new, Key):
        yield from _of_many(plan, before, old.arn, differing([old.policy], [new.policy], "resource"), before.all(Role))
    elif isinstance(old, VpcEndpoint) and isinstance(new, VpcEndpoint):
        sides = [_read(old.policy_document)], [_read(new.policy_document)]
        inside = {one.role for one in before.all(Function) if one.vpc_config.vpc_id == old.vpc_id}
        roles = [one for one in before.all(Role) if one.arn in inside]
        yield from _of_many(plan, before, old.arn, differing(*sides, "endpoint"), roles)
    elif isinstance(old, Function | Alias) and isinstance(new, Function | Alias) and old.policy != new.policy:
        yield OfResource(old.arn, differing([old.policy or {}], [new.policy or {}], "resource"))


def _of_many(plan: Plan, world: World, arn: str, statements: list[Any], roles: Iterable[Role]) -> Iterator[Ask]:
    """About a policy that many roles meet: that of the finding, and some others."""
    mine = {one.role for one in _affected(plan, world)}
    first = sorted(roles, key=lambda one: (one.arn not in mine, one.arn))[: _ROLES + len(mine)]
    if statements and first:
        yield OfCode(arn, statements, [caller for role in first for caller in _with_role(plan, world, role)])


def _affected(plan: Plan, world: World) -> Iterator[Function]:
    named = (world.get(arn, Function) for one in plan.choices for arn in (one.finding.subject, *one.finding.affects))
    return (one for one in named if one is not None)


def _holders(world: World, policy: ManagedPolicy) -> list[Role]:
    """The roles that a managed policy grants to or bounds."""
    return [one for one in world.all(Role) if policy.arn in managed_policies.used_by(one)]


def _granting(world: World, role: Role) -> list[Any]:
    """The documents that grant to a role."""
    attached = (world.get(one.policy_arn, ManagedPolicy) for one in role.attached_managed_policies)
    return [
        *(one.policy_document for one in role.role_policy_list),
        *(managed_policies.document(one) for one in attached if one is not None),
    ]


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _with_role(plan: Plan, world: World, role: Role) -> list[Caller]:
    """Who runs with a role: the functions of the finding, some others, and Lambda itself."""
    functions = {arns.unqualified(one.arn): one for one in world.running_as(role.arn)}
    affected = {arns.unqualified(arn) for one in plan.choices for arn in one.finding.affects}
    first = sorted(functions, key=lambda arn: (arn not in affected, arn))
    return [*(Caller(role.arn, functions[arn]) for arn in first[:_FUNCTIONS]), Caller(role.arn, None)]


def _too_long(before: World, after: World, pairs: Iterable[tuple[Shape | None, Shape | None]]) -> Iterator[str]:
    """Documents that grew beyond what AWS takes."""
    for old, new in pairs:
        known = {what: length for what, length, _ in _lengths(old)}
        for what, length, most in _lengths(new):
            if length > max(most, known.get(what, 0)):
                yield f"{what} would be {length:,} characters long, and AWS takes {most:,}: something must go first"
    made = set(after.snapshot.resources) - set(before.snapshot.resources)
    for arn in sorted(made):
        for what, length, most in _lengths(after.snapshot.resources[arn]):
            if length > most:
                yield f"{what} would be {length:,} characters long, and AWS takes {most:,}: allow less at once"


def _lengths(one: Shape | None) -> Iterator[tuple[str, int, int]]:
    """The documents of a resource that have a quota: what they are, their length, and the most that AWS takes."""
    if isinstance(one, Role):
        inline = documents.size(*(policy.policy_document for policy in one.role_policy_list))
        yield f"the inline policies of {one.role_name} together", inline, documents.MOST_INLINE
        trust = documents.size(one.assume_role_policy_document)
        yield f"the trust policy of {one.role_name}", trust, documents.MOST_TRUST
    elif isinstance(one, ManagedPolicy):
        length = documents.size(managed_policies.document(one))
        yield f"the policy {one.policy_name}", length, documents.MOST_MANAGED
    elif isinstance(one, Key):
        yield f"the policy of the key {arns.name(one.arn)}", documents.size(one.policy), documents.MOST_KEY
    elif isinstance(one, VpcEndpoint):
        length = documents.size(_read(one.policy_document))
        yield f"the policy of {one.vpc_endpoint_id}", length, documents.MOST_ENDPOINT
    elif isinstance(one, Function | Alias):
        length = documents.size(one.policy)
        yield f"the resource policy of {arns.name(one.arn)}", length, documents.MOST_FUNCTION
