"""What the code of a function may do, and who may invoke it, by the policies of the snapshot."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.iam.authority import Authority, session_arn
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.decision import Decision
from doctor.model.function import Alias, Function
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.network import VpcEndpoint

_OF_ROLE = ("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy")
_OF_POLICY = ("iam:GetPolicy", "iam:GetPolicyVersion")


class Permissions(Fact):
    """What the role of one version lets its code do."""

    reads = (*_OF_ROLE, *_OF_POLICY)

    function: Function
    role: Role
    session: str
    """ARN under which its code calls AWS."""
    shared: tuple[str, ...]
    """ARNs of the other functions that run with the same role."""
    authority: Authority

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the role and its policies; raises ``Unseen`` when one of them was not read."""
        for read in _OF_ROLE:
            world.require(read, subject.role)
        role = world.get(subject.role, Role)
        if role is None:
            raise Unseen(_why_missing(world, subject.role))
        for arn in _policies(role):
            world.get(arn, ManagedPolicy)
        for arn in ("", *_policies(role)):
            for read in _OF_POLICY:
                world.require(read, arn)
        if subject.vpc_config.subnet_ids:
            world.all(VpcEndpoint)
        own = arns.unqualified(subject.arn)
        others = (arns.unqualified(one.arn) for one in world.running_as(role.arn))
        return cls(
            function=subject,
            role=role,
            session=session_arn(subject),
            shared=tuple(name for name in dict.fromkeys(others) if name != own),
            authority=world.authority,
        )

    def decide(self, call: Call) -> tuple[Decision, ...]:
        """Whether the code may make a call: a decision for each action and resource, all of which it needs."""
        return self.authority.decide(self.function, call)

    def can(self, action: str, resource: str) -> Decision:
        """Whether the code may do ``service:Action`` on an ARN, or on ``*``."""
        return self.authority.can(self.function, action, resource)


class InvokePolicy(Fact):
    """Whom the resource policies of one version, and of the aliases that lead to it, let invoke it."""

    reads = ("lambda:GetPolicy",)

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


def _policies(role: Role) -> list[str]:
    """The managed policies that grant or bound."""
    bound = [role.permissions_boundary.permissions_boundary_arn] if role.permissions_boundary else []
    return [*(one.policy_arn for one in role.attached_managed_policies), *bound]


def _why_missing(world: World, role: str) -> Gap:
    """The gap behind which a role lies that the snapshot lacks; where none tells, it was not asked for."""
    call = Call(service="iam", operation="GetRole")
    return world.gap("iam:GetAccountAuthorizationDetails", role) or Gap(reason="not_asked", call=call, resource=role)
