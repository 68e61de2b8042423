"""How the layers of policies combine into one answer.

Source: IAM User Guide, "Policy evaluation logic"; the interplay of resource-based policies with permissions boundaries
and session policies as measured by github.com/benkehoe/permissions-boundary-test.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from doctor.iam.kleene import MAYBE, NO, YES, negate
from doctor.iam.policy import Policy, Statement
from doctor.iam.principals import How
from doctor.iam.request import Request
from doctor.model.decision import LayerName

ALWAYS_ALLOWED = frozenset(("sts:getcalleridentity", "sts:getsessiontoken", "dynamodb:describeendpoints"))
"""Actions that need no permission and that no policy can deny."""


class Level(NamedTuple):
    """The SCPs or RCPs attached to one root, organizational unit or account."""

    target: str
    policies: tuple[Policy, ...]


class Policies(NamedTuple):
    """Every policy that has a say on a request. An empty tuple: no policy of that type applies."""

    identity: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    resource: tuple[Policy, ...] = ()
    endpoint: tuple[Policy, ...] = ()
    scp: tuple[Level, ...] = ()
    """From the root down to the account; each level must allow."""
    rcp: tuple[Level, ...] = ()
    unseen: Mapping[LayerName, str] = MappingProxyType({})
    """Layers of which a policy may exist that was not read, with what that is in words. Such a layer may allow; that it
    does not deny is an assumption."""
    assumptions: tuple[str, ...] = ()
    """What else is taken for granted."""


class Applied(NamedTuple):
    """A statement that applies (``YES``) or may (``MAYBE``)."""

    value: int
    policy: Policy
    statement: Statement
    how: How | None


class Layer:
    """What the policies of one type say about a request."""

    __slots__ = ("allow", "applied", "deny", "name", "policies", "target")

    def __init__(self, name: LayerName, policies: tuple[Policy, ...], target: str = "") -> None:
        self.name, self.policies, self.target = name, policies, target
        self.allow = self.deny = NO
        self.applied: list[Applied] = []

    def add(self, applied: Applied) -> None:
        """Count a statement in."""
        self.applied.append(applied)
        effect = applied.statement.effect
        if effect != "Deny":
            self.allow = max(self.allow, applied.value if effect else MAYBE)
        if effect != "Allow":
            self.deny = max(self.deny, applied.value if effect else MAYBE)

    def allowed(self, weakest: How) -> int:
        """Whether an Allow applies that names the caller in this way or a stronger one."""
        return max(
            (
                one.value if one.statement.effect else MAYBE
                for one in self.applied
                if one.statement.effect != "Deny" and one.how is not None and one.how >= weakest
            ),
            default=NO,
        )


class Judgement:
    """The answer with what every layer said."""

    __slots__ = ("deny", "layers", "request", "result")

    def __init__(self, request: Request, layers: list[Layer], result: int, deny: int) -> None:
        self.request, self.layers, self.result, self.deny = request, layers, result, deny

    def layer(self, name: LayerName) -> Layer | None:
        """The layer of that name; for SCPs and RCPs the first level. ``None`` when no such policy applies."""
        return next((one for one in self.layers if one.name == name), None)


def judge(policies: Policies, request: Request) -> Judgement:
    """Decide a request: ``result`` is ``YES``, ``NO`` or ``MAYBE``; ``deny`` likewise says whether a Deny applies."""
    bounded = bool(policies.boundary) or "boundary" in policies.unseen
    every = _all(policies)
    if not request.caller.has_identity:  # nor do service control policies bound a service, or nobody
        every = (one for one in every if one.name in _NAMED or one.name == "identity")
    layers = [_named(one, request, bounded) if one.name in _NAMED else _unnamed(one, request) for one in every]
    deny = max((layer.deny for layer in layers), default=NO)
    if request.lower_action in ALWAYS_ALLOWED:
        return Judgement(request, layers, YES, NO)
    result = NO if deny == YES else min(_passes(policies, layers, request), negate(deny))
    return Judgement(request, layers, result, deny)


_NAMED = ("resource", "rcp", "endpoint")
"""Types whose statements name principals."""


def _all(policies: Policies) -> Iterator[Layer]:
    yield Layer("identity", policies.identity)
    if policies.session:
        yield Layer("session", policies.session)
    if policies.boundary:
        yield Layer("boundary", policies.boundary)
    if policies.resource:
        yield Layer("resource", policies.resource)
    if policies.endpoint:
        yield Layer("endpoint", policies.endpoint)
    for target, those in policies.scp:
        yield Layer("scp", those, target)
    for target, those in policies.rcp:
        yield Layer("rcp", those, target)


def _unnamed(layer: Layer, request: Request) -> Layer:
    for policy in layer.policies:
        for statement in policy.statements:
            value = statement.match(request)
            if value:
                layer.add(Applied(value, policy, statement, None))
    return layer


def _named(layer: Layer, request: Request, bounded: bool) -> Layer:
    if layer.name == "resource":
        request = request.at_resource()
    for policy in layer.policies:
        for statement in policy.statements:
            value = statement.match(request)
            if value:
                named, how = statement.match_principal(request, bounded)
                if named:
                    layer.add(Applied(min(value, named), policy, statement, how))
    return layer


def _passes(policies: Policies, layers: Iterable[Layer], request: Request) -> int:
    """Whether every layer that must allow does, Deny statements apart."""
    found = {layer.name: layer for layer in layers}
    result = grants(policies, found, request)
    for layer in layers:
        if layer.name in ("rcp", "endpoint") or (layer.name == "scp" and request.caller.has_identity):
            result = min(result, _or_unseen(policies, layer.name, layer.allow))
    return min(result, MAYBE) if "endpoint" in policies.unseen and "endpoint" not in found else result


def grants(policies: Policies, found: Mapping[LayerName, Layer], request: Request) -> int:
    """Whether identity-based and resource-based policies grant, as far as boundary and session policies let them."""
    resource = found.get("resource")
    direct, by_name, by_any = _by_resource(policies, resource)
    if not request.caller.has_identity:
        return direct
    identity = _or_unseen(policies, "identity", found["identity"].allow)
    guard = min(_guard(policies, found, "boundary"), _guard(policies, found, "session"))
    if not request.same_account:
        return min(by_any, identity, guard)
    trusted = by_any if needs_trust(request) else YES
    through = direct if request.caller.kind != "role" else NO  # a role is not a session: its name grants to sessions
    return max(through, min(max(by_name, min(identity, trusted)), guard))


def _by_resource(policies: Policies, resource: Layer | None) -> list[int]:
    """What a resource-based policy grants: to the very caller or to anyone, to its role or user too, to its account too."""
    least = MAYBE if "resource" in policies.unseen else NO
    if resource is None or resource.allow == NO:
        return [least] * 3
    return [max(least, resource.allowed(how)) for how in (How.EXACT, How.ROLE, How.ACCOUNT)]


def needs_trust(request: Request) -> bool:
    """Whether identity-based policies count only as far as the resource's policy trusts the account: keys and roles."""
    if request.service == "kms":
        return ":key/" in request.resource
    return request.service == "sts" and ":role/" in request.resource


def _guard(policies: Policies, found: Mapping[LayerName, Layer], name: LayerName) -> int:
    """What a boundary or session policy lets through: everything when there is none."""
    layer = found.get(name)
    if layer is None:
        return MAYBE if name in policies.unseen else YES
    return _or_unseen(policies, name, layer.allow)


def _or_unseen(policies: Policies, name: LayerName, value: int) -> int:
    return max(value, MAYBE) if name in policies.unseen else value
