"""What a function was seen to need: by its configuration, its source, its log, its traces and CloudTrail."""

from collections.abc import Iterator

from msgspec.structs import replace

from doctor.engine.facts.deliveries import configured, delivery_wants
from doctor.engine.facts.foreseen import calls_of, done, refused_in_history, written_down
from doctor.engine.facts.poller_access import polling_wants
from doctor.engine.facts.role_needs import key_wants
from doctor.engine.operations.role_policies import Wanted
from doctor.engine.world import World
from doctor.iam.asked import asked
from doctor.iam.authority import session_arn
from doctor.iam.messages import find_denials
from doctor.model import arns
from doctor.model.allowance import SeenNeed
from doctor.model.call import Call
from doctor.model.function import Function
from doctor.model.record import Shape

_INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
_READ_SOURCES = ("python", "nodejs")


def seen_needs(world: World, function: Function) -> Iterator[SeenNeed]:
    """Everything that was seen, the surest first; one need may be told by several places."""
    yield from _by_configuration(world, function)
    for one, call in calls_of(function):
        yield from _of_call(function, call, f"{one.path}, line {one.line}")
    for call, _, told in done(world, function):
        yield from _of_call(function, call, told)
    those = world.invocations(function)
    told_apart = (
        *written_down(those, session_arn(function), function.log_group_arn),
        *refused_in_history(world, session_arn(function)),
    )
    for action, resource, _, told in told_apart:
        yield SeenNeed(action=action, resource=resource, told=told)
    for ran in those:
        for denial in find_denials(ran.error_message):
            if denial.principal == session_arn(function) and denial.action:
                resource = denial.resource if denial.resource.startswith("arn:") else ""
                yield SeenNeed(action=denial.action, resource=resource, told=f"its log, {ran.at:%Y-%m-%d %H:%M}")


def _of_call(function: Function, call: Call, told: str) -> Iterator[SeenNeed]:
    here = replace(call, account=arns.account(function.arn), region=call.region or arns.region(function.arn))
    for one in asked(here):
        resource = one.resource or (f"{one.within}*" if one.within else "")
        yield SeenNeed(action=one.action, resource="" if resource == "*" else resource, told=told)


def _by_configuration(world: World, function: Function) -> Iterator[SeenNeed]:
    for action in ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"):
        yield SeenNeed(action=action, resource=f"{function.log_group_arn}:*", told="its log group")
    if function.vpc_config.subnet_ids:
        yield from (SeenNeed(action=action, told="its VPC") for action in _INTERFACES)
    if function.tracing_config.mode == "Active":
        yield from (
            SeenNeed(action=f"xray:{one}", told="tracing") for one in ("PutTraceSegments", "PutTelemetryRecords")
        )
    if function.kms_key_arn:
        yield SeenNeed(action="kms:Decrypt", resource=function.kms_key_arn, told="its environment's key")
    for system in function.file_system_configs:
        for action in ("ClientMount", "ClientWrite"):
            yield SeenNeed(action=f"elasticfilesystem:{action}", resource=system.arn, told="its file system")
    for mapping in world.mappings(function):
        source = mapping.event_source_arn
        wants = [*polling_wants(source), *key_wants(world, world.get(source, Shape), "Decrypt")] if source else []
        yield from _of_wants(wants, f"its poller of {arns.name(source)}" if source else "")
    for target, purpose, _ in configured(world, function):
        wants = [*delivery_wants(target), *key_wants(world, world.get(target, Shape), "GenerateDataKey", "Decrypt")]
        yield from _of_wants(wants, f"{purpose} {arns.name(target)}")


def _of_wants(wants: list[Wanted | tuple[Wanted, ...]], told: str) -> Iterator[SeenNeed]:
    for one in wants:
        for want in (one,) if isinstance(one, Wanted) else one:
            resource = "" if want.resource == "*" else want.resource
            yield SeenNeed(action=want.action, resource=resource, told=told)


def unseen(world: World, function: Function) -> Iterator[str]:
    """What would show more, and was not read."""
    if function.package is None:
        gap = world.gap("lambda:GetFunction", function.arn)
        why = (gap.error or gap.reason.replace("_", " ")) if gap else ""
        yield f"its source was not read{f': {why}' if why else ''}"
    elif not (function.runtime or "").startswith(_READ_SOURCES):
        yield f"source of {function.runtime or 'a container image'} is not read: what the code calls is not known"
    elif function.package.unread:
        yield f"{len(function.package.unread)} files of its package were not read whole"
    if world.gap("logs:FilterLogEvents", function.log_group_arn):
        yield "its log was not read"
    if world.gap("cloudtrail:LookupEvents"):
        yield "CloudTrail's history was not read"
    if function.tracing_config.mode == "Active" and world.gap("xray:GetTraceSummaries", function.arn):
        yield "its traces were not read"
