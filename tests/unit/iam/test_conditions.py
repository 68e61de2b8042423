"""Condition operators: absent keys, sets, negation, and each kind of value."""

from typing import Any

import pytest

from doctor.iam.conditions import OPERATORS, UnknownOperator, compile_condition, instant, number
from doctor.iam.context import Context
from doctor.iam.kleene import MAYBE, NO, YES

ABSENT: dict[str, Any] = {}


def holds(operator: str, values: Any, context: dict[str, Any], *, unknown: bool = False, variables: bool = True) -> int:
    listed = values if isinstance(values, list) else [values]
    condition = compile_condition(operator, "k", listed, variables=variables)
    return condition.test(Context(context, (lambda key: key == "k") if unknown else lambda _key: False))


@pytest.mark.parametrize(
    ("operator", "policy", "request_", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a${*}", "a*", True),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringLike", "a*c?", "abbcd", True),
        ("StringLike", "a*", "line\nbreak", False),
        ("StringLike", "l*k", "line\nbreak", True),
        ("StringLike", "a${*}c", "abc", False),
        ("StringNotLike", "a*", "abc", False),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 10, "10", True),
        ("NumericEquals", "ten", "ten", False),
        ("NumericNotEquals", "ten", "ten", True),
        ("NumericEquals", "1_0", "10", False),
        ("NumericLessThan", "nan", "1", False),
        ("NumericGreaterThanEquals", "-2.5", "-2.5", True),
        ("DateEquals", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00+01:00", True),
        ("DateEquals", "2026", "2026-01-01T00:00:00Z", True),
        ("DateEquals", "2026-11", "2026-11-01", True),
        ("DateLessThan", "2026-11-23T12:00:00Z", "1700000000", True),
        ("DateEquals", "1970-01-01T00:00:10Z", "10", True),
        ("DateLessThan", "never", "1", False),
        ("Bool", "True", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "yes", "yes", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("IpAddress", "0.0.0.0/0", "203.0.113.7", True),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("IpAddress", "2001:DB8:0::/32", "2001:db8::1", True),
        ("IpAddress", "2001:db8:0:0::1", "2001:db8::1", True),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("NotIpAddress", "203.0.113.0/24", "2001:db8::1", True),
        ("IpAddress", "not an address", "203.0.113.7", False),
        ("ArnLike", "arn:aws:sns:*:111122223333:t*", "arn:aws:sns:eu-west-1:111122223333:t:sub", True),
        ("ArnEquals", "arn:aws:sns:*:*:t", "arn:aws:sns:eu-west-1:111122223333:t", True),
        ("ArnLike", "arn:aws:s*:t", "arn:aws:sns:eu-west-1:111122223333:t", False),
        ("ArnLike", "arn:aws:sns:eu-west-1:111122223333:t", "t", False),
        ("ArnNotLike", "arn:aws:sns:eu-west-1:111122223333:t", "t", True),
    ],
)
def test_a_value_is_compared(operator: str, policy: Any, request_: str, expected: bool) -> None:
    assert holds(operator, policy, {"K": request_}) == (YES if expected else NO)


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_an_absent_key(name: str) -> None:
    """Positive operators fail, negated ones hold, ``IfExists`` holds, the sets go by their own rules."""
    negated = "Not" in name

    assert holds(name, "x", ABSENT) == (YES if negated else NO)
    assert holds(f"{name}IfExists", "x", ABSENT) == YES
    assert holds(f"ForAllValues:{name}", "x", ABSENT) == YES
    assert holds(f"ForAnyValue:{name}", "x", ABSENT) == NO
    assert holds(f"ForAnyValue:{name}IfExists", "x", ABSENT) == NO


@pytest.mark.parametrize("name", sorted(OPERATORS))
@pytest.mark.parametrize("form", ["{}", "{}IfExists", "ForAllValues:{}", "ForAnyValue:{}"])
def test_an_unknown_key_leaves_it_open(name: str, form: str) -> None:
    assert holds(form.format(name), "x", ABSENT, unknown=True) == MAYBE


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_a_plain_operator_never_matches_a_multivalued_key(name: str) -> None:
    assert holds(name, "x", {"k": ["x"]}) == NO


@pytest.mark.parametrize(
    ("operator", "policy", "request_", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a"], ["a", "b"], False),
        ("ForAllValues:StringEquals", ["a"], [], True),
        ("ForAllValues:StringEquals", ["a"], "a", True),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], True),
        ("ForAllValues:StringNotEquals", ["a"], ["a", "c"], False),
        ("ForAnyValue:StringEquals", ["a"], ["a", "b"], True),
        ("ForAnyValue:StringEquals", ["a"], [], False),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], True),
        ("ForAnyValue:StringNotEquals", ["a"], ["a"], False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEquals", [], "a", False),
    ],
)
def test_lists(operator: str, policy: list[str], request_: Any, expected: bool) -> None:
    assert holds(operator, policy, {"k": request_}) == (YES if expected else NO)


@pytest.mark.parametrize(
    ("wanted", "context", "expected"),
    [
        ("true", ABSENT, YES),
        ("true", {"k": "x"}, NO),
        ("false", {"k": "x"}, YES),
        (False, {"k": "x"}, YES),
        ("false", ABSENT, NO),
        (["true", "false"], ABSENT, YES),
    ],
)
def test_null_asks_for_presence(wanted: Any, context: dict[str, Any], expected: int) -> None:
    assert holds("Null", wanted, context) == expected


@pytest.mark.parametrize(("wanted", "expected"), [("true", MAYBE), (["true", "false"], YES), ("perhaps", NO)])
def test_null_of_an_unknown_key(wanted: Any, expected: int) -> None:
    assert holds("Null", wanted, ABSENT, unknown=True) == expected


@pytest.mark.parametrize(
    ("operator", "policy", "expected"),
    [
        ("StringEquals", "${tag}", YES),
        ("StringEquals", "${TAG}", YES),
        ("StringEquals", "${absent}", NO),
        ("StringNotEquals", "${absent}", YES),
        ("StringEquals", "${absent, 'red'}", YES),
        ("StringLike", "r${star}", NO),
        ("StringEquals", "${list}", NO),
        ("Bool", "${yes}", NO),
    ],
)
def test_variables(operator: str, policy: str, expected: int) -> None:
    context = {"k": "red", "tag": "red", "star": "*", "list": ["red"], "yes": "true"}

    assert holds(operator, policy, context) == expected


def test_without_the_version_that_has_them_variables_are_text() -> None:
    assert holds("StringEquals", "${tag}", {"k": "${tag}", "tag": "red"}, variables=False) == YES


@pytest.mark.parametrize(
    "operator", ["", "StringSortOf", "ForEachValue:StringEquals", "NullIfExists", ":StringEquals:"]
)
def test_an_unknown_operator_is_said(operator: str) -> None:
    with pytest.raises(UnknownOperator):
        compile_condition(operator, "k", ["x"], variables=True)


def test_numbers_and_moments_are_finite() -> None:
    assert number("inf") is None
    assert number("1e3") == 1000
    assert instant("2026-11-23T00:00:00Z") == 1795392000
    assert instant("2026-13-45") is None
