"""Copying: the system's tool, else the terminal, and always a file; what was done is said."""

import base64
import stat
from pathlib import Path

import pytest

from doctor.tui import clipboard

ALL = {"xclip": "/usr/bin/xclip", "wl-copy": "/usr/bin/wl-copy", "pbcopy": "/usr/bin/pbcopy"}


@pytest.mark.parametrize(
    ("environment", "known", "expected"),
    [
        ({"DISPLAY": ":0"}, ["xclip"], ("/usr/bin/xclip", "-selection", "clipboard")),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, ["xclip", "wl-copy"], ("/usr/bin/wl-copy",)),
        ({}, ["pbcopy"], ("/usr/bin/pbcopy",)),
        ({}, ["xclip"], ()),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "there"}, ["xclip"], ()),
    ],
)
def test_the_tool_is_the_one_whose_screen_is_there(
    environment: dict[str, str], known: list[str], expected: tuple[str, ...]
) -> None:
    assert clipboard.tool(environment, {name: ALL[name] for name in known}.get) == expected


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path))
    monkeypatch.setenv("SSH_CONNECTION", "there")
    return tmp_path


def test_through_the_terminal_the_text_arrives_whole_and_a_file_has_it(home: Path) -> None:
    sent: list[str] = []
    said = clipboard.copy("one\ntwo é", sent.append)

    assert base64.b64decode(sent[0].removeprefix("\x1b]52;c;").removesuffix("\a")).decode() == "one\ntwo é"
    assert said.startswith("copied 2 lines through the terminal (OSC 52")
    kept = home / "last-copy.txt"
    assert (kept.read_text(encoding="utf-8"), stat.S_IMODE(kept.stat().st_mode)) == ("one\ntwo é", 0o600)


def test_what_no_terminal_takes_is_not_sent(home: Path) -> None:
    sent: list[str] = []

    assert clipboard.copy("x" * 80_000, sent.append).startswith("too long")
    assert sent == []
    assert (home / "last-copy.txt").stat().st_size == 80_000
