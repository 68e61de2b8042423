"""Which event a function is run with: the surest, another one, an edited one, a file; and the run kept as a test."""

import ast
import json
import stat
from pathlib import Path

import pytest

from tests.tui import answers
from tests.tui.recording import heard
from tests.tui.stage import Stage, stage

pytestmark = pytest.mark.asyncio
EMPTY = {"events": [("done", answers.EVENTS[1:])]}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _editor(monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    """An editor that leaves this text; what it was given is in the list."""
    given: list[str] = []

    def edit(_command: list[str], before: str) -> tuple[str, str]:
        given.append(before)
        return text, ""

    monkeypatch.setenv("EDITOR", "ed")
    monkeypatch.setattr("doctor.tui.editing.edit", edit)
    monkeypatch.setattr("textual.app.App.suspend", lambda _: __import__("contextlib").nullcontext())
    return given


async def _reproduce(on: Stage) -> None:
    await on.see("report-export", "1 critical")
    await on.press("j", "r")


def _last(tmp_path: Path) -> dict:
    return [one for one in heard(tmp_path) if one["verb"] == "reproduce"][-1]["arguments"]


async def test_without_an_event_of_a_failure_nothing_runs_until_it_is_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path, answers=EMPTY) as on:
        await _reproduce(on)
        await on.see("an empty one", "No event of a failed invocation was found", "256 MB")

        assert "reproduce" not in {one["verb"] for one in heard(tmp_path)}

        await on.press("r")
        await on.see("REPRODUCED")


async def test_another_event_is_chosen_and_what_the_first_showed_is_gone(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _reproduce(on)
        await on.see("REPRODUCED")
        await on.press("x")
        await on.see("Run it with", "a file")
        await on.press("down", "enter")
        await on.see("an empty one", "2 of 2")
        await on.miss("REPRODUCED")
        await on.press("r")
        await on.see("REPRODUCED")

        assert _last(tmp_path)["event"]["event"] == {}


async def test_an_event_is_edited_and_the_proof_is_made_with_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _editor(monkeypatch, '{"report": 8}')
    async with stage(tmp_path) as on:
        await _reproduce(on)
        await on.see("REPRODUCED")
        await on.press("E")
        await on.see("edited here, from: message 6f1b", "r runs it")
        await on.press("r")
        await on.see("REPRODUCED")
        await on.press("f")
        await on.see("FIX FOR")
        await on.press("enter")
        await on.see("PROVED")

        assert json.loads(given[0]) == {"report": 7}
        assert _last(tmp_path)["event"]["event"] == {"report": 8}
        rehearsed = next(one for one in heard(tmp_path) if one["verb"] == "rehearse")
        assert rehearsed["arguments"]["event"]["event"] == {"report": 8}


async def test_what_is_no_json_is_not_taken_over_and_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = _editor(monkeypatch, '{"report": ')
    async with stage(tmp_path) as on:
        await _reproduce(on)
        await on.see("REPRODUCED")
        await on.press("E")
        await on.see("not JSON")
        await on.press("E")
        await on.until(lambda: len(given) == 2)

        assert given[1] == '{"report": '
        assert "REPRODUCED" in on.text


async def test_an_event_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"report": 9}')
    async with stage(tmp_path) as on:
        await _reproduce(on)
        await on.see("REPRODUCED")
        await on.press("x", "up", "down", "down", "enter")
        await on.see("file with the event")
        await on.write("gone.json")
        await on.press("enter")
        await on.see("cannot be read")
        await on.press(*["backspace"] * 9)
        await on.write("own.json")
        await on.press("enter")
        await on.see("the file own.json")
        await on.press("r")
        await on.see("REPRODUCED")

        assert _last(tmp_path)["event"]["event"] == {"report": 9}


async def test_a_run_is_kept_as_a_test_with_its_event_for_its_owner_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _reproduce(on)
        await on.see("REPRODUCED", "save test")
        await on.press("S")
        await on.see("write a test to: test_report_export.py")
        await on.press("enter")
        await on.see("written: ")

        text = (tmp_path / "test_report_export.py").read_text()
        event = tmp_path / "report_export.event.json"
        ast.parse(text)
        assert '"reproduce", "report-export"' in text.replace("'", '"')
        assert "--profile" in text
        assert json.loads(event.read_text()) == {"report": 7}
        assert stat.S_IMODE(event.stat().st_mode) == 0o600

        await on.press("S", "enter")
        await on.see("is there already; nothing was written")


async def test_a_proved_fix_is_the_third_column_of_the_comparison(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _reproduce(on)
        await on.see("REPRODUCED", "here, as is")
        await on.press("f", "enter")
        await on.see("PROVED")
        await on.press("q")

        await on.see("here, fix A", "returned")
