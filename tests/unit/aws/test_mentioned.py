"""What other resources name is found by its ARN, and what lies in a resource leads to the resource."""

from typing import Any

import pytest

from doctor.aws.collectors.mentioned import mentioned
from doctor.model.function import DeadLetterConfig, Environment, Function
from doctor.model.redacted import Redacted
from doctor.model.triggers import Queue

HERE = "eu-west-1:123456789012"


def function(**fields: Any) -> Function:
    return Function(function_name="f", function_arn=f"arn:aws:lambda:{HERE}:function:f", **fields)


def naming(text: str) -> set[str]:
    return mentioned([function(environment=Environment(variables={"NAME": text}))])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"arn:aws:sqs:{HERE}:orders", f"arn:aws:sqs:{HERE}:orders"),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/orders", f"arn:aws:sqs:{HERE}:orders"),
        (f"arn:aws:dynamodb:{HERE}:table/orders", f"arn:aws:dynamodb:{HERE}:table/orders"),
        (f"arn:aws:dynamodb:{HERE}:table/orders/index/by-day", f"arn:aws:dynamodb:{HERE}:table/orders"),
        (f"arn:aws:dynamodb:{HERE}:table/orders/stream/2026-11-23T10:00:00.000", f"arn:aws:dynamodb:{HERE}:table/orders"),
        (f"arn:aws:kinesis:{HERE}:stream/clicks/consumer/c:1", f"arn:aws:kinesis:{HERE}:stream/clicks"),
        ("arn:aws:s3:::invoices/2026/11.pdf", "arn:aws:s3:::invoices"),
        (f"arn:aws:sns:{HERE}:failed:01234567-0123-0123-0123-0123456789ab", f"arn:aws:sns:{HERE}:failed"),
        (f"arn:aws:kms:{HERE}:key/0123", f"arn:aws:kms:{HERE}:key/0123"),
        (f"arn:aws:kms:{HERE}:alias/mine", f"arn:aws:kms:{HERE}:alias/mine"),
        ("arn:aws-cn:sqs:cn-north-1:123456789012:orders", "arn:aws-cn:sqs:cn-north-1:123456789012:orders"),
    ],
)  # fmt: skip
def test_what_is_named_is_found(text: str, found: str) -> None:
    assert naming(text) == {found}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "orders",
        f"arn:aws:sqs:{HERE}:orders-*",
        "arn:aws:s3:::${bucket}",
        f"arn:aws:kms:{HERE}:alias/aws/sqs",
        f"arn:aws:lambda:{HERE}:function:other",
        f"see arn:aws:sqs:{HERE}:orders for more",
        "arn:aws:sqs:",
    ],
)
def test_patterns_and_what_is_read_elsewhere_are_left_out(text: str) -> None:
    assert naming(text) == set()


def test_it_is_found_in_every_part_of_a_resource() -> None:
    policy = {"Statement": [{"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::invoices"}}}]}
    one = function(
        dead_letter_config=DeadLetterConfig(target_arn=f"arn:aws:sns:{HERE}:failed"),
        kms_key_arn=f"arn:aws:kms:{HERE}:key/0123",
        policy=policy,
        environment=Environment(variables={"SECRET": Redacted(kind="value", length=3, digest="0")}),
    )

    assert mentioned([one]) == {
        f"arn:aws:sns:{HERE}:failed",
        f"arn:aws:kms:{HERE}:key/0123",
        "arn:aws:s3:::invoices",
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [("alias/mine", "alias/mine"), ("0123", "key/0123"), (f"arn:aws:kms:{HERE}:key/0123", "key/0123")],
)
def test_a_key_that_is_named_in_short_is_of_where_its_name_stands(name: str, found: str) -> None:
    queue = Queue(queue_arn=f"arn:aws:sqs:{HERE}:orders", kms_master_key_id=name)

    assert mentioned([queue]) == {queue.arn, f"arn:aws:kms:{HERE}:{found}"}


def test_awss_own_key_is_none_to_read() -> None:
    queue = Queue(queue_arn=f"arn:aws:sqs:{HERE}:orders", kms_master_key_id="alias/aws/sqs")

    assert mentioned([queue]) == {queue.arn}
