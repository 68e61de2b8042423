"""The terminal UI in a real pseudo terminal: first paint, key to paint, filter, Esc, a slow line, memory, idle CPU.

``python -m tests.bench.screen [FUNCTIONS]``, at 120x36. A key is timed from its ``write`` to the end of the first frame that
holds what it must bring, so that a repaint in the background is never mistaken for the answer. CPU per key stands beside it: it does
not depend on the neighbours of a shared machine.
"""

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psutil

from doctor.model.finding import Severity
from doctor.model.report import FunctionRow, Overview
from doctor.report.lines import functions
from doctor.store.snapshots import put
from doctor.testing.world import ACCOUNT, NOW, REGION, function, snapshot
from doctor.tui import filtering

SIZE = (36, 120)
ROUNDS = 80
PATIENCE = 20.0
RATE = 128 * 1024
"""Bytes a second of the slow line."""
ROOT = Path(__file__).parents[2]
_QUERY, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_FRAME = b"\x1b[?2026l"
"""The end of a frame: Textual asks whether the terminal can synchronise its output, and then marks its frames."""
OPEN = """
import sys
from doctor.store.snapshots import index
from doctor.tui.app import run
target = {"profile": "bench"}
overview, rows = index(target)
sys.exit(run(target, rows=rows, overview=overview, worker=[sys.executable, *sys.argv[1:]]))
"""
"""As ``doctor.cli.screen`` does it, with a worker that is given."""


class Screen:
    """The UI in a pseudo terminal whose output is only searched, never drawn: that would cost more than what is measured."""

    def __init__(self, pace: str, rate: float = 0, **environment: str) -> None:
        self._rate = rate
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-c", OPEN, str(ROOT / "tests" / "tui" / "paced_worker.py"), pace],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, **usual, **environment},
            start_new_session=True,
        )
        os.close(slave)
        self.bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.quiet(0.2)
        self.process.wait(10)
        os.close(self._master)

    def _read(self, patience: float) -> bytes:
        if not select.select([self._master], [], [], patience)[0]:
            return b""
        try:
            seen = os.read(self._master, 4096 if self._rate else 65536)
        except OSError:  # Linux says so when the other end was closed
            return b""
        if self._rate:
            time.sleep(len(seen) / self._rate)
        if _QUERY in seen:
            os.write(self._master, _ANSWER)
        self.bytes += len(seen)
        return seen

    def press(self, key: str, wanted: str, *, ended: float | None = None) -> float:
        """Type a key and wait for the end of the frame that holds ``wanted``; the milliseconds from ``ended``, or from now."""
        begun = time.perf_counter() if ended is None else ended
        if key:
            os.write(self._master, key.encode())
        return self.wait(wanted, begun)

    def wait(self, wanted: str, begun: float) -> float:
        """Wait for the end of the frame that holds ``wanted``."""
        seen = b""
        sought = wanted.encode()
        while (found := seen.find(sought)) < 0 or seen.find(_FRAME, found) < 0:
            assert time.perf_counter() - begun < PATIENCE, f"{wanted!r} never came"
            seen += self._read(0.5)
        return (time.perf_counter() - begun) * 1000

    def quiet(self, seconds: float) -> None:
        """Read until nothing comes for so long."""
        while self._read(seconds):
            pass

    def type(self, key: str) -> None:
        """Type without waiting."""
        os.write(self._master, key.encode())

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU that the UI has used."""
        spent = psutil.Process(self.process.pid).cpu_times()
        return (spent.user + spent.system) * 1000


def rows(many: int) -> list[FunctionRow]:
    """Functions of which every tenth is in trouble."""
    return [
        FunctionRow(
            arn=function(f"svc-{number:05d}-handler").arn,
            name=f"svc-{number:05d}-handler",
            health="critical" if number % 10 == 0 else "ok",
            why="times out: needs about 4.2 s, timeout is 3 s" if number % 10 == 0 else "64 rules found nothing",
            findings=int(number % 10 == 0),
            worst=Severity.HIGH if number % 10 == 0 else None,
            runtime="python3.12",
            memory_size=256,
            timeout=30,
            errors_per_hour=0.0,
            p95=400.0,
        )
        for number in range(many)
    ]


def stored(many: int) -> list[FunctionRow]:
    """Put a snapshot's index on the shelf; the rows in the order of the list."""
    overview = Overview(
        source="bench", snapshot="", taken_at=NOW, account=ACCOUNT, region=REGION, live=True, functions=many
    )
    made = rows(many)
    put({"profile": "bench"}, snapshot(function()), overview, made)
    return sorted(made, key=functions.rank)


def tell(name: str, taken: Iterable[float], goal: float, note: str = "") -> None:
    """One line: median and 95th percentile against the goal."""
    ordered = sorted(taken)
    p95 = ordered[max(0, round(len(ordered) * 0.95) - 1)]
    value = f"p50 {statistics.median(ordered):6.1f}  p95 {p95:6.1f}" if len(ordered) > 1 else f"{ordered[0]:.1f}"
    print(f"{name:<36} {value:<26} goal {goal:>5g}  {'ok' if p95 <= goal else 'OVER':<5}{note}", flush=True)


@contextmanager
def opened(first: FunctionRow, pace: str, **more: str) -> Iterator[Screen]:
    """The UI with its list on the screen, at rest."""
    with Screen(pace, **more) as screen:
        screen.wait(first.name, screen.started)
        if pace == "idle":
            screen.quiet(1.0)
        else:  # it is never quiet
            time.sleep(1.5)
        yield screen


def keyed(screen: Screen, keys: Iterable[tuple[str, str]], pause: float) -> tuple[list[float], float]:
    """Milliseconds for each key, and CPU milliseconds a key."""
    before, taken = screen.cpu, []
    for key, wanted in keys:
        taken.append(screen.press(key, wanted))
        time.sleep(pause)
    return taken, (screen.cpu - before) / len(taken)


def first_paint(first: FunctionRow) -> None:
    taken = []
    for _ in range(7):
        with Screen("idle") as screen:
            taken.append(screen.wait(first.name, screen.started))
    tell("first paint, ms (median of 7)", [statistics.median(taken)], 400, f"best {min(taken):.0f}")


def moving(ordered: list[FunctionRow], pace: str, goal: float) -> None:
    with opened(ordered[0], pace) as screen:
        for _ in range(2):
            screen.type("\x06")
            time.sleep(0.4)
            screen.quiet(0.05)
        screen.type("j")
        time.sleep(0.3)
        screen.quiet(0.05)
        here = _cursor(ordered, screen)
        taken, cpu = keyed(screen, [("j", ordered[here + step].name) for step in range(1, ROUNDS + 1)], 0.02)
        tell(f"key to paint, {pace}, ms", taken, goal, f"{cpu:.1f} ms CPU a key")


def _cursor(ordered: list[FunctionRow], screen: Screen) -> int:
    """Where the cursor is: the row that one more key draws last."""
    seen = b""
    screen.type("j")
    time.sleep(0.3)
    while chunk := screen._read(0.05):
        seen += chunk
    known = {row.name: place for place, row in enumerate(ordered)}
    found = [known[word] for word in seen.decode(errors="replace").replace("\x1b", " ").split() if word in known]
    return max(found)


def filtering_keys(ordered: list[FunctionRow]) -> None:
    typed = "01234"
    with opened(ordered[0], "idle") as screen:
        taken, escapes, before = [], [], screen.cpu
        for _ in range(8):
            screen.press("/", "/")
            for end in range(1, len(typed) + 1):
                count = len(filtering.apply(typed[:end], ordered))
                taken.append(screen.press(typed[end - 1], f"{count:,} of {len(ordered):,}"))
                time.sleep(0.05)
                screen.quiet(0.02)
            escapes.append(screen.press("\x1b", ordered[0].name))
            time.sleep(0.1)
            screen.quiet(0.05)
        cpu = (screen.cpu - before) / (len(taken) + len(escapes))
        tell("filter, ms", taken, 80, f"{cpu:.1f} ms CPU a key")
        tell("Esc, ms", escapes, 40)


def at_rest(ordered: list[FunctionRow]) -> None:
    with opened(ordered[0], "idle") as screen:
        memory = psutil.Process(screen.process.pid).memory_info().rss / 2**20
        before, began = screen.cpu, time.perf_counter()
        time.sleep(5)
        idle = (screen.cpu - before) / (time.perf_counter() - began) / 10
        tell("UI memory, MiB", [memory], 80)
        tell("idle CPU, %", [idle], 1)
        begun = time.perf_counter()
        screen.type("q")
        while screen.process.poll() is None:
            screen._read(0.005)
        tell("quit, ms", [(time.perf_counter() - begun) * 1000], 300)


def slow_line(ordered: list[FunctionRow]) -> None:
    """Hold ``j`` at 30 Hz for three seconds."""
    taken = []
    for _ in range(3):
        with Screen("idle", RATE, SSH_CONNECTION="there") as screen:
            screen.wait(ordered[0].name, screen.started)
            screen.quiet(1.0)
            began, pressed = time.perf_counter(), 0
            while time.perf_counter() - began < 3:
                if time.perf_counter() - began > pressed / 30:
                    screen.type("j")
                    pressed += 1
                screen._read(0.005)
            last = time.perf_counter()
            quiet_since = last
            while time.perf_counter() - quiet_since < 0.4:
                if screen._read(0.02):
                    quiet_since = time.perf_counter()
            taken.append((quiet_since - last) * 1000)
    tell("held j over 128 KiB/s settles, ms", [statistics.median(taken)], 300)


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as home:
        os.environ["DOCTOR_HOME"] = home
        ordered = stored(many)
        print(f"{many:,} functions, {SIZE[1]}x{SIZE[0]}")
        first_paint(ordered[0])
        moving(ordered, "idle", 20)
        moving(ordered, "busy", 50)
        filtering_keys(ordered)
        slow_line(ordered)
        at_rest(ordered)


if __name__ == "__main__":
    main()
