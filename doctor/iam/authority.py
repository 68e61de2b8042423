"""What the roles of a snapshot's functions may do: the entry for whoever has a snapshot and a question."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.iam import catalogue
from doctor.iam.evaluate import Judgement, Level, Policies, judge
from doctor.iam.explain import decide
from doctor.iam.kleene import NO, YES
from doctor.iam.layers import RCP, SCP, WITH_RESOURCE_POLICY, Layers, carrier
from doctor.iam.need import Need
from doctor.iam.own import kept_by_aws, refusal
from doctor.iam.policy import Statement
from doctor.iam.request import InvalidRequest, Request, make_request
from doctor.iam.session_context import role_context, session_context, unknown_keys
from doctor.iam.surroundings import of_code, of_role
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.decision import Decision, LayerName, StatementRef
from doctor.model.function import Function
from doctor.model.identity import Role, User
from doctor.model.network import VpcEndpoint
from doctor.model.snapshot import Snapshot

Bounds = tuple[tuple[Level, ...], tuple[str, ...]]
"""Levels of SCPs or RCPs, and what is assumed about those that were not seen."""

NO_BOUNDS: Bounds = ((), ())
_NO_CONTEXT: Mapping[str, Any] = {}
_TRUSTING = ("kms", "sts")
"""Services whose resources must trust the account before its policies count."""
_REMEMBERED = 4096
"""Answers about roles alone that are kept: an account has a thousand roles."""


class Authority:
    """Answers what may be done, by the policies of one snapshot. Never an unqualified ``allowed`` where a layer was not seen."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._layers = Layers(snapshot)
        self._freely: dict[tuple[str, ...], bool] = {}
        self._of_trust: dict[bytes, bool] = {}
        self._of_role = lru_cache(_REMEMBERED)(self._judge_role)
        self._undenied = lru_cache(_REMEMBERED)(self._not_denied)

    def decide(self, function: Function, call: Call) -> tuple[Decision, ...]:
        """Whether the function's code may make a call: one decision for each action and resource, all of which it needs.

        Args:
            function: The version whose code calls.
            call: The call; without account or region, in the function's own.
        """
        region, account = function.function_arn.split(":")[3:5]
        here = replace(call, account=call.account or account, region=call.region or region)
        from doctor.iam.operations import UnmappedCall, needs  # reads models: only who asks about calls pays for it

        try:
            return tuple(self._decide_need(function, here, need) for need in needs(here))
        except (UnmappedCall, InvalidRequest) as error:
            return (_undecided(function, call, str(error)),)

    def can(self, function: Function, action: str, resource: str, context: Mapping[str, Any] = _NO_CONTEXT) -> Decision:
        """Whether the function's code may do ``action`` on ``resource``.

        Args:
            function: The version whose code asks.
            action: ``service:Action``.
            resource: ARN, or ``*``.
            context: Condition keys that are known beside those of any call by the function.

        Raises:
            InvalidRequest: The action or the ARN is malformed.
        """
        need = self._resolved(Need(action, resource, context))
        request = self._request(function, action, need.resource, need.context)
        return decide(self._policies_of(function, request), request)

    def _resolved(self, need: Need) -> Need:
        """What KMS decides on where an alias is named: the key behind it; an alias itself is what only some actions are about."""
        key = self._layers.key(need.resource) if need.resource.count(":alias/") and "Alias" not in need.action else None
        if key is None:
            return need
        alias = need.resource.rpartition(":")[2]
        known = {"kms:RequestAlias": alias, "kms:ResourceAliases": key.aliases}
        return need._replace(resource=key.arn, context={**known, **need.context}, note="")

    def judge(self, function: Function, action: str, resource: str) -> Judgement:
        """As ``can``, without the explanation, for sweeps over many actions."""
        request = self._request(function, action, resource, _NO_CONTEXT)
        return judge(self._policies_of(function, request), request)

    def by_role(
        self, role: str, action: str, resource: str, context: Mapping[str, Any] = _NO_CONTEXT, session: str = "lambda"
    ) -> Decision:
        """Whether a service that has taken on ``role`` may do ``action``: a poller, a schedule, Lambda itself.

        Nothing that only a function's code brings along counts here: no ``lambda:SourceFunctionArn``, no VPC endpoint.

        Args:
            role: ARN of the role.
            action: ``service:Action``.
            resource: ARN, or ``*``.
            context: Condition keys that are known.
            session: Name of the session.

        Raises:
            InvalidRequest: The action or an ARN is malformed.
        """
        request = self._request_of_role(role, action, resource, context, session)
        return decide(self._policies(role, request), request)

    def lets(self, role: str, action: str, resource: str, context: Mapping[str, Any], session: str) -> bool:
        """Whether ``by_role`` would say ``allowed``: asked of every poller and every delivery, of which few are not."""
        if self._is_undisputed(role, action, resource) and self._grants_freely(role, action):
            return True
        request = self._request_of_role(role, action, resource, context, session)
        return judge(self._policies(role, request), request).result == YES

    def denies(self, role: str, action: str, resource: str) -> bool:
        """Whether ``by_role`` would say ``denied``: asked for every function, of which few are denied."""
        return not self._grants_freely(role, action) and self._of_role(role, action, resource)

    def refuses(self, function: Function, action: str, resource: str) -> bool:
        """Whether ``can`` would say ``denied``: asked for every function, of which few are denied."""
        role, by_endpoint = function.role, bool(function.vpc_config.subnet_ids)
        if not by_endpoint and self._is_undisputed(role, action, resource) and self._grants_freely(role, action):
            return False
        return self.judge(function, action, resource).result == NO

    def _judge_role(self, role: str, action: str, resource: str) -> bool:
        request = self._request_of_role(role, action, resource, _NO_CONTEXT, "lambda")
        return judge(self._policies(role, request), request).result == NO

    def _grants_freely(self, role_arn: str, action: str) -> bool:
        """Whether managed policies of a role, of thousands the same, freely allow an action, and nothing that was read can deny it."""
        role = self._undenied(role_arn)
        if role is None:
            return False
        key = action, *[one.policy_arn for one in role.attached_managed_policies]
        if key not in self._freely:
            every = [one for policy in self._layers.managed(role) for one in policy.statements]
            freely = any(one.allows_freely(action) for one in every)
            self._freely[key] = freely and all(one.effect == "Allow" for one in every)
        return self._freely[key]

    def _not_denied(self, arn: str) -> Role | None:
        """The role of that ARN, where nothing that was read beside its managed policies can deny it anything."""
        role = self._snapshot.resources.get(arn)
        if not isinstance(role, Role) or role.permissions_boundary is not None or self._scp(arn)[0]:
            return None
        return None if any(_may_deny(one.policy_document) for one in role.role_policy_list) else role

    def _is_undisputed(self, role: str, action: str, resource: str) -> bool:
        """Whether nothing but the policies of a role has a say on what is done with it to a resource of its own account."""
        service, account = action.partition(":")[0], _segment(role, 4)
        if service in _TRUSTING or _segment(resource, 4) != account:
            return False
        if service in catalogue.rcp_services() and self._layers.organization(RCP, "rcp", account)[0]:
            return False
        held = self._snapshot.resources.get(carrier(resource)) if service in WITH_RESOURCE_POLICY else None
        return not getattr(held, "policy", None) and not kept_by_aws(action, resource)

    def _request_of_role(
        self, role: str, action: str, resource: str, context: Mapping[str, Any], session: str
    ) -> Request:
        around = of_role(self._snapshot, self._layers, role, resource)
        known = {**around.known, **role_context(role, self._snapshot.taken_at), **context}
        principal = f"arn:{_segment(role, 1)}:sts::{_segment(role, 4)}:assumed-role/{arns.name(role)}/{session}"
        unknown = unknown_keys(None, action, whole_call=False)
        return make_request(principal, action, resource, known, is_unknown=unknown)

    def never(self, role: str, action: str, within: str = "") -> bool:
        """Whether no statement of a role's policies allows an action on anything, or on anything whose ARN begins with ``within``.

        False where a policy of the role was not seen.
        """
        _, missing = self._layers.identity(role)
        return not missing and not any(one.may_allow(action, within) for _, one in self.statements(role))

    def statements(self, role: str) -> Iterator[tuple[str, Statement]]:
        """The statements of a role's own policies that were seen, each with its policy's name."""
        policies, _ = self._layers.identity(role)
        yield from ((policy.name, statement) for policy in policies for statement in policy.statements)

    def endpoints(self, function: Function, service: str) -> tuple[VpcEndpoint, ...]:
        """The VPC endpoints that the calls of a function's code to a service go through."""
        return tuple(one for one, _ in self._layers.passed(function, service))

    def condition_keys(self, role: str, one: StatementRef) -> tuple[str, ...]:
        """The condition keys that a statement of a role's own policies hangs on, as it spells them; of other layers none."""
        if one.layer != "identity":
            return ()
        found = [that for name, that in self.statements(role) if (name, that.index) == (one.policy, one.index)]
        return tuple(condition.key for that in found for condition in that.conditions)

    def by_service(
        self, principal: str, action: str, resource: str, context: Mapping[str, Any] = _NO_CONTEXT
    ) -> Decision:
        """Whether a service (or ``anonymous``) may do ``action``, which the resource's own policy decides: a trigger, a role's trust.

        Args:
            principal: Service principal, ``events.amazonaws.com``, or ``anonymous``.
            action: ``service:Action``.
            resource: ARN.
            context: Condition keys, for example ``aws:SourceArn`` and ``aws:SourceAccount``.

        Raises:
            InvalidRequest: One of them is malformed.
        """
        return decide(*self._asked_by_service(principal, action, resource, context))

    def keeps_out(self, principal: str, action: str, resource: str, context: Mapping[str, Any] = _NO_CONTEXT) -> bool:
        """Whether ``by_service`` would say ``denied``: asked of every trigger, of which few are kept out."""
        return judge(*self._asked_by_service(principal, action, resource, context)).result == NO

    def distrusts(self, principal: str, role: Role, context: Mapping[str, Any]) -> bool:
        """Whether the trust policy of a role keeps a service from taking it on: asked for every function.

        Most trust policies are the same and have no condition: such a one is judged once.
        """
        document = msgspec.json.encode((principal, _segment(role.arn, 4), role.assume_role_policy_document))
        known = self._of_trust.get(document)
        if known is not None:
            return known
        policies, request = self._asked_by_service(principal, "sts:AssumeRole", role.arn, context)
        found = judge(policies, request).result == NO
        if not policies.rcp and not any(one.conditions for that in policies.resource for one in that.statements):
            self._of_trust[document] = found
        return found

    def _asked_by_service(
        self, principal: str, action: str, resource: str, context: Mapping[str, Any]
    ) -> tuple[Policies, Request]:
        owner = _segment(resource, 4) or self._snapshot.scope.account
        unknown = unknown_keys(None, action, whole_call=False)
        request = make_request(principal, action, resource, context, owner=owner, is_unknown=unknown)
        found, missing = self._layers.resource(request)
        unseen: dict[LayerName, str] = {"resource": missing} if missing else {}
        rcp, assumptions = self._rcp(request)
        return Policies(resource=found, rcp=rcp, unseen=unseen, assumptions=assumptions), request

    def decide_as(self, principal: str, holder: Role | User, call: Call) -> tuple[Decision, ...]:
        """Whether somebody may make a call: a decision for each action and resource.

        Args:
            principal: ARN of the session, or of the user.
            holder: The session's role, or the user, which the snapshot holds.
            call: The call, with account and region.
        """
        from doctor.iam.operations import UnmappedCall, needs  # reads models: only who asks about calls pays for it

        try:
            return tuple(self._decide_as(principal, holder, call, need) for need in needs(call))
        except (UnmappedCall, InvalidRequest) as error:
            return (
                Decision(
                    principal=principal, action=call.name, resource="*", result="depends", assumptions=(str(error),)
                ),
            )

    def _decide_as(self, principal: str, holder: Role | User, call: Call, need: Need) -> Decision:
        known = {"aws:PrincipalArn": holder.arn, "aws:RequestedRegion": call.region, **need.context}
        if isinstance(holder, User):
            known["aws:username"] = holder.user_name
        unknown = unknown_keys(None, need.action, whole_call=True)
        request = make_request(principal, need.action, need.resource, known, is_unknown=unknown)
        identity, no_identity = self._layers.identity(holder.arn)
        boundary, no_boundary = self._layers.boundary(holder.arn)
        resource, no_resource = self._layers.resource(request)
        levels, seen = self._layers.organization(SCP, "scp", _segment(holder.arn, 4))
        rcp, about_rcp = self._rcp(request)
        missing: dict[LayerName, str] = {"identity": no_identity, "boundary": no_boundary, "resource": no_resource}
        assumed = (*about_rcp, *(() if seen else ("no service control policy denies it: none could be read",)))
        policies = Policies(
            identity=identity,
            boundary=boundary,
            resource=resource,
            scp=levels,
            rcp=rcp,
            unseen={layer: what for layer, what in missing.items() if what},
            assumptions=(*assumed, *([need.note] if need.note else [])),
        )
        return decide(policies, request)

    def _decide_need(self, function: Function, call: Call, need: Need) -> Decision:
        need = self._resolved(need)
        request = self._request(function, need.action, need.resource, need.context, call)
        decision = decide(self._policies_of(function, request), request)
        if not need.note:
            return decision
        open_ended = decision.result == "denied" and not decision.explicit
        return replace(
            decision,
            result="depends" if open_ended else decision.result,
            assumptions=(*decision.assumptions, need.note),
        )

    def _request(
        self,
        function: Function,
        action: str,
        resource: str,
        context: Mapping[str, Any],
        call: Call | None = None,
    ) -> Request:
        """The request of the function's session; with the call that it is part of, its parameters settle more keys."""
        region = call.region if call else _segment(resource, 3)
        here = of_code(self._snapshot, self._layers, function, action.partition(":")[0].lower(), region)
        around = of_role(self._snapshot, self._layers, function.role, resource)
        own = session_context(function, self._snapshot.taken_at, region)
        known = {**around.known, **here.known, **own, **context}
        unknown = unknown_keys(function, action, whole_call=call is not None)
        absent = here.absent | around.absent
        return make_request(
            session_arn(function),
            action,
            resource,
            known,
            is_unknown=(lambda key: key not in absent and unknown(key)) if absent else unknown,
            by_code=True,
        )

    def _policies_of(self, function: Function, request: Request) -> Policies:
        """Every policy that has a say on what a function's code asks: on its way there may be VPC endpoints."""
        found = self._policies(function.role, request)
        endpoint, about = self._layers.endpoints(function, request.service)
        return found._replace(endpoint=endpoint, assumptions=(*found.assumptions, *((about,) if about else ())))

    def _policies(self, role: str, request: Request) -> Policies:
        identity, no_identity = self._layers.identity(role)
        boundary, no_boundary = self._layers.boundary(role)
        resource, no_resource = self._layers.resource(request)
        scp, about_scp = self._scp(role)
        rcp, about_rcp = self._rcp(request) if not _service_linked(role) else NO_BOUNDS
        missing: dict[LayerName, str] = {"identity": no_identity, "boundary": no_boundary, "resource": no_resource}
        owner = _about_owner(request)
        theirs = (refusal(),) if kept_by_aws(request.action, request.resource) else ()
        return Policies(
            identity=identity,
            boundary=boundary,
            resource=(*resource, *theirs),
            scp=scp,
            rcp=rcp,
            unseen={layer: what for layer, what in missing.items() if what},
            assumptions=tuple(one for one in (*about_scp, *about_rcp, owner) if one),
        )

    def _scp(self, role: str) -> Bounds:
        if _service_linked(role):
            return NO_BOUNDS
        levels, seen = self._layers.organization(SCP, "scp", _segment(role, 4))
        return levels, () if seen else ("no service control policy denies it: none could be read",)

    def _rcp(self, request: Request) -> Bounds:
        if request.service not in catalogue.rcp_services():
            return NO_BOUNDS
        levels, seen = self._layers.organization(RCP, "rcp", request.owner)
        return levels, () if seen else ("no resource control policy denies it: none could be read",)


def _service_linked(role: str) -> bool:
    """Whether a role is a service's own, which neither service nor resource control policies bound."""
    return ":role/aws-service-role/" in role


def _undecided(function: Function, call: Call, why: str) -> Decision:
    """What is said of a call whose actions or resources nobody knows."""
    principal = session_arn(function)
    return Decision(principal=principal, action=call.name, resource="*", result="depends", assumptions=(why,))


def session_arn(function: Function) -> str:
    """ARN of the session in which a function's code runs: its role's name, then the function's."""
    partition, account = (_segment(function.role, at) or _segment(function.function_arn, at) for at in (1, 4))
    role = arns.name(function.role) or "unknown"
    return f"arn:{partition}:sts::{account}:assumed-role/{role}/{function.function_name}"


def _may_deny(document: Any) -> bool:
    """Whether a policy's document has a statement that is not for certain an Allow."""
    found = document.get("Statement") if isinstance(document, dict) else None
    statements = found if isinstance(found, list) else [found]
    return any(not isinstance(one, dict) or one.get("Effect") != "Allow" for one in statements)


def _segment(arn: str, at: int) -> str:
    """One segment of an ARN; empty when there is none, or the text is no ARN."""
    return "".join(arn.split(":", 5)[at : at + 1])


def _about_owner(request: Request) -> str:
    """S3's ARNs do not tell whose a bucket is."""
    if request.service == "s3" and request.resource != "*" and not _segment(request.resource, 4):
        return f"the bucket belongs to the account {request.owner}"
    return ""
