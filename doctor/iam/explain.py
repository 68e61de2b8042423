"""From a judgement to a decision that a person can read: layers, statements, near misses, and what was not known."""

from collections.abc import Iterator

from doctor.iam.evaluate import Applied, Judgement, Layer, Policies, judge, needs_trust
from doctor.iam.kleene import MAYBE, NO, YES
from doctor.iam.near import near_misses, reference
from doctor.iam.patterns import variables_in
from doctor.iam.policy import Statement
from doctor.iam.principals import How
from doctor.iam.request import Request
from doctor.model.decision import (
    Decision,
    Flaw,
    LayerDecision,
    LayerName,
    LayerResult,
    PrincipalMatch,
    StatementMatch,
    Verdict,
)

_VERDICTS: dict[int, Verdict] = {NO: "denied", MAYBE: "depends", YES: "allowed"}
_HOW: dict[How, PrincipalMatch] = {
    How.ANY: "any",
    How.EXACT: "exact",
    How.ROLE: "role",
    How.USER: "user",
    How.ACCOUNT: "account",
}


def decide(policies: Policies, request: Request) -> Decision:
    """Decide a request and explain the answer."""
    judgement = judge(policies, request)
    blockers = () if judgement.result == YES else tuple(_blockers(policies, judgement))
    bounded = judgement.layer("boundary") is not None
    blocking = [layer for layer in judgement.layers if layer.name in blockers]
    return Decision(
        principal=request.caller.text,
        action=request.action,
        resource=request.resource,
        result=_VERDICTS[judgement.result],
        explicit=judgement.deny == YES,
        layers=tuple(_layers(policies, judgement)),
        blockers=blockers,
        near_misses=tuple(near_misses(blocking, request, bounded=bounded)),
        unknown_keys=tuple(_unknown_keys(judgement)),
        assumptions=_assumptions(policies, judgement),
        flaws=tuple(_flaws(judgement)),
    )


def _layers(policies: Policies, judgement: Judgement) -> Iterator[LayerDecision]:
    for layer in judgement.layers:
        yield LayerDecision(
            layer=layer.name,
            result=_result(policies, layer),
            target=layer.target,
            matches=tuple(_match(layer, one) for one in layer.applied),
        )
    present = {layer.name for layer in judgement.layers} if policies.unseen else set()
    for name in policies.unseen:
        if name not in present:
            yield LayerDecision(layer=name, result="not_seen")


def _result(policies: Policies, layer: Layer) -> LayerResult:
    if layer.deny == YES:
        return "explicitly_denied"
    if layer.deny == MAYBE:
        return "depends"
    if layer.allow == YES:
        return "allowed"
    if layer.name in policies.unseen:
        return "not_seen"
    if layer.allow == MAYBE:
        return "depends"
    return "implicitly_denied" if layer.policies else "absent"


def _match(layer: Layer, one: Applied) -> StatementMatch:
    return StatementMatch(
        statement=reference(one.policy, one.statement, layer),
        principal=None if one.how is None else _HOW[one.how],
        certain=one.value == YES and one.statement.effect != "",
    )


def _blockers(policies: Policies, judgement: Judgement) -> Iterator[LayerName]:
    """Layers that deny or may, and layers that must allow and do not for certain, each once."""
    wanting = set(_wanting(policies, judgement))
    for layer in judgement.layers:
        if layer.deny or (layer.allow < YES and layer.name in _MUST_ALLOW):
            wanting.add(layer.name)
    return (name for name in _ORDER if name in wanting)


_ORDER: tuple[LayerName, ...] = ("scp", "rcp", "endpoint", "identity", "boundary", "session", "resource")
_MUST_ALLOW = ("scp", "rcp", "endpoint")


def _wanting(policies: Policies, judgement: Judgement) -> Iterator[LayerName]:
    """Layers whose Allow is missing for the grant itself."""
    request = judgement.request
    allows = {layer.name: layer.allow for layer in judgement.layers}
    resource = judgement.layer("resource")
    if not request.caller.has_identity:
        if resource is None or resource.allowed(How.EXACT) < YES:
            yield "resource"
        return
    if resource is not None and request.same_account and resource.allowed(How.EXACT) == YES:
        return
    named = resource is not None and request.same_account and resource.allowed(How.ROLE) == YES
    if not named and allows["identity"] < YES:
        yield "identity"
    if not named and (not request.same_account or needs_trust(request)) and allows.get("resource", NO) < YES:
        yield "resource"
    for name in ("boundary", "session"):
        if allows.get(name, MAYBE if name in policies.unseen else YES) < YES:
            yield name


def _unknown_keys(judgement: Judgement) -> list[str]:
    """Keys, as the policies spell them, that leave a statement undecided."""
    found: dict[str, str] = {}
    for layer in judgement.layers:
        for one in layer.applied:
            if one.value == MAYBE:
                spelled = {key.lower(): key for key in _keys(one.statement)}
                for key in judgement.request.context.unknown_among(spelled):
                    found.setdefault(key, spelled[key])
    return [found[key] for key in sorted(found)]


def _keys(statement: Statement) -> Iterator[str]:
    for condition in statement.conditions:
        yield condition.key
        yield from variables_in(condition.values)
    if statement.resources is not None:
        yield from variables_in(statement.resources.patterns.texts)


def _assumptions(policies: Policies, judgement: Judgement) -> tuple[str, ...]:
    """What the answer takes for granted; nothing when a Deny applies, which no further policy can lift."""
    if judgement.deny == YES:
        return ()
    doubt = "it is assumed not to deny" if judgement.result == YES else "it may allow or deny"
    unseen = (f"{what} was not seen: {doubt}" for what in policies.unseen.values())
    return (*unseen, *policies.assumptions)


def _flaws(judgement: Judgement) -> Iterator[Flaw]:
    """The flaws of every policy that was consulted, each once: an SCP may be attached to several levels."""
    flawed = {id(policy): policy for layer in judgement.layers for policy in layer.policies if policy.flaws}
    for policy in flawed.values():
        yield from policy.flaws
