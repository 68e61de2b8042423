"""CloudWatch Logs' filter patterns for JSON messages: ``{ ($.level = "ERROR" || $.status >= 500) && $.retry IS FALSE }``.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

import json
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

Matches = Callable[[str], bool]
_Test = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<selector>\$(?:\.[\w-]+|\[(?:\d+|\*|'[^']*'|"[^"]*")\])*)
    |(?P<operator>\|\||&&|!=|<=|>=|=|<|>|\(|\))
    |(?P<keyword>IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS)\b
    |"(?P<string>(?:[^"\\]|\\.)*)"
    |%(?P<regex>[^%]+)%
    |(?P<bare>[^\s()&|=<>!"]+))""",
    re.VERBOSE,
)
_STEP = re.compile(r"""\.([\w-]+)|\[(?:(\d+)|(\*)|'([^']*)'|"([^"]*)")\]""")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_CONSTANTS = {"IS NULL": None, "IS TRUE": True, "IS FALSE": False}


class PatternError(ValueError):
    """A filter pattern is malformed or uses what is not supported."""


def regex(expression: str) -> re.Pattern[str]:
    """Compile what stands between two percent signs.

    Raises:
        PatternError: It is no regular expression.
    """
    try:
        return re.compile(expression)
    except re.error as error:
        raise PatternError(f"%{expression}% is no regular expression: {error}") from error


def parse(pattern: str) -> Matches:
    """Return what tells whether a message is JSON that matches the pattern, which includes its braces.

    Raises:
        PatternError: The pattern is malformed.
    """
    if not pattern.endswith("}"):
        raise PatternError("a closing brace is missing")
    test = _Parser(pattern[1:-1].strip()).whole()

    def matches(message: str) -> bool:
        try:
            return test(json.loads(message))
        except ValueError:
            return False

    return matches


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0

    def whole(self) -> _Test:
        test = self._either()
        if self._next < len(self._tokens):
            raise PatternError(f"did not expect {self._tokens[self._next][1]!r}")
        return test

    def _either(self) -> _Test:
        tests = [self._both()]
        while self._accept("||"):
            tests.append(self._both())
        return lambda value: any(test(value) for test in tests)

    def _both(self) -> _Test:
        tests = [self._one()]
        while self._accept("&&"):
            tests.append(self._one())
        return lambda value: all(test(value) for test in tests)

    def _one(self) -> _Test:
        if self._accept("("):
            test = self._either()
            if not self._accept(")"):
                raise PatternError("a closing parenthesis is missing")
            return test
        kind, selector = self._take()
        if kind != "selector":
            raise PatternError(f"expected a selector such as $.level, not {selector!r}")
        kind, sign = self._take()
        if kind == "keyword":
            return _keyword(selector, " ".join(sign.split()))
        if sign not in _ORDER:
            raise PatternError(f"expected a comparison after {selector}, not {sign!r}")
        compare = _comparison(sign, *self._take())
        return lambda value: any(compare(found) for found in _select(value, selector))

    def _accept(self, sign: str) -> bool:
        found = self._next < len(self._tokens) and self._tokens[self._next] == ("operator", sign)
        self._next += found
        return found

    def _take(self) -> tuple[str, str]:
        if self._next == len(self._tokens):
            raise PatternError("it ends too early")
        self._next += 1
        return self._tokens[self._next - 1]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found or not found.lastgroup:
            raise PatternError(f"cannot read {text[position:]!r}")
        yield found.lastgroup, found[found.lastgroup]
        position = found.end()


def _keyword(selector: str, keyword: str) -> _Test:
    if keyword == "NOT EXISTS":
        return lambda value: not any(True for _ in _select(value, selector))
    return lambda value: any(found is _CONSTANTS[keyword] for found in _select(value, selector))


def _comparison(sign: str, kind: str, text: str) -> _Test:
    """Numbers compare with numbers; everything else is text in which ``*`` stands for anything."""
    order = _ORDER[sign]
    if kind == "bare" and (number := _number(text)) is not None:
        return lambda found: not isinstance(found, bool) and isinstance(found, int | float) and order(found, number)
    if sign not in {"=", "!="} or kind not in {"string", "bare", "regex"}:
        raise PatternError(f"cannot compare by {sign} with {text!r}")
    plain = re.sub(r"\\(.)", r"\1", text)
    expression = (
        regex(text) if kind == "regex" else re.compile(".*".join(map(re.escape, plain.split("*"))) + r"\Z", re.DOTALL)
    )
    test = expression.search if kind == "regex" else expression.match
    return lambda found: not isinstance(found, dict | list) and bool(test(_text(found))) is (sign == "=")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _select(value: Any, selector: str) -> Iterator[Any]:
    """Yield what the selector leads to: nothing, one value, or one for each element that a ``[*]`` stands for."""
    values = [value]
    for name, index, every, single, double in _STEP.findall(selector):
        if every:
            values = [element for one in values if isinstance(one, list) for element in one]
        elif index:
            values = [one[int(index)] for one in values if isinstance(one, list) and int(index) < len(one)]
        else:
            key = name or single or double
            values = [one[key] for one in values if isinstance(one, dict) and key in one]
    yield from values
