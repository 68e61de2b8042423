"""The triggers' own side, and what functions talk to: queues, rules, tables, log groups."""

from doctor.aws.decode import JSON
from doctor.aws.draft import Draft
from doctor.model.function import Function
from doctor.model.triggers import EventRule, LogGroup, Queue, Table


def queues(draft: Draft) -> None:
    """Every queue of the region, with its attributes."""
    for url in (draft.read("sqs", "ListQueues") or {}).get("QueueUrls", ()):
        account, name = url.rsplit("/", 2)[1:]
        arn = f"arn:aws:sqs:{draft.aws.region}:{account}:{name}"
        answer = draft.read("sqs", "GetQueueAttributes", about=arn, QueueUrl=url, AttributeNames=["All"])
        if answer is None:
            continue
        attributes = {key: value for key, value in answer.get("Attributes", {}).items() if key not in _PASSING}
        queue = draft.decode(Queue, attributes, "sqs:GetQueueAttributes", about=arn, decoders=_DOCUMENTS)
        if queue is not None:
            draft.add(queue)


_DOCUMENTS = {"RedrivePolicy": JSON, "Policy": JSON}
_PASSING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
"""Attributes that count messages: true for a second, so they are metrics, not configuration."""


def event_rules(draft: Draft) -> None:
    """Every rule of the default event bus, with its targets."""
    for raw in (draft.read("events", "ListRules") or {}).get("Rules", ()):
        answer = draft.read("events", "ListTargetsByRule", about=raw["Arn"], Rule=raw["Name"]) or {}
        draft.add_all(EventRule, [{**raw, "Targets": answer.get("Targets", ())}], "events:ListRules")


def tables(draft: Draft) -> None:
    """Every DynamoDB table of the region."""
    for name in (draft.read("dynamodb", "ListTables") or {}).get("TableNames", ()):
        arn = f"arn:aws:dynamodb:{draft.aws.region}:{draft.aws.account}:table/{name}"
        answer = draft.read("dynamodb", "DescribeTable", about=arn, TableName=name)
        if answer is not None:
            draft.add_all(Table, [answer["Table"]], "dynamodb:DescribeTable")


def log_groups(draft: Draft, functions: list[Function]) -> None:
    """The log groups that functions write to."""
    wanted = {function.log_group for function in functions}
    answer = draft.read("logs", "DescribeLogGroups") or {}
    for raw in answer.get("logGroups", ()):
        if raw["logGroupName"] in wanted:
            arn = raw.get("logGroupArn") or raw["arn"].removesuffix(":*")
            draft.add_all(LogGroup, [{**raw, "logGroupArn": arn}], "logs:DescribeLogGroups")
