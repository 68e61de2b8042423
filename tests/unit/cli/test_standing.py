"""What doctor did to an account and has not taken back is told beside whatever is asked about it."""

from types import SimpleNamespace
from typing import Any

import pytest

from doctor.cli import standing
from doctor.store.journal import Journal
from doctor.testing.world import ACCOUNT, REGION
from tests.unit.store.test_journal import receipt

HERE: Any = SimpleNamespace(aws=SimpleNamespace(account=ACCOUNT, region=REGION, endpoint=None))


def said(capsys: pytest.CaptureFixture[str], function: str = "", account: Any = HERE, **told: object) -> list[str]:
    one = receipt(**told)
    Journal(one.id).write(one)
    capsys.readouterr()
    standing.told(account, "--profile prod", function)
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(("state", "words"), [("stopped", "an apply stopped"), ("undo_stopped", "an undo stopped")])
def test_what_stopped_part_way_is_told_whatever_is_asked(
    state: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = said(capsys, state=state)

    assert line.startswith(f"{words} part-way, ")
    assert line.endswith("f: t; to take it back: doctor undo 20261123-104200-abcd --profile prod")


def test_what_was_applied_is_told_of_its_function(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = said(capsys, "f")

    assert line.startswith("applied by doctor, ")


NOT_TOLD: dict[str, dict[str, Any]] = {
    "applied, of all functions": {},
    "applied to another function": {"function": "g"},
    "taken back": {"state": "undone", "function": "f"},
    "another region": {"state": "stopped", "region": "us-east-1"},
    "another account": {"state": "stopped", "account": "999999999999"},
    "another endpoint": {"state": "stopped", "endpoint": "http://127.0.0.1:1"},
}


@pytest.mark.parametrize("why", NOT_TOLD)
def test_nothing_else_is_told(why: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = dict(NOT_TOLD[why])
    asked = told.pop("function", "")
    one = receipt(**told)
    Journal(one.id).write(one)
    capsys.readouterr()
    standing.told(HERE, "", asked)

    assert capsys.readouterr().err == ""


def test_a_file_has_nothing_applied_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "f", None, state="stopped") == []
