"""What AWS refused, held against what the policies say."""

from typing import Self

from doctor.engine.facts.denials import Denials, Denied
from doctor.engine.facts.encrypted_calls import companions
from doctor.engine.facts.fact import Fact
from doctor.engine.facts.permissions import Permissions
from doctor.engine.operations.role_policies import Wanted
from doctor.engine.world import World
from doctor.iam.catalogue import spelled
from doctor.iam.messages import compare
from doctor.logs.symptoms import symptom
from doctor.model.decision import Decision, Denial, LayerName, StatementRef
from doctor.model.finding import Confidence, NotThis
from doctor.model.function import Function
from doctor.model.record import Record, Shape
from doctor.model.telemetry import Symptom

_INSIDE: tuple[LayerName, ...] = ("identity", "boundary", "resource")
"""Layers of which a decision always says when they were not seen."""


class Refusal(Record):
    """A denial of the function's own role, and what the model decides about the same request."""

    denied: Denied
    decision: Decision
    differs: str
    """How AWS's text and the model differ, in one line; empty: they agree."""
    passed_to: str = ""
    """Of ``iam:PassRole``: the service that the role was handed to, where the refused operation tells."""
    resource: Shape | None = None
    """What the request is about, or what holds it; ``None``: it was not seen."""
    companions: tuple[Wanted, ...] = ()
    """What the same call will be refused next: the key of what is encrypted."""

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What must be allowed for the call to go through."""
        bound = (("iam:PassedToService", self.passed_to),) if self.passed_to else ()
        return (Wanted(self.decision.action, self.decision.resource, bound), *self.companions)

    @property
    def denial(self) -> Denial:
        """AWS's text, taken apart."""
        return self.denied.denial

    @property
    def explains(self) -> tuple[Symptom, ...]:
        """The symptoms that the invocations show which failed by it."""
        return shown_by(self.denied)

    @property
    def request(self) -> str:
        """What was refused: ``dynamodb:PutItem on arn:…``."""
        return f"{self.decision.action} on {self.decision.resource}"

    @property
    def confidence(self) -> Confidence:
        """Certain where AWS and the model agree, or AWS alone could see; possible where they contradict each other."""
        if self.differs:
            return Confidence.POSSIBLE
        settled = self.decision.result == "denied" or self.denial.layer != "unknown"
        return Confidence.CERTAIN if settled else Confidence.LIKELY

    def not_this(self, why: str) -> tuple[NotThis, ...]:
        """What a rule says that looked at this denial and is not its cause."""
        return tuple(NotThis(symptom=seen, why=why) for seen in self.explains)

    def blocked_by(self, layer: LayerName) -> bool:
        """Whether the model says that this layer would have to change."""
        return layer in self.decision.blockers

    def refused_by(self, layer: LayerName) -> bool:
        """Whether a layer is what refuses: by its policies where they were seen, otherwise by AWS's word alone."""
        if self._saw(layer):
            return self.blocked_by(layer)
        return layer == ("resource" if self.denial.layer == "trust" else self.denial.layer)

    def confidence_in(self, layer: LayerName) -> Confidence:
        """How sure it is that this layer refuses: AWS's word for a layer that the model could not see is likely right."""
        return self.confidence if self._saw(layer) or not self.differs else Confidence.LIKELY

    def remark(self, layer: LayerName) -> str:
        """What must be said behind a message about this layer: that it rests on AWS's word alone, or is contradicted."""
        if not self.differs:
            return ""
        return f"; {self.differs}" if self._saw(layer) else "; AWS says so, and the policy was not seen"

    def _saw(self, layer: LayerName) -> bool:
        """Whether the model knows the policies of a layer; those outside the account leave no trace where they were not read."""
        results = [one.result for one in self.decision.layers if one.layer == layer]
        return "not_seen" not in results and (bool(results) or layer in _INSIDE)

    def denied_by(self, layer: LayerName) -> tuple[StatementRef, ...]:
        """The Deny statements of a layer that apply, or may."""
        return tuple(one.statement for one in self.decision.denies if one.statement.layer == layer)


class Refusals(Fact):
    """The denials by which invocations of one version failed, each with the model's decision."""

    reads = (*Denials.reads, *Permissions.reads)
    after = (Denials,)

    all: tuple[Refusal, ...]
    """Of requests that the function's own role made, and whose action and resource AWS named."""
    foreign: tuple[Denied, ...]
    """Of requests that were made as somebody else: with other credentials, or a role that the code took on."""
    permissions: Permissions

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide what was refused; raises ``Unseen`` when the log, or the role of a function that was refused something, was not read."""
        told = [one for one in world.fact(Denials, subject).all if _is_request(one.denial)]
        permissions = world.fact(Permissions, subject)
        own = [one for one in told if one.denial.principal == permissions.session]
        return cls(
            all=tuple(_judged(world, one, permissions) for one in own),
            foreign=tuple(one for one in told if one not in own),
            permissions=permissions,
        )


def shown_by(denied: Denied) -> tuple[Symptom, ...]:
    """The symptoms that invocations show which were refused something, each once."""
    return tuple(dict.fromkeys(seen for one in denied.those if (seen := symptom(one)) is not None))


def _is_request(denial: Denial) -> bool:
    """Whether a text tells enough for a decision: who, what, and on which resource."""
    arn = denial.resource.count(":") >= len(("partition", "service", "region", "account", "resource"))
    return bool(denial.principal and denial.action) and (
        denial.resource == "*" or (denial.resource[:4] == "arn:" and arn)
    )


def _judged(world: World, denied: Denied, permissions: Permissions) -> Refusal:
    from doctor.iam.layers import carrier

    action, resource = spelled(denied.denial.action), denied.denial.resource
    service = _TAKES_A_ROLE.get(denied.denial.operation, "") if action == "iam:PassRole" else ""
    decision = permissions.can(action, resource, {"iam:PassedToService": service} if service else {})
    return Refusal(
        denied=denied,
        decision=decision,
        differs=compare(denied.denial, decision),
        passed_to=service,
        resource=world.get(carrier(resource), Shape),
        companions=companions(world, permissions, action, resource),
    )


_TAKES_A_ROLE = {
    "CreateFunction": "lambda.amazonaws.com",
    "CreateFunction20150331": "lambda.amazonaws.com",
    "UpdateFunctionConfiguration": "lambda.amazonaws.com",
    "CreateStateMachine": "states.amazonaws.com",
    "UpdateStateMachine": "states.amazonaws.com",
    "CreateSchedule": "scheduler.amazonaws.com",
    "UpdateSchedule": "scheduler.amazonaws.com",
    "PutTargets": "events.amazonaws.com",
    "RunTask": "ecs-tasks.amazonaws.com",
    "RegisterTaskDefinition": "ecs-tasks.amazonaws.com",
}
"""Operations that hand a role on, and the service that is to use it."""
