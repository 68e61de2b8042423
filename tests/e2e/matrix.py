"""Every kind of terminal at every size, the whole command: run by ``.ci/full``, since it takes minutes.

``pytest tests/e2e/matrix.py``. The screen is opened on the shipped incident, walked through, and left.
"""

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

SNAPSHOT = str(Path(__file__).parents[2] / "snapshots" / "twelve-faults")
COMMAND = [sys.executable, "-m", "doctor", "--snapshot", SNAPSHOT]
SIZES = [(40, 10), (60, 16), (80, 24), (110, 30), (120, 36), (200, 60)]
KINDS: dict[str, dict[str, str]] = {
    "256 colours": {"TERM": "xterm-256color"},
    "truecolour": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "16 colours": {"TERM": "screen"},
    "the console": {"TERM": "linux"},
    "no colour": {"TERM": "xterm-256color", "NO_COLOR": "1"},
    "light": {"TERM": "xterm-256color", "COLORFGBG": "0;15"},
    "over SSH": {"TERM": "xterm-256color", "SSH_CONNECTION": "there"},
    "ASCII": {"TERM": "xterm-256color", "LANG": "C", "LC_ALL": "C"},
}
_COLOR = re.compile(rb"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m")
"""A colour code: 39 and 49 stand for the terminal's own."""
_RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")


def _opened(tmp_path: Path, kind: str, size: tuple[int, int]) -> Terminal:
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM", "LC_ALL")}
    home = {"DOCTOR_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return Terminal(COMMAND, {**clean, "LANG": "C.UTF-8", **home}, *size, **KINDS[kind])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", KINDS)
def test_the_way_through_every_screen(tmp_path: Path, kind: str, size: tuple[int, int]) -> None:
    with _opened(tmp_path, kind, size) as terminal:
        terminal.wait_for("crm-sync", "worst first" if size[0] > 40 else "RO")
        assert re.search("RO|READ-ONLY", terminal.text)
        terminal.press("\r")
        terminal.wait_for("WHY IT FAILS")
        for number in "23456":
            terminal.press(number)
            terminal.rest(0.2)
        terminal.press("i")
        terminal.wait_for("ROOT")
        for keys in ("q", "c", "q", "@", "q", "?", "q", "q"):
            terminal.press(keys)
            terminal.rest(0.2)
        terminal.wait_for("order-archive")
        terminal.press("q")

        assert terminal.ended() == 0
    assert all(mark in terminal.raw for mark in _RESTORED)
    assert b"Traceback" not in terminal.raw
    assert b"\\u" not in terminal.raw
    if kind == "no colour":
        assert _COLOR.search(terminal.raw) is None
    if kind in ("ASCII", "the console"):
        assert terminal.raw.isascii()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("kind", KINDS)
def test_a_signal_gives_every_terminal_back(tmp_path: Path, kind: str, number: signal.Signals) -> None:
    with _opened(tmp_path, kind, (80, 24)) as terminal:
        terminal.wait_for("crm-sync")
        terminal.process.send_signal(number)

        assert terminal.ended() == 128 + number
    assert all(mark in terminal.raw for mark in _RESTORED)
