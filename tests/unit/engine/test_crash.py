"""A rule that crashes is told by its error and the line of its own file, without secrets and without end."""

from collections.abc import Iterator

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.rules_api import Function, Problem, Severity, rule
from doctor.testing.world import function, snapshot

ACCOUNT = snapshot(function("one"), function("two"))


class _Mute(Exception):
    def __str__(self) -> str:
        raise ValueError


RAISED: dict[str, tuple[BaseException, str]] = {
    "a plain one": (KeyError("Timeout"), "KeyError: 'Timeout' (engine/test_crash.py:"),
    "one without words": (AssertionError(), "AssertionError (engine/test_crash.py:"),
    "one of several lines": (ValueError("a\n  b"), "ValueError: a b ("),
    "a secret": (
        ValueError("postgres://u:hunter2@db"),
        "ValueError: postgres://<redacted credential, 9 characters>@db",
    ),
    "a password": (ValueError("password=hunter2"), "password=<redacted credential, 7 characters>"),
    "one without end": (ValueError("x" * 5000), f"ValueError: {'x' * 300} … ("),
    "one that cannot be told": (_Mute(), "_Mute: its message cannot be read"),
}


@pytest.mark.parametrize("what", RAISED)
def test_a_crash_is_one_line_with_its_place(what: str) -> None:
    error, words = RAISED[what]

    def broken(function: Function) -> Iterator[Problem]:
        if error:
            raise error
        yield Problem(message="", evidence=())

    crashes = diagnose(World(ACCOUNT), [rule(Severity.HIGH)(broken)]).crashes

    assert {words in one.error for one in crashes} == {True}
    assert len({one.error for one in crashes}) == 1
    assert "\n" not in crashes[0].error
    assert "hunter2" not in crashes[0].error
