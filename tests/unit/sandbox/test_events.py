"""Events as triggers send them: of the account's own names, the same each time, and such as filters let through."""

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.model.invoker import Invoker
from doctor.sandbox.events.generated import KINDS, generated
from doctor.sandbox.events.pattern import example
from doctor.sandbox.events.stamp import Stamp

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:demo"
STAMP = Stamp(now=datetime(2026, 11, 23, 10, 42, tzinfo=UTC), function=ARN)
_AT = "eu-west-1:123456789012"


def made(kind: str, source: str = "", **facts: Any) -> Any:
    return generated(Invoker(kind=kind, source=source, facts=facts), STAMP)


def at(event: Any, path: str) -> Any:
    for part in path.split("."):
        event = event[int(part)] if part.isdigit() else event[part]
    return event


CASES = [
    (made("sqs", f"arn:aws:sqs:{_AT}:orders"), "Records.0.eventSourceARN", f"arn:aws:sqs:{_AT}:orders"),
    (
        made("sqs", "", filters=[{"body": {"a": {"b": [{"prefix": "x-"}]}}}]),
        "Records.0.body",
        '{"a": {"b": "x-example"}}',
    ),
    (made("sqs", f"arn:aws:sqs:{_AT}:o.fifo"), "Records.0.attributes.MessageGroupId", "example"),
    (made("sns", f"arn:aws:sns:{_AT}:news"), "Records.0.Sns.TopicArn", f"arn:aws:sns:{_AT}:news"),
    (made("sns", "", filter={"kind": ["a", "b"]}), "Records.0.Sns.MessageAttributes.kind.Value", "a"),
    (made("sns", "", filter={"kind": ["a"]}, scope="MessageBody"), "Records.0.Sns.Message", '{"kind": "a"}'),
    (made("kinesis", f"arn:aws:kinesis:{_AT}:stream/s"), "Records.0.eventSourceARN", f"arn:aws:kinesis:{_AT}:stream/s"),
    (made("dynamodb", "t", keys={"pk": "S", "sk": "N"}), "Records.0.dynamodb.Keys.sk", {"N": "1"}),
    (made("dynamodb", "t", filters=[{"eventName": ["REMOVE"]}]), "Records.0.eventName", "REMOVE"),
    (made("kafka", f"arn:aws:kafka:{_AT}:cluster/c/1", topics=["t"]), "records.t-0.0.topic", "t"),
    (made("kafka", ""), "eventSource", "SelfManagedKafka"),
    (made("mq", "b", queues=["q"]), "messages.0.destination.physicalName", "q"),
    (made("mq", "b", queues=["q"], engine="RABBITMQ"), "rmqMessagesByQueue.q::/.0.redelivered", False),
    (made("apigateway", "", route="POST /orders/{id}", stage="prod"), "requestContext.path", "/prod/orders/example"),
    (made("apigateway", "", route="ANY /{proxy+}"), "pathParameters", {"proxy": "example"}),
    (made("apigatewayv2", "", route="GET /orders/{id}", api="a1"), "routeKey", "GET /orders/{id}"),
    (made("apigatewayv2", "", route="$default"), "rawPath", "/"),
    (made("url", "https://abc.lambda-url.eu-west-1.on.aws/"), "requestContext.domainPrefix", "abc"),
    (made("websocket", "", route="$connect"), "requestContext.eventType", "CONNECT"),
    (made("websocket", "", route="send"), "body", '{"action": "send"}'),
    (made("alb", "tg", path="/api/*", host="www.example.com"), "path", "/api/example"),
    (made("alb", "tg"), "requestContext.elb.targetGroupArn", "tg"),
    (made("s3", "arn:aws:s3:::uploads"), "Records.0.s3.bucket.name", "uploads"),
    (made("s3", "", events=["s3:ObjectRemoved:*"]), "Records.0.eventName", "ObjectRemoved:Delete"),
    (
        made(
            "s3",
            "",
            filter={"Key": {"FilterRules": [{"Name": "Prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".csv"}]}},
        ),
        "Records.0.s3.object.key",
        "in/example.csv",
    ),
    (made("events", "r", schedule="rate(1 hour)"), "detail-type", "Scheduled Event"),
    (
        made("events", "r", pattern='{"source": ["aws.ec2"], "detail": {"state": ["stopped"]}}'),
        "detail.state",
        "stopped",
    ),
    (made("events", "r", Input='{"own": 1}'), "own", 1),
    (made("scheduler", "s"), "source", "aws.scheduler"),
    (made("scheduler", "s", Input='{"own": 1}'), "own", 1),
    (made("cognito", f"arn:aws:cognito-idp:{_AT}:userpool/eu-west-1_AbC"), "userPoolId", "eu-west-1_AbC"),
    (made("ses"), "Records.0.ses.receipt.action.functionArn", ARN),
    (made("cloudformation"), "ServiceToken", ARN),
    (made("secretsmanager", "sec"), "SecretId", "sec"),
]


@pytest.mark.parametrize(("event", "path", "wanted"), CASES)
def test_an_event_names_what_sends_it(event: Any, path: str, wanted: Any) -> None:
    assert at(event, path) == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_json_and_the_same_each_time(kind: str) -> None:
    assert json.dumps(made(kind)) == json.dumps(made(kind))
    assert isinstance(made(kind), dict)


def test_a_log_subscription_is_compressed() -> None:
    event = made("logs", f"arn:aws:logs:{_AT}:log-group:/aws/ecs/web:*")
    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))

    assert (told["logGroup"], told["messageType"]) == ("/aws/ecs/web", "DATA_MESSAGE")


_SCALARS = st.sampled_from(["a", "b-c", 1, True])
_ONE = st.one_of(
    _SCALARS,
    st.just({"prefix": "in/"}),
    st.just({"suffix": ".csv"}),
    st.just({"anything-but": ["example", "b"]}),
    st.just({"anything-but": [1, 5]}),
    st.just({"exists": True}),
    st.just({"exists": False}),
    st.sampled_from(
        [{"numeric": [">", 0, "<", 1]}, {"numeric": ["=", 7]}, {"numeric": ["<", 3]}, {"numeric": [">=", 2]}]
    ),
    st.just({"equals-ignore-case": "AbC"}),
    st.just({"wildcard": "in/*/x*.csv"}),
)
_LEAVES = st.lists(_ONE, min_size=1, max_size=3)
_PATTERNS = st.recursive(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), _LEAVES, min_size=1),
    lambda inner: st.dictionaries(st.sampled_from(["d", "e"]), st.one_of(inner, _LEAVES), min_size=1),
    max_leaves=6,
)


@given(_PATTERNS)
def test_what_a_pattern_is_answered_with_it_lets_through(pattern: dict[str, Any]) -> None:
    assert _lets_through(pattern, example(pattern))


def _lets_through(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """EventBridge's rules, written the other way round."""
    for name, part in pattern.items():
        value = event.get(name)
        if isinstance(part, dict):
            if not _lets_through(part, value if isinstance(value, dict) else {}):
                return False
        elif not any(_fits(one, name in event, value) for one in part):
            return False
    return True


def _fits(one: Any, there: bool, value: Any) -> bool:
    if not isinstance(one, dict):
        return there and value == one
    ((operator, wanted),) = one.items()
    if operator == "exists":
        return there is wanted
    text = str(value)
    return (
        there
        and {
            "prefix": lambda: text.startswith(wanted),
            "suffix": lambda: text.endswith(wanted),
            "anything-but": lambda: value not in wanted,
            "equals-ignore-case": lambda: text.lower() == wanted.lower(),
            "wildcard": lambda: text == wanted.replace("*", "x"),
            "numeric": lambda: all(_compared(value, *pair) for pair in zip(wanted[::2], wanted[1::2], strict=True)),
        }[operator]()
    )


def _compared(value: float, operator: str, bound: float) -> bool:
    return {"=": value == bound, "<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound}[
        operator
    ]
