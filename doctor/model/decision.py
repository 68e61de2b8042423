"""What IAM decides: about one request by its policies, and in AWS's own words when it denied one."""

from typing import Literal

from doctor.model.record import Record

Verdict = Literal["allowed", "denied", "depends"]
"""``depends``: the answer hangs on something that was not seen; the decision names it."""

LayerName = Literal["identity", "boundary", "session", "resource", "scp", "rcp", "endpoint"]
"""IAM's policy types. A role's trust policy and a key policy are resource-based policies."""

LayerResult = Literal["allowed", "implicitly_denied", "explicitly_denied", "depends", "absent", "not_seen"]
"""``absent``: no policy of that type applies; ``not_seen``: one may, but it was not read."""

PrincipalMatch = Literal["any", "exact", "role", "user", "account"]
"""How a resource-based policy names the caller: by ``*``, by its very ARN, by the role or user behind its session, or by account."""

Element = Literal["Action", "Resource", "Principal", "Condition"]


class StatementRef(Record):
    """One statement of one policy."""

    layer: LayerName
    policy: str
    """The policy's name or ARN."""
    index: int
    """Position in the document, from 0."""
    sid: str = ""
    effect: Literal["Allow", "Deny"]
    target: str = ""
    """Root, organizational unit or account that an SCP or RCP is attached to."""


class StatementMatch(Record):
    """A statement that applies to the request, or may."""

    statement: StatementRef
    principal: PrincipalMatch | None = None
    """``None`` where the policy's type names no principal."""
    certain: bool = True
    """Whether it applies whatever the unknown keys and unreadable elements are."""


class NearMiss(Record):
    """A statement that fails in exactly one element, which is often the mistake."""

    statement: StatementRef
    element: Element
    hint: str
    """What differs, in words: ``region: us-east-1 is asked for, the policy says eu-west-1``."""
    asked: str = ""
    """What the request has in that element."""
    says: str = ""
    """What the statement has there."""


class Flaw(Record):
    """Something in a policy document that IAM would not accept, or that can never apply."""

    policy: str
    message: str
    index: int | None = None
    """Statement, from 0; ``None``: the whole document."""
    element: str = ""
    unreadable: bool = True
    """Whether it leaves open what the statement means. An unreadable element neither allows nor denies for certain."""


class LayerDecision(Record):
    """What the policies of one type say. SCPs and RCPs have one for each level that they are attached to."""

    layer: LayerName
    result: LayerResult
    target: str = ""
    matches: tuple[StatementMatch, ...] = ()


class Decision(Record):
    """Whether a request is authorised, by which statements, and what the answer rests on."""

    principal: str
    """ARN or service principal; ``anonymous`` for a caller without credentials."""
    action: str
    resource: str
    result: Verdict
    explicit: bool = False
    """Whether a Deny statement applies for certain; a denial without one lacks an Allow."""
    layers: tuple[LayerDecision, ...] = ()
    blockers: tuple[LayerName, ...] = ()
    """Every layer that would have to change, or to be seen, for the request to be allowed for certain."""
    near_misses: tuple[NearMiss, ...] = ()
    unknown_keys: tuple[str, ...] = ()
    """Condition keys whose value is not known and that statements ask for."""
    assumptions: tuple[str, ...] = ()
    """What was taken for granted because it was not seen. An ``allowed`` with any is never unqualified."""
    flaws: tuple[Flaw, ...] = ()
    """Malformed parts of the policies that were consulted."""

    @property
    def lacking(self) -> bool:
        """Whether it is denied, unless the resource's own policy allows it, which was not seen."""
        results = {one.layer: one.result for one in self.layers}
        return self.result == "denied" or (
            results.get("resource") == "not_seen"
            and results.get("identity") in ("absent", "implicitly_denied")
            and not self.denies
        )

    @property
    def grantable(self) -> bool:
        """Whether a statement in the caller's own policies is all that is missing."""
        return self.blockers == ("identity",) and not self.explicit

    @property
    def allows(self) -> tuple[StatementMatch, ...]:
        """Allow statements that apply, or may, in all layers."""
        return tuple(one for layer in self.layers for one in layer.matches if one.statement.effect == "Allow")

    @property
    def denies(self) -> tuple[StatementMatch, ...]:
        """Deny statements that apply, or may, in all layers."""
        return tuple(one for layer in self.layers for one in layer.matches if one.statement.effect == "Deny")


ChangeKind = Literal["gained", "kept", "unintended", "lost"]
"""Of a request before and after a change: opened as intended, as it was, opened beside what was intended, taken away."""


class DecisionChange(Record):
    """A request, and how it is decided before and after a change of policies."""

    who: str
    """In words: a function's name, a service."""
    action: str
    resource: str
    before: Verdict
    after: Verdict
    kind: ChangeKind

    def __str__(self) -> str:
        """The request in words."""
        return f"{self.action} on {self.resource} as {self.who}"


DenialKind = Literal["implicit", "explicit", "block-public-access", "unknown"]
DenialLayer = Literal[
    "identity", "resource", "session", "boundary", "scp", "rcp", "endpoint", "trust", "s3-bpa", "unknown"
]


class Denial(Record):
    """An error text by which AWS said that a request is not authorised, taken apart. Empty: the text does not say."""

    text: str
    """The part of the text that was understood, white space collapsed."""
    form: str = ""
    """Name of a text that is not of the usual form (``lambda-env-kms``, ``s3-bare``, …)."""
    error_code: str = ""
    operation: str = ""
    principal: str = ""
    action: str = ""
    resource: str = ""
    resource_hidden: bool = False
    """Whether the text speaks of a resource without naming it."""
    kind: DenialKind = "unknown"
    layer: DenialLayer = "unknown"
    policy_arn: str = ""
    via: DenialLayer | Literal[""] = ""
    """The second layer of a denial that came about transitively."""
    encoded: str = ""
    """EC2's encoded message, which ``sts:DecodeAuthorizationMessage`` decodes."""
    call: str = ""
    """The operation that a service reports it could not perform with a role."""
    service: str = ""
    """The service of ``call``, as the text spells it."""
