"""Condition operators: one table, each entry a comparison of one request value with the policy's values.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Single-valued vs. multivalued context keys".
"""

import ipaddress
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import Any, NamedTuple

from doctor.iam.context import UNKNOWN, Context, as_text
from doctor.iam.kleene import MAYBE, NO, YES, negate
from doctor.iam.patterns import Patterns

Compare = Callable[[str, Context], int]
"""Tells whether one value of the request satisfies a positive operator."""

Build = Callable[[Sequence[str], bool], Compare]
"""Makes a comparison from the policy's values; the flag says whether ``${…}`` is a variable."""

Test = Callable[[Context], int]


class Operator(NamedTuple):
    """How to compare, and whether the result is turned round."""

    build: Build
    negated: bool = False


class UnknownOperator(ValueError):
    """The policy names an operator that IAM does not have."""


def _text(*, wildcards: bool = False, ignore_case: bool = False, arn: bool = False) -> Build:
    def build(values: Sequence[str], variables: bool) -> Compare:
        return Patterns(values, arn=arn, wildcards=wildcards, variables=variables, ignore_case=ignore_case).match

    return build


def _bool(values: Sequence[str], variables: bool) -> Compare:
    same = Patterns(values, wildcards=False, variables=variables, ignore_case=True).match

    def compare(value: str, context: Context) -> int:
        return same(value, context) if value.lower() in ("true", "false") else NO

    return compare


def _ordered(parse: Callable[[str], float | None], relation: Callable[[float, float], bool]) -> Build:
    def build(values: Sequence[str], _variables: bool) -> Compare:
        bounds = [bound for bound in map(parse, values) if bound is not None]

        def compare(value: str, _context: Context) -> int:
            number = parse(value)
            return YES if number is not None and any(relation(number, bound) for bound in bounds) else NO

        return compare

    return build


@lru_cache(maxsize=4096)
def number(text: str) -> float | None:
    """A decimal number; ``None`` when the text is none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in text else None


@lru_cache(maxsize=4096)
def instant(text: str) -> float | None:
    """Seconds since 1970 of a W3C date (``2026``, ``2026-11``, ``2026-11-23T12:00:00+01:00``) or of epoch seconds.

    Four digits are a year. A time without offset is UTC. ``None`` when the text is no date.
    """
    is_year = len(text) == len("2026") and text.isdigit()
    epoch = None if is_year else number(text)
    if epoch is not None:
        return epoch
    complete = text + {len("2026"): "-01-01", len("2026-11"): "-01"}.get(len(text), "")
    try:
        at = datetime.fromisoformat(complete)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=4096)
def network(text: str) -> Network | None:
    """A CIDR block or a single address; ``None`` when the text is neither."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _address(values: Sequence[str], _variables: bool) -> Compare:
    blocks = [block for block in map(network, values) if block is not None]

    def compare(value: str, _context: Context) -> int:
        found = network(value)
        return YES if found is not None and any(_inside(found, block) for block in blocks) else NO

    return compare


def _inside(found: Network, block: Network) -> bool:
    if isinstance(found, ipaddress.IPv4Network):
        return isinstance(block, ipaddress.IPv4Network) and found.subnet_of(block)
    return isinstance(block, ipaddress.IPv6Network) and found.subnet_of(block)


_EQUALS = _text()
_IGNORE_CASE = _text(ignore_case=True)
_LIKE = _text(wildcards=True)
_ARN = _text(wildcards=True, arn=True)

OPERATORS: dict[str, Operator] = {
    "StringEquals": Operator(_EQUALS),
    "StringNotEquals": Operator(_EQUALS, negated=True),
    "StringEqualsIgnoreCase": Operator(_IGNORE_CASE),
    "StringNotEqualsIgnoreCase": Operator(_IGNORE_CASE, negated=True),
    "StringLike": Operator(_LIKE),
    "StringNotLike": Operator(_LIKE, negated=True),
    "NumericEquals": Operator(_ordered(number, eq)),
    "NumericNotEquals": Operator(_ordered(number, eq), negated=True),
    "NumericLessThan": Operator(_ordered(number, lt)),
    "NumericLessThanEquals": Operator(_ordered(number, le)),
    "NumericGreaterThan": Operator(_ordered(number, gt)),
    "NumericGreaterThanEquals": Operator(_ordered(number, ge)),
    "DateEquals": Operator(_ordered(instant, eq)),
    "DateNotEquals": Operator(_ordered(instant, eq), negated=True),
    "DateLessThan": Operator(_ordered(instant, lt)),
    "DateLessThanEquals": Operator(_ordered(instant, le)),
    "DateGreaterThan": Operator(_ordered(instant, gt)),
    "DateGreaterThanEquals": Operator(_ordered(instant, ge)),
    "Bool": Operator(_bool),
    "BinaryEquals": Operator(_EQUALS),
    "IpAddress": Operator(_address),
    "NotIpAddress": Operator(_address, negated=True),
    "ArnEquals": Operator(_ARN),
    "ArnNotEquals": Operator(_ARN, negated=True),
    "ArnLike": Operator(_ARN),
    "ArnNotLike": Operator(_ARN, negated=True),
}
"""``Null`` is apart: it asks for presence, not for a value."""

_BY_LOWER = {name.lower(): operator for name, operator in OPERATORS.items()}


class Condition(NamedTuple):
    """One operator on one key, compiled."""

    operator: str
    key: str
    """As the policy spells it."""
    values: tuple[str, ...]
    test: Test


def compile_condition(operator: str, key: str, values: Sequence[Any], *, variables: bool) -> Condition:
    """Compile one operator, key and list of values.

    Raises:
        UnknownOperator: IAM has no such operator.
    """
    texts = tuple(map(as_text, values))
    quantifier, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    lower = key.lower()
    if quantifier.lower() not in ("", "forallvalues", "foranyvalue"):
        raise UnknownOperator(operator)
    if base.lower() == "null" and base == name:
        return Condition(operator, key, texts, _null(lower, texts))
    found = _BY_LOWER.get(base.lower())
    if found is None:
        raise UnknownOperator(operator)
    satisfies = _satisfies(found.build(texts, variables), found.negated)
    if quantifier:
        make = _for_all if quantifier.lower() == "forallvalues" else _for_any
        return Condition(operator, key, texts, make(lower, satisfies))
    return Condition(operator, key, texts, _single(lower, satisfies, if_absent=found.negated or base != name))


def _satisfies(compare: Compare, negated: bool) -> Compare:
    return (lambda value, context: negate(compare(value, context))) if negated else compare


def _single(key: str, satisfies: Compare, *, if_absent: bool) -> Test:
    """A plain operator; on a multivalued key it never matches, negated or not."""

    def test(context: Context) -> int:
        value = context.get(key)
        if type(value) is str:
            return satisfies(value, context)
        if value is UNKNOWN:
            return MAYBE
        return YES if value is None and if_absent else NO

    return test


def _for_all(key: str, satisfies: Compare) -> Test:
    """``ForAllValues``: every value of the request satisfies, also when there is none."""

    def test(context: Context) -> int:
        value = context.get(key)
        if value is UNKNOWN:
            return MAYBE
        return min((satisfies(one, context) for one in _members(value)), default=YES)

    return test


def _for_any(key: str, satisfies: Compare) -> Test:
    """``ForAnyValue``: some value of the request satisfies; none does when there is none."""

    def test(context: Context) -> int:
        value = context.get(key)
        if value is UNKNOWN:
            return MAYBE
        return max((satisfies(one, context) for one in _members(value)), default=NO)

    return test


def _members(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The values of a key; a single one is a set of one."""
    return (value,) if type(value) is str else value or ()  # type: ignore[return-value]


def _null(key: str, values: Sequence[str]) -> Test:
    """``Null``: ``true`` asks for absence, ``false`` for presence."""
    wanted = {value.lower() for value in values}

    def test(context: Context) -> int:
        value = context.get(key)
        if value is UNKNOWN:
            return len(wanted & {"true", "false"})
        return YES if ("true" if value is None else "false") in wanted else NO

    return test
