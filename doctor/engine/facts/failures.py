"""Where asynchronous events go that failed for good."""

from typing import ClassVar, Self

from doctor.engine.facts.callers import ASYNCHRONOUS, callers
from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.finding import Evidence
from doctor.model.function import Alias, Function
from doctor.model.record import Record


class Refuge(Record):
    """A queue, topic, function or bucket that takes in failed events."""

    arn: str
    told: Evidence
    """Where it is configured."""
    exists: bool | None = None
    """``None``: doctor reads no resources of this kind."""


class FailedEvents(Fact):
    """What becomes of asynchronous events of one version that failed for good. Asked only where it matters: it is read of suspects."""

    reads = ("lambda:ListFunctionEventInvokeConfigs", "sqs:GetQueueAttributes")
    parts: ClassVar[tuple[str, ...]] = ("lambda:GetPolicy",)
    sure = True

    let_in: tuple[str, ...]
    policy: Gap | None
    """Why a resource policy was not read."""
    unseen: Gap | None
    found: tuple[Refuge, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find dead-letter queue and destinations; what was not read is told when it is asked for."""
        owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
        services = {one.service for owner in owners for one in callers(owner)}
        unseen = world.gap("lambda:ListFunctionEventInvokeConfigs", arns.unqualified(subject.arn))
        found = []
        for arn, told in _configured(subject, owners):
            try:
                exists = world.queue(arn) is not None if ":sqs:" in arn else None
            except Unseen as error:
                unseen = unseen or error.gap
                continue
            found.append(Refuge(arn=arn, told=told, exists=exists))
        unseen = unseen or world.gap("sqs:GetQueueAttributes")
        gaps = (world.gap("lambda:GetPolicy", owner.arn) for owner in owners)
        return cls(
            let_in=tuple(sorted(services & ASYNCHRONOUS)),
            policy=next((gap for gap in gaps if gap is not None), None),
            unseen=unseen,
            found=tuple(found),
        )

    @property
    def services(self) -> tuple[str, ...]:
        """Services that the resource policies let in and that invoke asynchronously. Raises ``Unseen`` when a policy was not read."""
        if not self.let_in and self.policy is not None:
            raise Unseen(self.policy)
        return self.let_in

    @property
    def refuges(self) -> tuple[Refuge, ...]:
        """Where failed events go; empty: nowhere. Raises ``Unseen`` when it was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.found


def _configured(subject: Function, owners: list[Function | Alias]) -> list[tuple[str, Evidence]]:
    found = []
    target = subject.dead_letter_config.target_arn
    if target:
        cited = _told(subject.arn, "DeadLetterConfig.TargetArn", target, "lambda:GetFunctionConfiguration")
        found.append((target, cited))
    for owner in owners:
        config = owner.event_invoke_config
        destination = config.destination_config.on_failure.destination if config else ""
        if destination:
            field = "EventInvokeConfig.DestinationConfig.OnFailure.Destination"
            found.append((destination, _told(owner.arn, field, destination, "lambda:ListFunctionEventInvokeConfigs")))
    return found


def _told(arn: str, field: str, value: str, source: str) -> Evidence:
    return Evidence(resource=arn, field=field, value=value, source=source)
