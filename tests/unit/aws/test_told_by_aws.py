"""What AWS tells of resources' policies, of keys' names and of a function's traces, as the snapshot keeps it."""

import json
from typing import Any

import pytest

from doctor.aws.collectors import mentioned, traces, unread
from doctor.aws.draft import Draft
from doctor.aws.refusals import AwsError
from doctor.model.call import Call
from doctor.model.function import TracingConfig
from doctor.model.snapshot import Scope
from doctor.model.sources import Key, Stream
from doctor.model.telemetry import TracedCall
from doctor.model.triggers import Table
from doctor.testing.world import ACCOUNT, NOW, REGION, document, function
from tests.unit.aws.told import Told

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
POLICY = document({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
TABLE_ANSWER = {"Table": {"TableArn": TABLE, "TableName": "orders"}}
STREAM_ANSWER = {"StreamDescriptionSummary": {"StreamARN": STREAM, "StreamName": "clicks"}}


def draft_of(answers: dict[str, Any]) -> Draft:
    def answer(call: Call) -> Any:
        told = answers.get(call.name)
        if isinstance(told, str):
            raise AwsError(call, told, "words", "denied" if "Denied" in told else "absent")
        return told

    return Draft(Told(answer), Scope(account=ACCOUNT, region=REGION), NOW, b"k")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "policy"),
    [
        ({"Policy": json.dumps(POLICY)}, POLICY),
        ("PolicyNotFoundException", {}),
        ({"Policy": "{}"}, {}),
        ("AccessDeniedException", None),
    ],
)
def test_a_policy_is_there_or_not_or_was_not_read(answer: Any, policy: Any) -> None:
    """Which of the three it is decides whether an answer about the resource is certain."""
    table = draft_of({"dynamodb:DescribeTable": TABLE_ANSWER, "dynamodb:GetResourcePolicy": answer})
    mentioned.table(table, TABLE)
    stream = draft_of({"kinesis:DescribeStreamSummary": STREAM_ANSWER, "kinesis:GetResourcePolicy": answer})
    mentioned.stream(stream, STREAM)

    assert [one.policy for one in table.all(Table)] == [policy]
    assert [one.policy for one in stream.all(Stream)] == [policy]


def test_a_key_that_an_alias_named_is_kept_under_its_own_arn_with_all_its_names() -> None:
    draft = draft_of(
        {
            "kms:DescribeKey": {"KeyMetadata": {"Arn": KEY, "KeyId": "0123", "KeyState": "Enabled"}},
            "kms:GetKeyPolicy": {"Policy": json.dumps(POLICY)},
            "kms:ListGrants": {"Grants": []},
            "kms:ListAliases": {"Aliases": [{"AliasName": "alias/b"}, {"AliasName": "alias/a"}]},
        }
    )
    mentioned.key(draft, f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/a")

    assert [(one.arn, one.aliases) for one in draft.all(Key)] == [(KEY, ("alias/a", "alias/b"))]


SEGMENT = {
    "name": "f",
    "origin": "AWS::Lambda::Function",
    "subsegments": [
        {
            "name": "Invocation",
            "subsegments": [
                {
                    "name": "DynamoDB",
                    "namespace": "aws",
                    "start_time": 1795430000.5,
                    "aws": {"operation": "PutItem", "table_name": "orders", "region": REGION, "request_id": "R"},
                },
                {
                    "name": "S3",
                    "namespace": "aws",
                    "start_time": 1795430001.0,
                    "aws": {"operation": "getObject", "bucket_name": "b", "key": "secret-name.pdf"},
                },
                {"name": "example.com", "namespace": "remote", "start_time": 1795430001.0},
            ],
        }
    ],
}


def traced(documents: list[str], **answers: Any) -> tuple[Draft, list[TracedCall]]:
    told = {"Id": "1-5f-1", "Segments": [{"Id": str(at), "Document": one} for at, one in enumerate(documents)]}
    draft = draft_of(
        {
            "xray:GetTraceSummaries": {"TraceSummaries": [{"Id": "1-5f-1"}]},
            "xray:BatchGetTraces": {"Traces": [told]},
            **answers,
        }
    )
    traces.traced(draft, function(tracing_config=TracingConfig(mode="Active")))
    return draft, draft.traced


def test_a_trace_tells_the_calls_that_the_code_made_and_on_what() -> None:
    _, found = traced([json.dumps(SEGMENT), json.dumps(SEGMENT)])

    assert [(one.service, one.operation, one.parameters) for one in found] == [
        ("dynamodb", "PutItem", {"TableName": "orders"}),
        ("s3", "GetObject", {"Bucket": "b"}),
    ]
    assert found[0].at.year == 2026


@pytest.mark.parametrize("text", ["", "no", "[]", "{}", '{"name": "f", "subsegments": [1, {"namespace": "aws"}]}'])
def test_a_segment_that_is_none_tells_nothing(text: str) -> None:
    draft, found = traced([text])

    assert found == []
    assert not draft.noted("xray:BatchGetTraces", function().arn)


def test_traces_that_may_not_be_read_are_a_gap() -> None:
    draft, found = traced([], **{"xray:GetTraceSummaries": "AccessDeniedException"})

    assert found == []
    assert draft.noted("xray:GetTraceSummaries", function().arn)


def told_unread(*principals: str) -> dict[str, str]:
    """What is said about one function, by call, when its policy lets services in."""
    statements = [{"Effect": "Allow", "Principal": {"Service": one}, "Action": "lambda:*"} for one in principals]
    one = function(policy=document(*statements))
    draft = draft_of({})
    draft.add(one)
    return {gap.call.name: gap.error for gap in unread.gaps(draft) if gap.resource == one.arn}


def test_who_else_invokes_a_function_is_a_gap_where_its_policy_lets_them_in() -> None:
    assert set(told_unread("logs.eu-west-1.amazonaws.com", "iot.amazonaws.com")) == {
        "logs:DescribeSubscriptionFilters",
        "iot:ListTopicRules",
    }
    assert told_unread("events.amazonaws.com") == {}
