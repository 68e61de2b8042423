"""What a function's code asks of AWS by all that was seen of it, and what its role says to that."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar, Self

from msgspec.structs import replace

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.invocations import Invocations
from doctor.engine.facts.permissions import Permissions
from doctor.engine.world import Unseen, World
from doctor.logs.symptoms import symptom
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.decision import Decision
from doctor.model.finding import Evidence
from doctor.model.function import Function
from doctor.model.package import FromVariable, SdkCall
from doctor.model.record import Record, Shape
from doctor.model.telemetry import Change, Invocation, SymptomKind

_DATED = re.compile(r"\d{8}(v\d+)?$")
"""What CloudTrail writes behind the names of Lambda's operations."""
_REFUSED = "not authorized"
"""What every line says that tells of a denial."""

PACKAGE = "lambda:GetFunction"
"""The read that brings what is in a package."""


class Expected(Record):
    """One action on one resource that the code asks for, and that its role does not allow."""

    action: str
    resource: str
    """ARN; empty: which one is not known, and the role allows the action on none."""
    decision: Decision | None
    """``None`` where no resource is known."""
    evidence: Evidence
    told: str
    """Where it was seen, in words: ``app.py, line 7``."""
    within: str = ""
    """What the ARN begins with, where more of it is not known."""
    condition: tuple[tuple[str, str], ...] = ()
    """Condition keys that a statement for it can be bound to."""

    @property
    def request(self) -> str:
        """What will be refused: ``dynamodb:PutItem on arn:…``."""
        what = self.resource or (f"anything in {self.within}" if self.within else "anything")
        return f"{self.action} on {what}"


class Foreseen(Fact):
    """What the code of one version will be refused: calls in its source, denials in its log that it got over, what it once did.

    Nothing is told of what may be allowed: where neither action nor resource is known for certain, and for code that
    takes on other roles.
    """

    reads = Permissions.reads
    parts: ClassVar[tuple[str, ...]] = (
        "lambda:GetFunction",
        "logs:FilterLogEvents",
        "cloudtrail:LookupEvents",
        "xray:GetTraceSummaries",
        "xray:BatchGetTraces",
        "dynamodb:GetResourcePolicy",
        "kinesis:GetResourcePolicy",
        "kms:ListAliases",
    )

    those: tuple[Expected, ...]
    permissions: Permissions
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Decide what was seen.

        Raises:
            Unseen: nothing tells what the code asks for and a part of what would was not read, or the role of a function
                that asks for anything was not.
        """
        from doctor.iam.layers import carrier

        unseen = unread(world, subject)
        if unseen is not None and is_untold(world, subject):
            raise Unseen(unseen)
        permissions = world.fact(Permissions, subject)
        seen = [*_in_source(subject), *done(world, subject)]
        ran = world.invocations(subject) if _REFUSED in world.spoken(subject) else ()
        logged = list(written_down(ran, permissions.session, subject.log_group_arn))
        logged += refused_in_history(world, permissions.session)
        if permissions.unseen is not None and (seen or logged):
            raise Unseen(permissions.unseen)
        found: dict[tuple[str, str], Expected] = {}
        for call, evidence, told in seen:
            for one in _refused(permissions, call, evidence, told):
                found.setdefault((one.action, one.resource), one)
            unseen = unseen or _open(world, permissions, call)
        for action, resource, evidence, told in logged:
            decision = permissions.can(action, resource)
            if decision.lacking or decision.explicit:
                found[action, resource] = _expected(decision, evidence, told)
        for one in found.values():
            world.get(carrier(one.resource), Shape)  # what is decided hangs on its policy
        return cls(those=tuple(found.values()), permissions=permissions, unseen=unseen)

    def require_all(self) -> None:
        """Raise ``Unseen`` when there may be more: package, log or history was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def unread(world: World, function: Function) -> Gap | None:
    """What kept from being read what may tell of calls; left out on purpose is unread like anything else."""
    for read in world.gapped((PACKAGE, *Invocations.reads, "cloudtrail:LookupEvents")):
        place = {PACKAGE: function.arn, "cloudtrail:LookupEvents": ""}.get(read, function.log_group_arn)
        gap = world.gap(read, place)
        if gap is not None:
            return gap
    return None


def is_untold(world: World, function: Function) -> bool:
    """Whether nothing that was read tells what the code asks for: neither its package, nor its log, nor CloudTrail or X-Ray."""
    if function.package is not None or world.acted(function):
        return False
    return _REFUSED not in world.spoken(function)


def require_package(world: World, function: Function) -> None:
    """Raise ``Unseen`` when what is in the package was not read, whatever the reason."""
    if function.package is None:
        world.require(PACKAGE, function.arn)


def _here(permissions: Permissions, call: Call) -> Call:
    """A call to the function's own account and region, where it names none."""
    where = permissions.function.arn
    return replace(call, account=call.account or arns.account(where), region=call.region or arns.region(where))


def _refused(permissions: Permissions, call: Call, evidence: Evidence, told: str) -> Iterator[Expected]:
    from doctor.iam.asked import asked

    for one in asked(_here(permissions, call)):
        if one.resource:
            decision = permissions.can(one.action, one.resource, one.context)
            if decision.lacking:
                condition = tuple((key, str(value)) for key, value in one.context.items())
                yield _expected(decision, evidence, told, condition)
        elif permissions.never(one.action, one.within):
            yield Expected(
                action=one.action, resource="", within=one.within, decision=None, evidence=evidence, told=told
            )


_POLICIES = {
    "sqs": "sqs:GetQueueAttributes",
    "sns": "sns:GetTopicAttributes",
    "s3": "s3:GetBucketPolicy",
    "kms": "kms:GetKeyPolicy",
    "secretsmanager": "secretsmanager:GetResourcePolicy",
    "dynamodb": "dynamodb:GetResourcePolicy",
    "kinesis": "kinesis:GetResourcePolicy",
}
"""By service: the read that brings the policy of a resource, on which it may hang whether a call is refused."""


def _open(world: World, permissions: Permissions, call: Call) -> Gap | None:
    """The gap for which it was not decided whether the role may make a call; ``None``: it was."""
    from doctor.iam.asked import asked
    from doctor.iam.layers import carrier

    for one in asked(_here(permissions, call)):
        read = _POLICIES.get(arns.service(one.resource))
        gap = world.gap(read, carrier(one.resource)) if read else None
        if gap is not None and permissions.can(one.action, one.resource, one.context).result == "depends":
            return gap
    return None


def _expected(
    decision: Decision, evidence: Evidence, told: str, condition: tuple[tuple[str, str], ...] = ()
) -> Expected:
    return Expected(
        action=decision.action,
        resource=decision.resource,
        decision=decision,
        evidence=evidence,
        told=told,
        condition=condition,
    )


def calls_of(function: Function) -> Iterator[tuple[SdkCall, Call]]:
    """The calls in a function's own source that its handler leads to, with what is known of their parameters."""
    if function.package is None:
        return
    source = function.package.source
    for one in source.calls:
        if not source.reached or one.path in source.reached:
            yield one, Call(service=one.service, operation=one.operation, parameters=_parameters(function, one))


def _parameters(function: Function, one: SdkCall) -> dict[str, str]:
    values = {
        name: function.environment.variables.get(value.variable) if isinstance(value, FromVariable) else value
        for name, value in one.parameters.items()
    }
    return {name: value for name, value in values.items() if isinstance(value, str) and value}


def _in_source(function: Function) -> Iterator[tuple[Call, Evidence, str]]:
    found = list(calls_of(function))
    takes_on = any(call.name == "sts:AssumeRole" for _, call in found)
    for one, call in found:
        if not takes_on or call.service == "sts":
            field = f"Package.source.calls[{one.path}].operation"
            evidence = Evidence(resource=function.arn, field=field, value=one.operation, source="lambda:GetFunction")
            yield call, evidence, f"{one.path}, line {one.line}"


def done(world: World, function: Function) -> Iterator[tuple[Call, Evidence, str]]:
    """What CloudTrail tells that sessions of the function did, whose name is the session's, and what X-Ray recorded of its code."""
    for change in world.snapshot.changes:
        if change.username == function.function_name:
            call = Call(service=change.event_source.split(".", 1)[0], operation=_DATED.sub("", change.event_name))
            yield call, _cite(function, change), f"CloudTrail, {change.event_time:%Y-%m-%d %H:%M}"
    for one in world.snapshot.traced:
        if one.function == arns.unqualified(function.arn):
            call = Call(
                service=one.service, operation=one.operation, parameters=dict(one.parameters), region=one.region
            )
            field = f"{one.service}:{one.operation}"
            cited = Evidence(
                resource=function.arn, field=field, value=one.trace_id, source="xray:BatchGetTraces", at=one.at
            )
            yield call, cited, f"X-Ray, {one.at:%Y-%m-%d %H:%M}"


def refused_in_history(world: World, session: str) -> Iterator[tuple[str, str, Evidence, str]]:
    """What CloudTrail tells that AWS refused to the function's role, also where the code said nothing of it."""
    from doctor.iam.catalogue import spelled
    from doctor.iam.messages import find_denial

    for one in world.snapshot.refused:
        denial = find_denial(one.error_message)
        if denial is not None and denial.principal == session and denial.resource.startswith("arn:"):
            action = spelled(denial.action)
            evidence = Evidence(
                resource=denial.resource,
                field=f"{one.event_source} {one.event_name} refused",
                value=denial.text,
                source="cloudtrail:LookupEvents",
                at=one.event_time,
            )
            yield action, denial.resource, evidence, f"CloudTrail, {one.event_time:%Y-%m-%d %H:%M}"


def _cite(function: Function, change: Change) -> Evidence:
    return Evidence(
        resource=function.arn,
        field=f"{change.event_source} {change.event_name}",
        value=change.event_id,
        source="cloudtrail:LookupEvents",
        at=change.event_time,
    )


def written_down(those: Iterable[Invocation], session: str, group: str) -> Iterator[tuple[str, str, Evidence, str]]:
    """Denials of the function's own role that the code wrote down, in invocations that did not end by them."""
    from doctor.iam.catalogue import spelled
    from doctor.iam.messages import find_denials

    for one in those:
        seen = symptom(one)
        if seen is not None and seen.kind is SymptomKind.DENIED:
            continue
        for line in one.own_lines:
            for denial in find_denials(line.message) if _REFUSED in line.message else ():
                if denial.principal == session and denial.resource.startswith("arn:"):
                    action = spelled(denial.action)
                    evidence = Evidence(
                        resource=group,
                        field=f"{action} on {arns.name(denial.resource)}",
                        value=denial.text,
                        source="logs:FilterLogEvents",
                        at=line.at,
                    )
                    yield action, denial.resource, evidence, f"its log, {line.at:%Y-%m-%d %H:%M}"
