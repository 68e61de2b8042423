"""Which reads stand behind rules, and which IAM actions those reads need."""

from collections.abc import Iterable

from doctor.engine.facts import Fact
from doctor.engine.rule import Rule
from doctor.model.function import Function
from doctor.model.identity import Role
from doctor.model.triggers import Queue

GRAIN_READS: dict[type, tuple[str, ...]] = {
    Function: ("lambda:ListFunctions", "lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:ListAliases"),
    Role: ("iam:GetAccountAuthorizationDetails", "iam:GetRole"),
    Queue: ("sqs:GetQueueAttributes",),
}
"""The operations that bring the resources which rules look at one by one."""
ALWAYS = ("lambda:ListFunctions", "lambda:GetFunctionConfiguration")
"""What every look at an account begins with."""
REPRODUCING = (
    "lambda:GetFunction",
    "lambda:GetLayerVersion",
    "sqs:GetQueueUrl",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "s3:ListBucket",
    "s3:GetObject",
    "kinesis:GetShardIterator",
    "kinesis:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:GetRecords",
    "schemas:DescribeSchema",
)
"""IAM actions by which the code and the event of a failed invocation are read; none of them is needed for anything else."""
_ACTIONS = {
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "apigateway:GetIntegration": "apigateway:GET",
    "apigateway:GetResources": "apigateway:GET",
    "apigateway:GetRestApis": "apigateway:GET",
    "apigatewayv2:GetApis": "apigateway:GET",
    "apigatewayv2:GetIntegrations": "apigateway:GET",
}
"""IAM actions whose name is not the operation's."""
_PREFIXES = {"efs": "elasticfilesystem", "elbv2": "elasticloadbalancing"}
"""Services that IAM calls otherwise than botocore does."""


def operations(rules: Iterable[Rule]) -> set[str]:
    """The operations (``service:Operation``) that bring what the rules look at."""
    found = set(ALWAYS)
    for rule in rules:
        for _, need in rule.needs:
            found.update((*need.reads, *need.parts) if issubclass(need, Fact) else GRAIN_READS[need])
    return found


def actions(rules: Iterable[Rule]) -> set[str]:
    """The IAM actions that those operations need."""
    return {_ACTIONS.get(name) or _prefixed(name) for name in operations(rules)}


def _prefixed(name: str) -> str:
    service, _, operation = name.partition(":")
    return f"{_PREFIXES.get(service, service)}:{operation}"
