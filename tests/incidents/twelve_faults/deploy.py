"""Functions with their roles and log groups, as a deployment leaves them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from msgspec.structs import replace

from doctor.code import zipped
from doctor.code.facts import facts
from doctor.model.function import Environment, Function, LoggingConfig, VpcConfig
from doctor.model.identity import (
    AttachedPermissionsBoundary,
    AttachedPolicy,
    ManagedPolicy,
    PolicyDetail,
    PolicyVersion,
    Role,
)
from doctor.model.moments import rfc3339
from doctor.model.redaction import redact
from doctor.model.telemetry import Change
from doctor.model.triggers import LogGroup
from tests.incidents.twelve_faults.scene import (
    CODE,
    REDACTION_KEY,
    ago,
    chance,
    function_arn,
    hexadecimal,
    identifier,
    log_group_arn,
    role_arn,
)

LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def allow(actions: str | Sequence[str], resource: str | Sequence[str], **more: Any) -> dict[str, Any]:
    return {**more, "Effect": "Allow", "Action": actions, "Resource": resource}


def deny(actions: str | Sequence[str], resource: str | Sequence[str], **more: Any) -> dict[str, Any]:
    return {**more, "Effect": "Deny", "Action": actions, "Resource": resource}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def managed_policy(arn: str, *statements: dict[str, Any], version: str = "v1") -> ManagedPolicy:
    *path, name = arn.split(":policy/")[1].split("/")
    return ManagedPolicy(
        arn=arn,
        policy_name=name,
        path="/" + "".join(f"{part}/" for part in path),
        default_version_id=version,
        policy_version_list=(
            PolicyVersion(document=document(*statements), version_id=version, is_default_version=True),
        ),
    )


_AWS = "arn:aws:iam::aws:policy/service-role/"
BASIC = managed_policy(f"{_AWS}AWSLambdaBasicExecutionRole", allow(LOGS, "*"))
VPC_ACCESS = managed_policy(
    f"{_AWS}AWSLambdaVPCAccessExecutionRole",
    allow((*LOGS, *INTERFACES), "*", Sid="AWSLambdaVPCAccessExecutionPermissions"),
    version="v3",
)
SQS_QUEUE = managed_policy(f"{_AWS}AWSLambdaSQSQueueExecutionRole", allow((*POLLING, *LOGS), "*"))


def execution_role(
    function: str,
    *managed: ManagedPolicy,
    inline: Mapping[str, dict[str, Any]] | None = None,
    boundary: ManagedPolicy | None = None,
) -> Role:
    """The role of a function, with the AWS managed policy for logs unless others are named."""
    name = f"{function}-role"
    return Role(
        arn=role_arn(name),
        role_name=name,
        role_id=f"AROA{hexadecimal(17, name).upper()}",
        assume_role_policy_document=document(
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ),
        role_policy_list=tuple(
            PolicyDetail(policy_name=title, policy_document=body) for title, body in (inline or {}).items()
        ),
        attached_managed_policies=tuple(
            AttachedPolicy(policy_name=one.policy_name, policy_arn=one.arn) for one in managed or (BASIC,)
        ),
        permissions_boundary=_attached(boundary) if boundary else None,
    )


def _attached(boundary: ManagedPolicy) -> AttachedPermissionsBoundary:
    return AttachedPermissionsBoundary(
        permissions_boundary_type="PermissionsBoundaryPolicy",
        permissions_boundary_arn=boundary.arn,
    )


def function(
    name: str,
    *,
    runtime: str,
    handler: str,
    timeout: int,
    memory: int = 128,
    modified: datetime | None = None,
    variables: Mapping[str, str] | None = None,
    vpc: VpcConfig | None = None,
    log_format: str = "Text",
    description: str = "",
    reserved: int | None = None,
) -> Function:
    """The ``$LATEST`` of a function whose code lies in the incident; its environment is redacted as a collector would."""
    package = _package(name)
    return Function(
        function_name=name,
        function_arn=function_arn(name),
        runtime=runtime,
        role=role_arn(f"{name}-role"),
        handler=handler,
        code_size=len(package),
        code_sha256=zipped.sha256(package),
        timeout=timeout,
        memory_size=memory,
        last_modified=rfc3339(modified or ago(days=12, hours=chance(name).random() * 20)),
        description=description,
        environment=Environment(
            variables={key: redact(value, REDACTION_KEY) for key, value in (variables or {}).items()},
        ),
        vpc_config=vpc or VpcConfig(),
        logging_config=_logging(name, log_format),
        revision_id=identifier(name, "revision", "$LATEST"),
        reserved_concurrent_executions=reserved,
        package=facts(package, handler=handler, runtime=runtime),
    )


def published(latest: Function, version: str, modified: datetime) -> Function:
    """A version that was published from ``$LATEST`` as it is, with its package."""
    return replace(
        latest,
        function_arn=function_arn(latest.function_name, version),
        version=version,
        last_modified=rfc3339(modified),
        revision_id=identifier(latest.function_name, "revision", version),
    )


def invoke_permission(
    name: str,
    *,
    sid: str,
    service: str,
    source_arn: str,
    qualifier: str = "$LATEST",
) -> dict[str, Any]:
    """A resource policy with the statement that AddPermission writes for a service's one resource."""
    return {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [
            {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": function_arn(name, qualifier),
                "Condition": {"ArnLike": {"AWS:SourceArn": source_arn}},
            },
        ],
    }


def log_group(name: str, retention: int | None = 30) -> LogGroup:
    group = f"/aws/lambda/{name}"
    return LogGroup(log_group_arn=log_group_arn(group), log_group_name=group, retention_in_days=retention)


def change(at: datetime, event: str, service: str, *resources: str, by: str = "deploy-pipeline") -> Change:
    """A management event of CloudTrail."""
    return Change(
        event_id=identifier(event, at.isoformat(), *resources),
        event_name=event,
        event_time=at,
        event_source=f"{service}.amazonaws.com",
        username=by,
        resources=resources,
    )


def _logging(name: str, log_format: str) -> LoggingConfig:
    group = f"/aws/lambda/{name}"
    if log_format == "Text":
        return LoggingConfig(log_group=group)
    return LoggingConfig(log_format=log_format, log_group=group, application_log_level="INFO", system_log_level="INFO")


@cache
def _package(name: str) -> bytes:
    return zipped.zip_directory(CODE / name)
