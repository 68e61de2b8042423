"""What invokes a function with a role of its own: schedules, rules and APIs that name one."""

from collections.abc import Iterator
from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.routes import Routes
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.decision import Decision
from doctor.model.function import Alias, Function
from doctor.model.identity import Role
from doctor.model.record import Record, Shape
from doctor.model.sources import Api, Schedule
from doctor.model.triggers import EventRule

_OF_ROLE = ("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy")


class ByRole(Record):
    """One way to invoke with a role."""

    what: str
    """In words: ``the schedule nightly``."""
    source: EventRule | Schedule | Api
    field: str
    """Where it names the role: the field's name in Python."""
    role: Role
    target: str
    may_assume: Decision
    """Whether the service may take on the role."""
    may_invoke: Decision


class InvokingRoles(Fact):
    """What invokes one version, or an alias that leads to it, with a role. Step Functions and Pipes, which do so too, are not read."""

    reads = ("scheduler:ListSchedules", "scheduler:GetSchedule")
    parts: ClassVar[tuple[str, ...]] = ("events:ListRules", "events:ListTargetsByRule", *Routes.reads, *_OF_ROLE)

    those: tuple[ByRole, ...]
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide them; raises ``Unseen`` when schedules were not read."""
        for read in cls.reads:
            world.require_whole(read)  # a schedule that was not read may be about any function
        owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
        for owner in owners:
            world.get(owner.arn, Shape)
        found, gaps = [], [world.missed(read) for read in cls.parts if read not in _OF_ROLE]
        for what, source, field, service, role_arn, target in _ways(world, subject, {one.arn for one in owners}):
            role = world.get(role_arn, Role)
            gaps += [world.gap(read, role_arn) for read in _OF_ROLE]
            if role is None:
                missed = world.gap("iam:GetAccountAuthorizationDetails", role_arn)
                call = Call(service="iam", operation="GetRole")
                gaps.append(missed or Gap(reason="not_asked", call=call, resource=role_arn))
                continue
            ask = world.authority
            context = {"aws:SourceAccount": arns.account(subject.arn)}
            found.append(
                ByRole(
                    what=what,
                    source=source,
                    field=field,
                    role=role,
                    target=target,
                    may_assume=ask.by_service(service, "sts:AssumeRole", role.arn, context),
                    may_invoke=ask.by_role(role.arn, "lambda:InvokeFunction", target),
                )
            )
        return cls(those=tuple(found), unseen=next((gap for gap in gaps if gap is not None), None))

    def require_all(self) -> None:
        """Raise ``Unseen`` when there may be more, or a role was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def _schedules(world: World, targets: set[str]) -> Iterator[Schedule]:
    """The schedules that invoke one of the targets; who invokes what is gathered once for a world."""
    key, every = (InvokingRoles, "schedules"), world.all(Schedule)
    if key not in world.derived:
        found: dict[str, list[Schedule]] = {}
        for one in every:
            if one.target is not None:
                found.setdefault(one.target.arn, []).append(one)
        world.derived[key] = found
    known: dict[str, list[Schedule]] = world.derived[key]
    yield from (one for target in sorted(targets) for one in known.get(target, ()))


Way = tuple[str, EventRule | Schedule | Api, str, str, str, str]


def _ways(world: World, subject: Function, targets: set[str]) -> Iterator[Way]:
    for schedule in _schedules(world, targets):
        to = schedule.target
        if to is not None and to.role_arn and schedule.state == "ENABLED":
            service = "scheduler.amazonaws.com"
            yield f"the schedule {schedule.name}", schedule, "target", service, to.role_arn, to.arn
    for event_rule in {one.arn: one for one in world.event_rules(subject)}.values():
        for target in event_rule.targets:
            if target.arn in targets and target.role_arn and event_rule.state == "ENABLED":
                what, service = f"the rule {event_rule.name}", "events.amazonaws.com"
                yield what, event_rule, "targets", service, target.role_arn, target.arn
    for api, way in world.integrations(subject):
        if ":role/" in way.credentials_arn:
            what, service = f"the API {api.name or api.api_id} ({way.route})", "apigateway.amazonaws.com"
            yield what, api, "integrations", service, way.credentials_arn, way.function_arn
