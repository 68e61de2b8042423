"""What starting costs: ``python -m tests.bench.startup [RUNS]``.

Targets: ``doctor --version`` 5 bare interpreters, ``doctor check --snapshot`` of the shipped incident 15, the first
screen of ``doctor demo`` within 0.5 s.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from statistics import median

from doctor.shelf import demo
from tests.bench.timing import in_bare_interpreters

_ROW = b"invoice-render"
"""A function of the shipped incident: when it is on the screen, the list is."""
_PATIENCE = 20.0
_QUERY, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Textual asks whether the terminal can synchronise its output, and waits for the answer."""


def first_screen(home: str) -> float:
    """Seconds from starting ``doctor demo`` in a pseudo terminal of 120x36 until the function list is on it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    environment = {**os.environ, "DOCTOR_HOME": home, "TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": ""}
    started = time.monotonic()
    screen = subprocess.Popen(
        [sys.executable, "-m", "doctor", "demo"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
        start_new_session=True,
    )
    os.close(slave)
    try:
        return _until_shown(master, started)
    finally:
        screen.terminate()
        os.close(master)  # nobody reads any more: what is still being painted must not wait for it
        screen.wait(10)


def _until_shown(master: int, started: float) -> float:
    seen = b""
    while time.monotonic() - started < _PATIENCE:
        if not select.select([master], [], [], 0.05)[0]:
            continue
        seen += os.read(master, 65536)
        if _QUERY in seen:
            os.write(master, _ANSWER)
            seen = seen.replace(_QUERY, b"")
        if _ROW in seen:
            return time.monotonic() - started
    raise TimeoutError(f"no function list within {_PATIENCE} s")


def main(runs: int) -> None:
    """Print each figure beside its target."""
    with tempfile.TemporaryDirectory() as home:
        for name, arguments, target in (
            ("doctor --version", ["--version"], 5),
            ("doctor check --snapshot", ["check", "--snapshot", str(demo())], 15),
        ):
            ratio, wall = in_bare_interpreters(arguments, runs, home)
            print(f"{name:<28} {ratio:5.1f} bare interpreters (target {target})   {wall * 1000:5.0f} ms wall")
        shown = [first_screen(home) for _ in range(runs)]
        print(f"{'doctor demo, first screen':<28} {median(shown):5.2f} s (target 0.5)   min {min(shown):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
