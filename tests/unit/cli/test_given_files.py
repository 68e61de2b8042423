"""A file that the user gave and that cannot be used is told of before anything is read or run."""

import os
from pathlib import Path

import pytest

from doctor import pipeline
from doctor.cli.looking import looked
from doctor.cli.main import main
from doctor.model.target import Target
from doctor.store.snapshots import save
from doctor.testing.world import function, snapshot

WRONG: dict[str, tuple[list[str], str]] = {
    "no event": (["reproduce", "--event", "none"], "none: cannot be read: No such file or directory"),
    "an event that is a folder": (["fix", "--event", "folder"], "folder: cannot be read: Is a directory"),
    "an event that is none": (["fix", "--event", "text"], "text: not an event"),
    "no answers": (["reproduce", "--answers", "none"], "none: cannot be read: No such file or directory"),
    "answers of another form": (["fix", "--answers", "object"], "object: not recorded answers"),
    "answers that are bytes": (["fix", "--answers", "bytes"], "bytes: not recorded answers"),
    "no template": (["fix", "--template", "none"], "none: cannot be read: No such file or directory"),
    "a template below a file": (["fix", "--template", "text/t.yaml"], "text/t.yaml: cannot be read: Not a directory"),
    "a template that is bytes": (["fix", "--template", "bytes"], "bytes: not a template: byte 0 is no UTF-8"),
    "an event to invoke with": (["invoke", "--event", "none"], "none: cannot be read: No such file or directory"),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("hello")
    (tmp_path / "object").write_text("{}")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", WRONG)
def test_it_is_one_line_and_nothing_is_read(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the account was opened")

    monkeypatch.setattr(pipeline, "connected", read)
    (command, *options), words = WRONG[name]
    code = main([command, "slow", *options, "--region", "eu-west-1"])
    said = capsys.readouterr()

    assert (code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert words in said.err
    assert "Errno" not in said.err


def test_an_event_that_comes_through_a_pipe_is_left_in_it(place: Path) -> None:
    save(snapshot(function(timeout=30)), place / "account.json")
    os.mkfifo(place / "pipe")
    reading = os.open(place / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(place / "pipe", os.O_WRONLY)
    try:
        os.write(writing, b"{}")
        with looked(Target(snapshot=str(place / "account.json")), place / "pipe"):
            assert os.read(reading, 10) == b"{}"
    finally:
        os.close(writing)
        os.close(reading)
