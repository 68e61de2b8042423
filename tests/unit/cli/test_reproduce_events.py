"""``doctor reproduce``: which events there are, and the one that comes through a pipe."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.scenarios import choose
from doctor.shelf import demo

SNAPSHOT = ("--snapshot", str(demo()))


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main(["reproduce", "parcel-track", *SNAPSHOT, "--list-events", *arguments])
    return code, capsys.readouterr()


def test_the_events_of_a_function_are_listed_without_what_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = listed(capsys, "--format", "json")
    found = json.loads(told.out)

    assert code == ExitCode.OK
    assert [(one["kind"], one["name"]) for one in found["events"]] == [
        ("incident", ""),
        ("generated", "sqs:parcel-scans"),
    ]
    assert {"place": "shared test events", "result": "not read: a snapshot has none"} in found["looked"]
    assert "PX-88213050" not in told.out


def test_the_page_says_how_each_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    _, told = listed(capsys)

    assert "--event-from generated:sqs:parcel-scans" in told.out
    assert "a snapshot has no messages" in told.out


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A stdin with something in it."""

    def pipe(text: str) -> None:
        choose._stdin.cache_clear()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return pipe


def test_an_event_comes_through_a_pipe(piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    piped('{"a": 1}')
    listed(capsys, "--event", "-")
    piped('{"a": 1}')
    code, told = listed(capsys, "--event", "-", "--format", "json")

    assert (code, json.loads(told.out)["events"][0]["source"]) == (ExitCode.OK, "stdin")


def test_a_pipe_that_holds_no_event_is_one_line(piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    piped("nothing")
    code, told = listed(capsys, "--event", "-")

    assert code == ExitCode.USAGE
    assert "stdin: not an event" in told.err


WRONG = [
    (("--event-from", "generated:s3"), "there is no such one; there is generated:sqs:parcel-scans"),
    (("--event-from", "dead-letter"), "a snapshot has no messages"),
    (("--event-from", "nowhere"), "write one of dead-letter"),
    (("--live-reads",), "a snapshot or a bundle has none"),
    (("--sweep", "64"), "are no memory sizes"),
    (("--bundle", "nowhere/at/all.zip"), "there is no folder nowhere/at"),
    (("--minimize", "--max-runs", "0"), "is no number from 1 on"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_what_cannot_be_done_is_one_line(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_exit: int | None = None
    try:
        with_exit = main(["reproduce", "parcel-track", *SNAPSHOT, *arguments])
    except SystemExit as ended:
        with_exit = int(str(ended.code))
    told = capsys.readouterr().err

    assert with_exit == ExitCode.USAGE
    assert words in told


def test_an_event_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "e.json").write_text("mine")
    code = main(["reproduce", "label-print", *SNAPSHOT, "--minimize", "--save-event", str(tmp_path / "e.json")])

    assert code == ExitCode.USAGE
    assert "is there already" in capsys.readouterr().err
