"""AWS's answers become shapes: known fields by name and type, everything else kept as it was."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.aws.decode import JSON, decode
from doctor.model.function import Alias, Function
from doctor.model.network import Subnet
from doctor.model.record import Shape
from doctor.model.triggers import Queue, RedrivePolicy
from doctor.testing.world import function, queue

F = {"FunctionName": "f", "FunctionArn": function().arn}
TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        (Function, {**F, "Timeout": 3, "MemorySize": 256}, {"timeout": 3, "memory_size": 256}),
        (Function, {**F, "KMSKeyArn": "k"}, {"kms_key_arn": "k"}),
        (Function, {**F, "Runtime": None, "VpcConfig": None}, {"runtime": None, "vpc_config": function().vpc_config}),
        (Function, {**F, "ResponseMetadata": {"RequestId": "r"}}, {"extra": {}}),
        (Function, {**F, "NewIn2027": {"A": [1]}}, {"extra": {"NewIn2027": {"A": [1]}}}),
        (Queue, {"QueueArn": queue().arn, "VisibilityTimeout": "45"}, {"visibility_timeout": 45}),
        (
            Subnet,
            {"arn": "a", "SubnetId": "s", "VpcId": "v", "MapPublicIpOnLaunch": True},
            {"vpc_id": "v", "extra": {"MapPublicIpOnLaunch": True}},
        ),
    ],
)
def test_a_field_is_read_by_its_name(kind: type[Shape], raw: dict[str, Any], expected: dict[str, Any]) -> None:
    found = decode(kind, raw)

    assert {name: getattr(found, name) for name in expected} == expected


def test_unknown_fields_of_inner_shapes_are_kept_too() -> None:
    found = decode(Function, {**F, "VpcConfig": {"SubnetIds": ["s"], "New": 1}, "Layers": [{"Arn": "l", "New": 2}]})

    assert found.vpc_config.subnet_ids == ("s",)
    assert found.vpc_config.extra == {"New": 1}
    assert found.layers[0].extra == {"New": 2}


def test_documents_in_strings_are_read() -> None:
    raw = {
        "QueueArn": "q",
        "RedrivePolicy": '{"deadLetterTargetArn": "d", "maxReceiveCount": "3"}',
        "Policy": '{"A": 1}',
    }
    found = decode(Queue, raw, {"RedrivePolicy": JSON, "Policy": JSON})

    assert found.redrive_policy == RedrivePolicy(dead_letter_target_arn="d", max_receive_count=3)
    assert found.policy == {"A": 1}


def test_times_that_nobody_asked_for_become_text_in_utc() -> None:
    at = datetime(2026, 11, 23, 19, 42, tzinfo=TOKYO)
    found = decode(Function, {**F, "CreatedAt": at, "Deep": [{"At": at}]})

    assert found.extra == {"CreatedAt": "2026-11-23T10:42:00Z", "Deep": [{"At": "2026-11-23T10:42:00Z"}]}
    assert at.astimezone(UTC).hour == 10


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        (Function, {"FunctionName": "f"}, "missing required field `FunctionArn`"),
        (Function, {**F, "Timeout": "soon"}, r"Expected `int`, got `str` - at `\$.Timeout`"),
        (Function, {**F, "Layers": {"Arn": "l"}}, r"Expected `array`, got `object` - at `\$.Layers`"),
        (Function, {**F, "VpcConfig": {"SubnetIds": [1]}}, r"at `\$.VpcConfig.SubnetIds\[0\]`"),
        (Alias, {"AliasArn": "a", "Name": "n", "FunctionVersion": 1}, r"at `\$.FunctionVersion`"),
    ],
)
def test_what_is_not_what_the_model_says_is_an_error_with_its_place(
    kind: type[Shape], raw: dict[str, Any], words: str
) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        decode(kind, raw)


@given(
    extra=st.dictionaries(
        st.text(min_size=1).map(lambda text: f"X{text}"),
        st.recursive(
            st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.datetimes(timezones=st.just(UTC)),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=5,
        ),
        max_size=4,
    )
)
def test_whatever_aws_adds_survives_being_written_down(extra: dict[str, Any]) -> None:
    found = decode(Function, {**F, **extra})
    again = msgspec.json.decode(msgspec.json.encode(found), type=Function)

    assert set(found.extra) == set(extra)
    assert again == found
