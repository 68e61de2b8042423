"""Terminals: what is decided from the environment, and that a terminal is always given back."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from textual.drivers import _writer_thread, linux_driver

from doctor.report.lines import ASCII, UNICODE
from doctor.tui import terminal
from doctor.tui.driver import Writer
from tests.tui.recording import worker

UTF8 = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}


@pytest.mark.parametrize(
    ("environment", "field", "value"),
    [
        (UTF8, "usable", True),
        ({**UTF8, "TERM": "dumb"}, "usable", False),
        ({"LANG": "C.UTF-8"}, "usable", False),
        (UTF8, "glyphs", UNICODE),
        ({**UTF8, "LANG": "C"}, "glyphs", ASCII),
        ({**UTF8, "LANG": "C", "LC_CTYPE": "C.UTF-8"}, "glyphs", ASCII),
        ({**UTF8, "LC_ALL": "C"}, "glyphs", ASCII),
        ({**UTF8, "LANG": "C", "LC_ALL": "C.utf8"}, "glyphs", UNICODE),
        ({**UTF8, "TERM": "linux"}, "glyphs", ASCII),
        (UTF8, "own_colors", True),
        ({**UTF8, "NO_COLOR": "1"}, "own_colors", False),
        ({**UTF8, "SSH_CONNECTION": "a b c d"}, "own_colors", False),
        ({**UTF8, "TERM": "screen"}, "own_colors", False),
        ({**UTF8, "TERM": "screen", "COLORTERM": "truecolor"}, "own_colors", True),
        ({**UTF8, "TERM": "screen-256color"}, "own_colors", True),
        (UTF8, "mouse", True),
        ({**UTF8, "SSH_TTY": "/dev/pts/1"}, "mouse", False),
        (UTF8, "shade", "dark"),
        ({**UTF8, "COLORFGBG": "0;15"}, "shade", "light"),
        ({**UTF8, "COLORFGBG": "15;0"}, "shade", "dark"),
    ],
)
def test_the_environment_decides(environment: dict[str, str], field: str, value: object) -> None:
    assert getattr(terminal.detect(environment, ttys=True), field) == value


def test_ascii_is_had_by_asking_for_it() -> None:
    assert terminal.detect(UTF8, ttys=True, ascii_only=True).glyphs is ASCII


def test_without_a_terminal_nothing_is_drawn() -> None:
    assert not terminal.detect(UTF8, ttys=False).usable


def test_the_writer_replaces_the_one_that_queues_thirty_frames() -> None:
    """Textual names its writer in the driver's module; when that changes, the driver must change with it."""
    assert _writer_thread.MAX_QUEUED_WRITES == 30
    assert linux_driver.WriterThread in (_writer_thread.WriterThread, Writer)
    assert Writer(sys.__stderr__)._queue.maxsize == 2


class Screen:
    """The app in a real pseudo terminal."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.master = master
        self.data = b""

    def read(self, seconds: float) -> bool:
        """Take in what was drawn; tell whether the terminal is still there."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.data += piece
        return bool(piece)

    def wait_for(self, text: bytes) -> None:
        until = time.monotonic() + 20
        while text not in self.data and time.monotonic() < until:
            if not self.read(0.1):
                break
        assert text in self.data

    def end(self) -> int:
        until = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.1)
        while select.select([self.master], [], [], 0.1)[0] and self.read(0.0):
            pass
        return self.process.wait(1)


SCRIPT = """
import sys
from doctor.tui.app import run
sys.exit(run({"profile": "prod"}, worker=sys.argv[1:], allow_changes=True))
"""


@contextmanager
def opened(folder: Path, answers: dict[str, str] | None = None, **environment: str) -> Iterator[Screen]:
    master, slave = pty.openpty()
    command = [sys.executable, "-c", SCRIPT, *worker(folder, **(answers or {}))]
    variables = {**os.environ, **UTF8, "LC_ALL": "C.UTF-8", "COLUMNS": "100", "LINES": "30", **environment}
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=variables, start_new_session=True)
    os.close(slave)
    screen = Screen(process, master)
    try:
        yield screen
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        with suppress(OSError):
            os.close(master)


RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1003l")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_gives_the_terminal_back(tmp_path: Path, number: signal.Signals, status: int) -> None:
    with opened(tmp_path) as screen:
        screen.wait_for(b"payments-reconcile")
        screen.process.send_signal(number)

        assert screen.end() == status
        assert all(piece in screen.data for piece in RESTORED)
        assert not _children_of(tmp_path)


def test_leaving_by_key_gives_the_terminal_back(tmp_path: Path) -> None:
    with opened(tmp_path) as screen:
        screen.wait_for(b"payments-reconcile")
        os.write(screen.master, b"q")

        assert screen.end() == 0
        assert all(piece in screen.data for piece in RESTORED)
        assert not _children_of(tmp_path)


def test_a_terminal_that_goes_away_ends_the_app(tmp_path: Path) -> None:
    with opened(tmp_path) as screen:
        screen.wait_for(b"payments-reconcile")
        os.close(screen.master)
        screen.master = -1

        assert screen.process.wait(20) == 129
        assert not _children_of(tmp_path)


def test_an_apply_outlives_the_app(tmp_path: Path) -> None:
    """Leaving closes its input, which means: no further call. Nothing ends it."""
    with opened(tmp_path, {"hang": "apply"}) as screen:
        screen.wait_for(b"report-export")  # the second row: before it is there, j leads nowhere
        for keys, seen in (
            (b"j\r", b"WHY IT FAILS"),
            (b"f", b"FIX FOR"),
            (b"\r", b"no other function gets a new finding"),
            (b"\r", b"no match yet"),
            (b"report-export\r", b"UpdateFunctionConfiguration sent"),
        ):
            os.write(screen.master, keys)
            screen.wait_for(seen)
        screen.process.send_signal(signal.SIGTERM)

        assert screen.end() == 143
        left = _settled(tmp_path)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert len(left) == 1


def test_no_color_means_no_color_codes(tmp_path: Path) -> None:
    with opened(tmp_path, NO_COLOR="1", COLORTERM="truecolor") as screen:
        screen.wait_for(b"payments-reconcile")
        os.write(screen.master, b"q")
        screen.end()

        assert b"\x1b[38" not in screen.data
        assert b"38;2" not in screen.data
        assert b"48;2" not in screen.data


def _settled(folder: Path) -> list[int]:
    """Workers that stay: one whose input was closed a moment ago may still be on its way out."""
    until = time.monotonic() + 10
    while len(left := _children_of(folder)) > 1 and time.monotonic() < until:
        time.sleep(0.05)
    return left


def _children_of(folder: Path) -> list[int]:
    """Workers of this test that still run: their command lines name its folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(folder).encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
    return found


def test_where_there_is_no_terminal_one_line_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *worker(tmp_path)],
        env={**os.environ, **UTF8},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "doctor: the terminal UI needs a terminal; use 'doctor check'\n"


def test_a_terminal_that_cannot_be_drawn_on_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, TERM="dumb") as screen:
        screen.wait_for(b"use 'doctor check'")

        assert screen.end() == 2
        assert b"\x1b" not in screen.data
