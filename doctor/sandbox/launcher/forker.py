"""The process from which launchers are forked, and who inherits what a launcher that was killed leaves behind."""

import contextlib
import gc
import os
import select
import signal
import socket
import sys

from doctor.sandbox.launcher import cgroups, kernel
from doctor.sandbox.launcher.main import main
from doctor.sandbox.launcher.processes import living

_ROUNDS = 200
"""In which orphans that keep forking must come to their end."""


def serve(fd: int) -> None:
    """Fork a process that runs ``main`` for each socket that comes, and answer with its id.

    When nobody can send one any more, and the last launcher has ended, it ends itself.
    """
    asked = socket.socket(fileno=fd)
    asked.set_inheritable(False)
    if sys.platform == "linux":
        kernel.adopt_orphans()
    wake = _woken_by_children()
    gc.freeze()  # what is loaded stays: to look through it again would copy it into every launcher
    poll = select.poll()
    for one in (asked.fileno(), wake):
        poll.register(one, select.POLLIN)
    launchers: set[int] = set()
    while True:
        ready = {one for one, _ in poll.poll()}
        if wake in ready:
            os.read(wake, 4096)
            _bury(launchers)
        if asked.fileno() in ready:
            data, files, _, _ = socket.recv_fds(asked, 16, 1)
            if not data:
                break
            launchers.add(_forked(asked, *files))
    while _bury(launchers, wait=True):
        pass
    os._exit(0)  # at once: there is nothing to tidy up


def _woken_by_children() -> int:
    """A descriptor that can be read when a child has ended."""
    wake, signalled = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(signalled, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
    return wake


def _forked(asked: socket.socket, end: int) -> int:
    """Start a launcher, and tell its id."""
    pid = os.fork()
    if pid == 0:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            asked.close()
            main(end)
        finally:
            os._exit(0)
    os.close(end)
    asked.send(str(pid).encode())
    return pid


def _bury(launchers: set[int], *, wait: bool = False) -> bool:
    """Collect the dead, and end what those leave that were killed; tell whether anybody lives.

    A launcher ends its processes before itself. One that was killed could not, and they are this process's children now;
    so are theirs, when they die.
    """
    left, killed = False, list[int]()
    while True:
        try:
            pid, status = os.waitpid(-1, 0 if wait else os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            break
        wait = False
        if pid in launchers and os.WIFSIGNALED(status):
            killed.append(pid)
        left |= pid not in launchers or bool(killed)
        launchers.discard(pid)
    if left and sys.platform == "linux":
        _end_orphans(launchers)
    for pid in killed:
        cgroups.left_by(pid)
    return True


def _end_orphans(launchers: set[int]) -> None:
    """Kill every child that is no launcher, and theirs, who come here in turn."""
    me = os.getpid()
    for _ in range(_ROUNDS):
        orphans = [pid for pid, parent in living().items() if parent == me and pid not in launchers]
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
