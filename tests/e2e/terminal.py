"""A terminal with somebody at it: runs a command in a pseudo terminal, types, and reads the screen."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

_QUERY, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Textual asks whether the terminal can synchronise its output, and waits for the answer."""


class Terminal:
    """One command in a terminal of its own."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], columns: int = 120, rows: int = 36, **kind: str
    ) -> None:
        """Start it; ``kind`` is what the environment tells of the terminal beyond the usual."""
        self.raw = b""
        """Everything that came, for who looks for control sequences."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            list(command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={
                **{name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")},
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                **kind,
            },
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        os.close(self._master)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def wait_for(self, *texts: str, patience: float = 60.0) -> None:
        """Read until all texts are on the screen at once.

        Raises:
            AssertionError: they are not there in time; the message is the screen.
        """
        deadline = time.monotonic() + patience
        while not all(text in self.text for text in texts):
            assert time.monotonic() < deadline, f"not on the screen: {texts}\n{self.text}"
            self._read()

    def wait_without(self, beginning: str, patience: float = 60.0) -> None:
        """Read until no line begins so.

        Raises:
            AssertionError: one still does; the message is the screen.
        """
        deadline = time.monotonic() + patience
        while any(line.strip().startswith(beginning) for line in self.text.splitlines()):
            assert time.monotonic() < deadline, f"still on the screen: {beginning}\n{self.text}"
            self._read()

    def ended(self, patience: float = 20.0) -> int:
        """Read until the command has ended, and what it left behind; its exit code."""
        deadline = time.monotonic() + patience
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still running\n{self.text}"
            self._read()
        while self._read():
            pass
        return self.process.returncode

    def rest(self, seconds: float = 1.0) -> None:
        """Read until nothing has come for so long."""
        while self._read(seconds):
            pass

    def _read(self, patience: float = 0.05) -> bool:
        """Take in what has come; tell whether anything has."""
        if not select.select([self._master], [], [], patience)[0]:
            return False
        try:
            seen = os.read(self._master, 65536)
        except OSError:  # Linux says so when the other end was closed
            return False
        if _QUERY in seen:
            os.write(self._master, _ANSWER)
        self.raw += seen
        self._stream.feed(seen.replace(_QUERY, b""))
        return True
