"""A snapshot written down is the same snapshot when it is read, whatever is in it."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from doctor.model import arns, snapshot
from doctor.model.function import Alias, Environment, Function
from doctor.model.record import Shape
from doctor.model.redacted import Redacted
from doctor.model.snapshot import AccountLimit, Snapshot
from doctor.model.telemetry import Change, MetricSeries
from doctor.store.snapshots import encode
from doctor.testing.world import NOW, alias, function, gap, queue, timed_out
from doctor.testing.world import snapshot as told

EXTRA = {"AddedByAws": [1, {"Deep": True}], "Text": "x"}
KINDS = get_args(snapshot.Resource)


def least(kind: type[Shape]) -> Any:
    """A resource of which nothing is known but what it must have, and one field that doctor has no name for."""
    required = [field for field in msgspec.structs.fields(kind) if field.required]
    needed = {field.encode_name: 1 if field.type is int else "id" for field in required}
    return msgspec.convert({**needed, "type": kind.__struct_config__.tag, "extra": EXTRA}, type=kind)


def again(before: Snapshot) -> Snapshot:
    return msgspec.json.decode(encode(before), type=Snapshot)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_resource_survives_with_what_doctor_has_no_name_for(kind: type[Shape]) -> None:
    one = least(kind)
    before = replace(told(), resources={"id": one})

    assert again(before) == before
    assert again(before).resources["id"].extra == EXTRA


def test_a_whole_snapshot_survives() -> None:
    latest = function(environment=Environment(variables={"A": "1", "B": Redacted(kind="value", length=3, digest="d")}))
    version = replace(latest, version="1", function_arn=f"{latest.arn}:1")
    before = told(
        latest, version, alias("live", version), queue(policy={"Statement": []}),
        invocations=[timed_out(3, 2.9)],
        gaps=[gap("iam:GetRole", "arn:aws:iam::111122223333:role/r", "throttled")],
        account_limit=AccountLimit(concurrent_executions=10),
        metrics={latest.arn: (MetricSeries(namespace="AWS/Lambda", metric_name="Errors", stat="Sum", period=300, timestamps=(NOW,), values=(1.0,)),)},
        changes=(Change(event_id="e", event_name="UpdateFunctionCode", event_time=NOW, resources=("f",)),),
    )  # fmt: skip

    assert again(before) == before


@given(text=st.text(), number=st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_and_number_survive(text: str, number: float) -> None:
    one = function(description=text, extra={"New": [number, {text: text}]})
    before = told(one, invocations=[replace(timed_out(), error_message=text)])

    assert again(before) == before


def test_the_same_snapshot_is_the_same_bytes_in_whatever_order_it_was_made() -> None:
    one, other = function("a"), function("b")

    assert encode(told(one, other)) == encode(told(other, one))


def test_a_resource_stands_in_place_of_its_namesake() -> None:
    before = told(function(timeout=3), queue())
    after = before.with_resources(function(timeout=6), queue("new"))

    assert [one.timeout for one in after.resources.values() if isinstance(one, Function)] == [6]
    assert len(after.resources) == 3
    assert before == told(function(timeout=3), queue())


@pytest.mark.parametrize(
    ("arn", "name", "qualifier", "unqualified"),
    [
        ("arn:aws:lambda:eu-west-1:111122223333:function:f", "f", "$LATEST", "arn:aws:lambda:eu-west-1:111122223333:function:f"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:f:7", "f", "7", "arn:aws:lambda:eu-west-1:111122223333:function:f"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:f:live", "f", "live", "arn:aws:lambda:eu-west-1:111122223333:function:f"),
    ],
)  # fmt: skip
def test_the_arn_of_a_function_is_taken_apart(arn: str, name: str, qualifier: str, unqualified: str) -> None:
    assert (arns.name(arn), arns.qualifier(arn), arns.unqualified(arn)) == (name, qualifier, unqualified)
    assert (arns.service(arn), arns.region(arn), arns.account(arn)) == ("lambda", "eu-west-1", "111122223333")
    assert arns.function("eu-west-1", "111122223333", name, qualifier) == arn


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:sqs:eu-west-1:111122223333:orders", "orders"),
        ("arn:aws:iam::111122223333:role/service/r", "r"),
        ("arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1", "subnet-1"),
        ("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f", "f"),
    ],
)
def test_the_name_of_anything_else_is_the_last_part_of_its_arn(arn: str, name: str) -> None:
    assert arns.name(arn) == name


def test_an_alias_is_no_function() -> None:
    one = alias("live", function(version="1"))

    assert isinstance(one, Alias)
    assert one.arn.endswith(":function:f:live")
