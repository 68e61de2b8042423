"""Values in words."""

from datetime import timedelta

import msgspec
import pytest

from doctor.model.call import Call, Ref
from doctor.model.redacted import Redacted
from doctor.report.lines import words

SECRET = Redacted(kind="credential", length=40, digest="abcdef")


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "0 ms"), (412.4, "412 ms"), (3003, "3.00 s"), (901_000, "901 s")]
)
def test_durations(milliseconds: float, text: str) -> None:
    assert words.duration(milliseconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(20, "now"), (180, "3 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 d")]
)
def test_ages(seconds: int, text: str) -> None:
    assert words.age(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(("per_hour", "text"), [(None, "?"), (0.0, "0"), (0.4, "0.4"), (41.0, "41")])
def test_rates(per_hour: float | None, text: str) -> None:
    assert words.rate(per_hour) == text


@pytest.mark.parametrize(
    "secret", [SECRET, msgspec.to_builtins(SECRET)], ids=["as a value", "as it comes back from JSON"]
)
def test_a_redacted_value_is_told_by_its_words(secret: object) -> None:
    assert words.value(secret) == "<redacted credential, 40 characters>"
    assert "abcdef" not in words.value({"Variables": {"KEY": secret}})


def test_a_call_reads_as_a_command_line() -> None:
    call = Call(
        service="lambda",
        operation="UpdateFunctionConfiguration",
        parameters={
            "FunctionName": "my function",
            "Timeout": 9,
            "KMSKeyArn": "arn:aws:kms:x",
            "Publish": True,
            "Environment": {"Variables": {"KEY": SECRET}},
            "SubnetIds": [Ref(step="net", path="Subnet.SubnetId")],
        },
        region="eu-west-1",
    )

    assert words.command_line(call) == [
        "aws lambda update-function-configuration",
        "--function-name 'my function'",
        "--timeout 9",
        "--kms-key-arn arn:aws:kms:x",
        "--publish",
        """--environment '{"Variables":{"KEY":"<redacted credential, 40 characters>"}}'""",
        """--subnet-ids '["<Subnet.SubnetId of step net>"]'""",
        "--region eu-west-1",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("on arn:aws:dynamodb:eu-west-1:123456789012:table/orders.", "on table/orders."),
        ("statement 2 of arn:aws:iam::123456789012:policy/dev (X)", "statement 2 of policy/dev (X)"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:f:7, then", "f:7, then"),
        ("arn:aws:iam::aws:policy/Basic", "policy/Basic"),
        ('"arn:aws:s3:::bucket/key"', '"bucket/key"'),
        ("arn:aws:sqs:eu-west-1:999999999999:theirs", "arn:aws:sqs:eu-west-1:999999999999:theirs"),
        ("arn:aws:sqs:us-east-1:123456789012:far", "arn:aws:sqs:us-east-1:123456789012:far"),
        ("learn: nothing", "learn: nothing"),
    ],
)
def test_arns_of_the_own_account_and_region_lose_what_is_common(text: str, shown: str) -> None:
    assert words.local(text, "arn:aws:lambda:eu-west-1:123456789012:function:f") == shown


@pytest.mark.parametrize(
    ("milliseconds", "shown"), [(None, "?"), (0, "0.0s"), (2.3, "2ms"), (99.4, "99ms"), (480, "0.5s")]
)
def test_a_short_duration_below_a_tenth_of_a_second_is_told_in_milliseconds(milliseconds: float, shown: str) -> None:
    assert words.short_duration(milliseconds) == shown
