"""What the code of a function may do, and who may invoke it, by the policies of the snapshot."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.iam.authority import Authority, session_arn
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.decision import Decision, StatementRef
from doctor.model.function import Alias, Function
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.network import VpcEndpoint

_OF_ROLE = ("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy")
_LAMBDA = "lambda.amazonaws.com"
_OF_POLICY = ("iam:GetPolicy", "iam:GetPolicyVersion")


class Permissions(Fact):
    """What the role of one version lets its code do."""

    reads = (*_OF_ROLE, *_OF_POLICY)
    sure = True

    function: Function
    seen: Role | None
    unseen: Gap | None
    """Why the role, or a policy of it, was not seen."""
    together: tuple[str, ...]
    """ARNs of the functions that run with the role, this one among them."""
    authority: Authority
    boundary: ManagedPolicy | None = None
    """What bounds the role; ``None``: nothing does, or it was not seen."""
    partial: bool = False
    """Whether only some functions were looked at, so that others may run with the role."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the role and its policies; what of them was not read is told when it is asked for."""
        role = world.get(subject.role, Role)
        for arn in policies_of(role):
            world.get(arn, ManagedPolicy)
        if subject.vpc_config.subnet_ids:
            world.all(VpcEndpoint)
        return cls(
            function=subject,
            seen=role,
            unseen=why_unseen(world, subject.role, role),
            together=world.sharing(subject.role),
            authority=world.authority,
            boundary=world.get(_boundary(role), ManagedPolicy),
            partial=bool(world.snapshot.scope.functions),
        )

    @property
    def session(self) -> str:
        """ARN under which the code calls AWS."""
        return session_arn(self.function)

    @property
    def shared(self) -> tuple[str, ...]:
        """ARNs of the other functions that run with the same role."""
        own = arns.unqualified(self.function.arn)
        return tuple(name for name in self.together if name != own)

    @property
    def only(self) -> Function | None:
        """The function to whose code a grant must be bound: others run with the role, or may, for they were not looked at."""
        return self.function if self.shared or self.partial else None

    @property
    def role(self) -> Role:
        """The role. Raises ``Unseen`` when it, or a policy of it, was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
        assert self.seen is not None
        return self.seen

    def decide(self, call: Call) -> tuple[Decision, ...]:
        """Whether the code may make a call: a decision for each action and resource, all of which it needs.

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.authority.decide(self.function, call)

    def can(self, action: str, resource: str, context: Mapping[str, Any] = MappingProxyType({})) -> Decision:
        """Whether the code may do ``service:Action`` on an ARN, or on ``*``.

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.authority.can(self.function, action, resource, context)

    def refuses(self, action: str, resource: str) -> bool:
        """Whether ``can`` would say ``denied``: for questions about every function, of which few are denied.

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.authority.refuses(self.function, action, resource)

    def lets_lambda(self, action: str, resource: str, context: Mapping[str, Any] = MappingProxyType({})) -> Decision:
        """Whether Lambda itself may do something with the role: poll a source, make an interface, deliver an event.

        Such calls do not say which function they are for (``lambda:SourceFunctionArn``).

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.authority.by_role(self.function.role, action, resource, context, self.function.function_name)

    def allows_lambda(self, action: str, resource: str, context: Mapping[str, Any] = MappingProxyType({})) -> bool:
        """Whether ``lets_lambda`` would say ``allowed``.

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.authority.lets(self.function.role, action, resource, context, self.function.function_name)

    def keeps_lambda_from(self, action: str, resource: str) -> bool:
        """Whether ``lets_lambda`` would say ``denied``: for questions about every function, of which few are denied.

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.authority.denies(self.function.role, action, resource)

    def endpoints(self, action: str) -> tuple[VpcEndpoint, ...]:
        """The VPC endpoints that a call of the code for ``service:Action`` goes through."""
        return self.authority.endpoints(self.function, action.partition(":")[0])

    def never(self, action: str, within: str = "") -> bool:
        """Whether no policy of the role allows an action on anything, or on anything whose ARN begins with ``within``.

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        return self.authority.never(self.role.arn, action, within)

    def condition_keys(self, one: StatementRef) -> tuple[str, ...]:
        """The condition keys that a statement of the role's own policies hangs on."""
        return self.authority.condition_keys(self.role.arn, one)

    def wide(self) -> tuple[str, ...]:
        """What the role allows on every resource and under no condition by the whole: ``*``, or ``service:*``.

        Raises:
            Unseen: the role, or a policy of it, was not read.
        """
        statements = (one for _, one in self.authority.statements(self.role.arn) if one.effect == "Allow")
        found = (
            text
            for one in statements
            if one.actions is not None and not one.not_action and not one.conditions
            if one.resources is not None and one.resources.everything and not one.not_resource
            for text in one.actions.texts
            if text == "*" or text.endswith(":*")
        )
        return tuple(dict.fromkeys(found))

    def distrust_of_lambda(self) -> Decision | None:
        """Why Lambda may not take the role on for this function, by its trust policy; ``None``: it may, or that hangs on what was not seen.

        Raises:
            Unseen: the role was not read.
        """
        if not self.function.role or trusts(self.authority, self.function, self.role):
            return None
        return self.authority.by_service(_LAMBDA, "sts:AssumeRole", self.role.arn, _taking_on(self.function))


class InvokePolicy(Fact):
    """Whom the resource policies of one version, and of the aliases that lead to it, let invoke it."""

    reads = ("lambda:GetPolicy",)
    sure = True

    owners: tuple[Function | Alias, ...]
    others: tuple[Function | Alias, ...]
    """``$LATEST`` and the aliases that lead elsewhere, as far as they were seen: where a permission may lie by mistake."""
    authority: Authority

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the policies; raises ``Unseen`` when one was not read."""
        world.get(subject.arn, Function)
        owners: tuple[Function | Alias, ...] = (subject, *world.routes_to(subject))
        for owner in owners:
            world.require("lambda:GetPolicy", owner.arn)
        latest = world.get(arns.unqualified(subject.arn), Function)
        every = (*([latest] if latest else ()), *world.aliases(subject))
        others = tuple(one for one in every if one not in owners)
        return cls(owners=owners, others=others, authority=world.authority)

    def owner(self, target: str) -> Function | Alias | None:
        """The version or alias that is called ``target``; each has a policy of its own."""
        return next((one for one in self.owners if one.arn == target), None)

    def may_invoke(self, principal: str, source: str, account: str, target: str) -> Decision:
        """Whether a service may invoke ``target`` for ``source``, its resource in ``account``."""
        context = {"aws:SourceArn": source, "aws:SourceAccount": account}
        return self.authority.by_service(principal, "lambda:InvokeFunction", target, context)

    def keeps_out(self, principal: str, source: str, account: str, target: str) -> bool:
        """Whether ``may_invoke`` would say ``denied``."""
        context = {"aws:SourceArn": source, "aws:SourceAccount": account}
        return self.authority.keeps_out(principal, "lambda:InvokeFunction", target, context)


def trusts(authority: Authority, function: Function, role: Role) -> bool:
    """Whether the trust policy of a role lets Lambda take it on for a function, or may: that can hang on what was not seen."""
    return not authority.distrusts(_LAMBDA, role, _taking_on(function))


def _taking_on(function: Function) -> Mapping[str, str]:
    """What Lambda tells when it takes on a function's role."""
    return {"aws:SourceArn": arns.unqualified(function.arn), "aws:SourceAccount": arns.account(function.arn)}


def _boundary(role: Role | None) -> str:
    bound = role.permissions_boundary if role is not None else None
    return bound.permissions_boundary_arn if bound is not None else ""


def policies_of(role: Role | None) -> list[str]:
    """The managed policies that grant or bound."""
    if role is None:
        return []
    bound = [role.permissions_boundary.permissions_boundary_arn] if role.permissions_boundary else []
    return [*(one.policy_arn for one in role.attached_managed_policies), *bound]


def why_unseen(world: World, arn: str, role: Role | None) -> Gap | None:
    """The gap behind which a role, or a policy of it, lies; a role that is nowhere was not asked for."""
    if role is not None and not world.gapped((*_OF_ROLE, *_OF_POLICY)):
        return None
    reads = [(read, arn) for read in world.gapped(_OF_ROLE)]
    of_policy = world.gapped(_OF_POLICY)
    reads += [(read, one) for one in ("", *(policies_of(role) if of_policy else ())) for read in of_policy]
    gaps = [gap for read, place in reads if (gap := world.gap(read, place)) is not None]
    gap = min(gaps, key=lambda one: one.reason == "absent", default=None)  # that it is not there is told last
    if gap is not None or role is not None:
        return gap
    call = Call(service="iam", operation="GetRole")
    return world.gap("iam:GetAccountAuthorizationDetails", arn) or Gap(reason="not_asked", call=call, resource=arn)
