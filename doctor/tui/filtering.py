"""The filter of the function list.

Words are substrings and must all match; ``!word`` must not. ``col:value`` looks into one column or tag (``tag.team:web``),
``col>10``, ``col>=10``, ``col<10`` and ``col<=10`` compare numbers, ``~abc`` matches the letters in order with anything between them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import ge, gt, le, lt
from typing import NamedTuple

from doctor.model.report import FunctionRow

Test = Callable[[FunctionRow], bool]

_COMPARISON = re.compile(r"(?P<column>[a-z0-9_]+)(?P<sign>[<>]=?)(?P<number>\d+(\.\d+)?)")
_NUMBERS: dict[str, Callable[[FunctionRow], float | None]] = {
    "mem": lambda row: row.memory_size,
    "timeout": lambda row: row.timeout,
    "err": lambda row: row.errors_per_hour,
    "p95": lambda row: None if row.p95 is None else row.p95 / 1000,
    "findings": lambda row: row.findings,
}
"""Seconds for ``timeout`` and ``p95``, MB for ``mem``, errors per hour for ``err``."""
_TEXTS: dict[str, Callable[[FunctionRow], str]] = {
    "name": lambda row: row.name,
    "why": lambda row: row.why,
    "runtime": lambda row: row.runtime,
    "health": lambda row: row.health,
    "sev": lambda row: row.worst.value if row.worst else "",
    "mem": lambda row: str(row.memory_size),
    "timeout": lambda row: str(row.timeout),
    "role": lambda row: row.role,
    "vpc": lambda row: row.vpc,
    "rule": lambda row: " ".join(row.rules),
}


class Filter(NamedTuple):
    """A filter, understood."""

    tests: tuple[Test, ...]
    unknown: tuple[str, ...]
    """Column names that there are not; their terms are looked for as plain words."""

    def __call__(self, row: FunctionRow) -> bool:
        """Tell whether the row is shown."""
        return all(test(row) for test in self.tests)


_SIGNS = re.compile(r"[!~:<>]")
"""What makes a word more than a part of a text."""


def _haystack(row: FunctionRow) -> str:
    return f"{row.name} {row.why} {row.runtime} {row.health}".casefold()


_COMPARES: dict[str, Callable[[float, float], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}


def _comparison(column: str, sign: str, bound: float) -> Test:
    read, compares = _NUMBERS[column], _COMPARES[sign]

    def test(row: FunctionRow) -> bool:
        number = read(row)
        return number is not None and compares(number, bound)

    return test


def _term(word: str) -> tuple[Test, str]:
    """The test of one word, and the column that it names without there being one."""
    compared = _COMPARISON.fullmatch(word)
    if compared and compared["column"] in _NUMBERS:
        return _comparison(compared["column"], compared["sign"], float(compared["number"])), ""
    if word.startswith("~") and word[1:]:
        letters = subsequence(word[1:])
        return lambda row: letters.search(row.name.casefold()) is not None, ""
    column, colon, value = word.partition(":")
    if colon and column in _TEXTS:
        return lambda row: value in _TEXTS[column](row).casefold(), ""
    if colon and column.startswith("tag.") and column[4:]:
        return _tag(column[4:], value), ""
    unknown = compared["column"] if compared else column if colon and column.isalpha() else ""
    return lambda row: word in _haystack(row), unknown


def _tag(name: str, value: str) -> Test:
    """Whether a tag, whatever its case, holds a text; with none, whether there is such a tag."""
    return lambda row: any(value in given.casefold() for key, given in row.tags if key.casefold() == name)


def subsequence(letters: str) -> re.Pattern[str]:
    """What finds these letters in order, with anything between them."""
    return re.compile(".*?".join(map(re.escape, letters)))


def _negated(test: Test) -> Test:
    return lambda row: not test(row)


def parse(pattern: str) -> Filter:
    """Understand a filter; every text is one."""
    tests: list[Test] = []
    unknown: list[str] = []
    for word in pattern.casefold().split():
        bare = word.removeprefix("!")
        if not bare:
            continue
        test, missing = _term(bare)
        tests.append(_negated(test) if bare != word else test)
        unknown += [missing] if missing else []
    return Filter(tuple(tests), tuple(unknown))


def apply(pattern: str, rows: Iterable[FunctionRow]) -> list[FunctionRow]:
    """The rows that the filter shows, in their order."""
    shown = parse(pattern)
    return [row for row in rows if shown(row)]


class Narrowing:
    """Filters one list again and again while a filter is typed: the texts are made once, and a longer word looks in what is left."""

    def __init__(self) -> None:
        self._rows: Sequence[FunctionRow] = ()
        self._texts: list[tuple[str, FunctionRow]] = []
        self._pattern = ""
        self._left: list[tuple[str, FunctionRow]] = []

    def __call__(self, pattern: str, rows: Sequence[FunctionRow]) -> list[FunctionRow]:
        """As ``apply``; quick where ``rows`` is the list of the call before."""
        if not pattern:
            return list(rows)
        if _SIGNS.search(pattern):
            return apply(pattern, rows)
        if rows is not self._rows:
            self._rows, self._texts = rows, [(_haystack(row), row) for row in rows]
            self._pattern, self._left = "", self._texts
        folded = pattern.casefold()
        if not folded.startswith(self._pattern):
            self._left = self._texts
        self._pattern = folded
        for word in folded.split():
            self._left = [pair for pair in self._left if word in pair[0]]
        return [row for _, row in self._left]
