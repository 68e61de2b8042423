"""Which processes belong to a sandbox, and how all of them are signalled."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator

_ALL = -1
"""To ``kill``: every process that one may signal but the first, and itself."""
_ROUNDS = 200
"""In which a tree that keeps forking must come to its end."""
_LOADS = 128
"""Bytes that ``/proc/loadavg`` has at most."""
_LATELY = 0.1
"""Seconds for which a look at all processes of this machine is good enough to measure by."""


class Namespace:
    """Every process of a process namespace whose first is this one."""

    def __init__(self) -> None:
        self._loads = os.open("/proc/loadavg", os.O_RDONLY | os.O_CLOEXEC)
        self._newest = b""
        self._known: list[int] = []
        self._looked = 0.0

    def pids(self) -> list[int]:
        """Those that live, but the first."""
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]

    def lately(self) -> list[int]:
        """Those that lived when the newest was started, or a moment ago: to list them all takes longer than to measure them.

        The last field of ``loadavg`` is the newest id of the namespace, as proc(5) has it. A process may get its id just
        before it is listed: therefore the moment.
        """
        newest, now = os.pread(self._loads, _LOADS, 0).rpartition(b" ")[2], time.monotonic()
        if newest != self._newest or now - self._looked > _LATELY:
            self._newest, self._looked, self._known = newest, now, self.pids()
        return self._known

    def send(self, number: signal.Signals, *, quickly: bool = False) -> None:  # noqa: ARG002  always quick
        """Signal all at once, as the kernel does it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(_ALL, number)


class Tree:
    """What a process started, and what that started, where there is no namespace to tell.

    Args:
        root: It belongs to the tree as its root only: it is never signalled. It must have adopted the orphans below it,
            or they are lost from sight.
        parents: The parent of every living process of this machine.
    """

    def __init__(self, root: int, parents: "Callable[[], dict[int, int]] | None" = None) -> None:
        self._root = root
        self._parents = parents or living
        self._known: list[int] = []
        self._looked = 0.0

    def pids(self) -> list[int]:
        """Those that live."""
        below: dict[int, list[int]] = {}
        for pid, parent in self._parents().items():
            below.setdefault(parent, []).append(pid)
        found, waiting = [], list(below.get(self._root, ()))
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            waiting += below.get(pid, ())
        self._known, self._looked = found, time.monotonic()
        return found

    def lately(self) -> list[int]:
        """Those that lived a moment ago: to look at all processes of a machine takes milliseconds."""
        return self._known if time.monotonic() - self._looked < _LATELY else self.pids()

    def send(self, number: signal.Signals, *, quickly: bool = False) -> None:
        """Signal each; look again until no new one is there, for one may fork while the others are signalled.

        Args:
            number: Of the signal.
            quickly: Only those that lived a moment ago.
        """
        if quickly:
            self._each(number, self.lately())
            return
        done: set[int] = set()
        for _ in range(_ROUNDS):
            new = [pid for pid in self.pids() if pid not in done]
            if not new:
                return
            self._each(number, new)
            done.update(new)

    def _each(self, number: signal.Signals, pids: list[int]) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)


class Started:
    """What was started and what it is a group with, on a system that gives orphans to nobody: hooks let it start nothing itself.

    Args:
        children: Those that were started, each the first of a group of its own.
    """

    def __init__(self, children: Callable[[], Iterable[int]]) -> None:
        self._children = children

    def pids(self) -> list[int]:
        """Those that live."""
        return list(self._children())

    lately = pids

    def send(self, number: signal.Signals, *, quickly: bool = False) -> None:  # noqa: ARG002  always quick
        """Signal each group."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)


Processes = Namespace | Tree | Started


def living() -> dict[int, int]:
    """The parent of every process of this machine that is no zombie."""
    return dict(_from_proc())


def _from_proc() -> Iterator[tuple[int, int]]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    # The name in brackets may hold anything; what follows is the state and the parent.
                    state, parent, *_ = file.read().rpartition(b")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != b"Z":
                yield int(name), int(parent)
