"""Which reads stand behind rules, and which IAM actions those reads need."""

from collections.abc import Iterable

from doctor.engine.facts import Fact
from doctor.engine.rule import Rule
from doctor.iam.operation_table import ACTIONS, PREFIXES, S3_ACTIONS
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
_WITH = {
    "events:ListRules": ("events:ListEventBuses", "events:ListRuleNamesByTarget"),
    "s3:GetBucketNotificationConfiguration": ("s3:GetBucketLocation",),
    "sns:ListSubscriptionsByTopic": ("sns:GetTopicAttributes", "sns:GetSubscriptionAttributes"),
    "elbv2:DescribeTargetGroups": ("elbv2:DescribeListeners", "elbv2:DescribeRules"),
}
"""What leads to an operation's answer, or belongs to it."""
BESIDE = (
    "apigateway:GetStages",
    "ecr:DescribeImages",
    "ecr:GetRepositoryPolicy",
    "iam:GetAccountAuthorizationDetails",
    "lambda:GetCodeSigningConfig",
    "lambda:GetFunctionCodeSigningConfig",
    "lambda:GetLayerVersionPolicy",
    "logs:DescribeLogStreams",
    "organizations:DescribeOrganization",
    "organizations:DescribePolicy",
    "organizations:ListParents",
    "organizations:ListPoliciesForTarget",
    "s3:GetBucketEncryption",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
)
"""What collecting reads too, though no rule cannot do without: it makes reading faster, an answer surer, or a report fuller."""


def operations(rules: Iterable[Rule]) -> set[str]:
    """The operations (``service:Operation``) that bring what the rules look at."""
    found = set(ALWAYS)
    for rule in rules:
        for _, need in rule.needs:
            found.update((*need.reads, *need.parts) if issubclass(need, Fact) else GRAIN_READS[need])
    return found.union(*(_WITH.get(name, ()) for name in found))


def actions(names: Iterable[str]) -> set[str]:
    """The IAM actions that operations (``service:Operation``) need."""
    return {action for name in names for action in _actions(name)}


def _actions(name: str) -> tuple[str, ...]:
    service, _, operation = name.partition(":")
    if service in ("apigateway", "apigatewayv2"):  # one action for each method of HTTP
        return ("apigateway:GET",)
    if service == "s3":
        return (f"s3:{S3_ACTIONS.get(operation, operation)}",)
    return ACTIONS.get(name) or (f"{PREFIXES.get(service, service)}:{operation}",)
