"""A file that cannot be written is told of before anything is read, and its folder is made."""

import os
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.cli.outputs import ready
from doctor.errors import UsageError
from doctor.store.snapshots import save
from doctor.testing.world import function, snapshot


def test_its_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    ready(tmp_path / "new" / "folder" / "report.json")

    assert list(tmp_path.rglob("*.json")) == []
    assert (tmp_path / "new" / "folder").is_dir()


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("before")
    os.mkfifo(tmp_path / "pipe")
    ready(tmp_path / "report.json", tmp_path / "pipe", Path("/dev/null"))

    assert (tmp_path / "report.json").read_text() == "before"


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "is a folder; name a file"), ("file/report.json", "cannot be written"), ("x" * 300, "cannot be written")],
    ids=["a folder", "below a file", "a name that is too long"],
)
def test_what_cannot_be_written_is_one_line(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=words):
        ready(tmp_path / name)


def test_a_baseline_goes_into_a_pipe_that_stays_one(tmp_path: Path) -> None:
    save(snapshot(function(timeout=30)), tmp_path / "account.json")
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        main(["check", "-s", str(tmp_path / "account.json"), "--write-baseline", str(tmp_path / "pipe")])

        assert b'"findings"' in os.read(reading, 1000)
    finally:
        os.close(reading)
    assert (tmp_path / "pipe").is_fifo()
