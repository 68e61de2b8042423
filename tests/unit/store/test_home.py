"""Where state lies, who may read it, and that a file is there whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from doctor.errors import UsageError
from doctor.store import home as place
from doctor.store.home import folder, home, redaction_key, write
from doctor.store.served import Served, announce, running


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_state_lies_where_the_environment_says(closed_house: Path) -> None:
    assert home() == closed_house
    assert mode(closed_house) == 0o700


def test_without_the_environment_it_lies_where_the_platform_keeps_state(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DOCTOR_HOME")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))

    assert home().is_relative_to(tmp_path)
    assert home().name == "lambda-doctor"


def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file.json"
    write(file, b"content")

    assert file.read_bytes() == b"content"
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write(file, b"long content")
    write(file, b"new")

    assert file.read_bytes() == b"new"
    assert list(tmp_path.glob(".file*")) == []


def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link, onward = tmp_path / "there" / "real", tmp_path / "link", tmp_path / "onward"
    link.symlink_to(Path("there") / "real")
    onward.symlink_to(link)
    for content in (b"nothing was there", b"new"):
        write(onward, content)

        assert real.read_bytes() == content
        assert (link.is_symlink(), onward.is_symlink(), real.is_symlink()) == (True, True, False)
    assert [one.name for one in real.parent.iterdir()] == ["real"]


@pytest.mark.parametrize("through", ["pipe", "link"])
def test_a_pipe_is_written_into_and_stays_one(through: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(tmp_path / through, b"content")

        assert os.read(reading, 100) == b"content"
    finally:
        os.close(reading)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert sorted(one.name for one in tmp_path.iterdir() if one.name != "home") == ["link", "pipe"]


def test_neither_a_folder_nor_a_link_to_itself_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    for name in ("folder", "loop"):
        with pytest.raises(UsageError, match=f"{name}: cannot be written"):
            write(tmp_path / name, b"content")

    assert (tmp_path / "folder").is_dir()
    assert (tmp_path / "loop").is_symlink()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    file = tmp_path / "file"
    write(file, b"old")

    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(place.os, "fsync", fail)
    with pytest.raises((UsageError, KeyboardInterrupt)) as caught:
        write(file, b"new")

    assert isinstance(caught.value, KeyboardInterrupt) or str(caught.value) == (
        f"{file}: cannot be written (No space left on device)"
    )
    assert file.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["file"]


def test_a_place_that_cannot_be_made_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "file" / "below"))
    with pytest.raises(UsageError, match=r"cannot be made \(Not a directory\); set DOCTOR_HOME to a folder"):
        home()


def test_the_redaction_key_is_made_once_and_for_its_owner(closed_house: Path) -> None:
    key = redaction_key()

    assert len(key) == 32
    assert redaction_key() == key
    assert mode(closed_house / "redaction.key") == 0o600


def test_two_machines_have_two_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = redaction_key()
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "another"))

    assert redaction_key() != first


def served(pid: int, endpoint: str = "http://127.0.0.1:9") -> Served:
    return Served(endpoint=endpoint, token="t", pid=pid, incident="twelve-faults")


def test_an_announced_account_runs_as_long_as_its_server() -> None:
    mine = served(os.getpid())
    announce(mine)
    announce(served(2**22 + 1))  # above the largest process id that Linux gives

    assert running() == [mine]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"endpoint": 1}'])
def test_a_broken_announcement_is_no_account(content: bytes) -> None:
    mine = served(os.getpid())
    (announce(mine).parent / "1.json").write_bytes(content)

    assert running() == [mine]


def test_an_announcement_that_was_taken_back_is_gone() -> None:
    announce(served(os.getpid())).unlink()

    assert running() == []


def test_a_folder_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"kept")

    assert (folder(tmp_path / "a") / "file").read_bytes() == b"kept"
