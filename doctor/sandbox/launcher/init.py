"""The first process of the sandbox: starts the others, reaps them, watches their memory, and takes them all down with it."""

import contextlib
import errno
import fcntl
import math
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable

from doctor.sandbox.launcher import kernel
from doctor.sandbox.launcher.channel import Channel
from doctor.sandbox.launcher.limiting import Limiter
from doctor.sandbox.launcher.processes import Processes

TYPE_CHECKING = False  # typing takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any

_THROTTLE_TICK = 0.002
"""Seconds between two looks at the processor clocks."""
_DIAL = 0.2
"""Seconds: who listens on this machine answers at once."""
_MAXRSS = 1 if sys.platform == "darwin" else 1024
"""Bytes in which a system tells the most memory that a process has held."""
RUNTIME = "runtime"
"""Name of the one process that the deadline is for."""
LIMITS = {
    resource.RLIMIT_NOFILE: 1024,
    resource.RLIMIT_MEMLOCK: 64 * 1024,
    resource.RLIMIT_CORE: 0,
}
"""Lambda's own, but for core files, of which we want none; the number of processes counts in a user namespace only."""


class Init:
    """Answers the messages of the sandbox at the other end of ``control``; ends, and all with it, when that end closes.

    Args:
        control: Where messages come from, and go to.
        limiter: What holds the processes to the function's memory and processor share.
        processes: Those of the sandbox.
        children: Where those that it starts are kept, by their id; ``None``: here alone.
        hold: Called in each process before it becomes its program.
        unreachable: How many attempts to reach the network the kernel has counted.
    """

    def __init__(
        self,
        control: Channel,
        *,
        limiter: Limiter,
        processes: Processes,
        children: dict[int, str] | None = None,
        hold: Callable[[], None],
        unreachable: Callable[[], int],
    ) -> None:
        self.control = control
        self.processes = processes
        self.hold = hold
        self.unreachable = unreachable
        self.limiter = limiter
        self.deadline = math.inf
        self.late = False
        self.children: dict[int, str] = {} if children is None else children
        self.reported = -1
        self.next_look = 0.0

    def serve(self) -> None:
        """Wait for messages, deaths and the next look at the memory."""
        wake, signalled = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(signalled, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
        if sys.platform == "linux":
            kernel.tell_only_of_ends()  # we stop and continue them with every invocation
        poll = select.poll()
        for fd in (self.control.fileno(), wake):
            poll.register(fd, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll(self._patience())}
            if wake in ready:
                os.read(wake, 4096)
            if time.monotonic() >= self.deadline:
                self._end_late()
            if time.monotonic() >= self.next_look and not self.limiter.frozen:  # what stands still takes no memory
                self._look()
            if self.children:
                self.limiter.keep_to_share()
            self._reap()
            if self.control.fileno() in ready and not self._answer():
                return

    def _patience(self) -> float | None:
        """Milliseconds until something is due."""
        if not self.children or self.limiter.frozen:
            return None
        pause = self.limiter.pause()
        return (min(_THROTTLE_TICK, pause) if self.limiter.throttling else pause) * 1000

    def _end_late(self) -> None:
        """The deadline has come: kill here, however busy the other end is. Extensions live on, to be told."""
        self.deadline = math.inf
        self.late = True
        if set(self.children.values()) == {RUNTIME}:
            self.processes.send(signal.SIGKILL)
        for pid, name in self.children.items():
            if name == RUNTIME:
                os.killpg(pid, signal.SIGKILL)

    def _answer(self) -> bool:
        """Do what messages ask; tell whether to go on."""
        messages = self.control.receive()
        if messages is None:
            return False
        for message, fds in messages:
            self._do(message, fds)
            for fd in fds:
                os.close(fd)
        return True

    def _do(self, message: "dict[str, Any]", fds: list[int]) -> None:
        match message["do"]:
            case "spawn":
                self._spawn(message, fds)
            case "go":
                self.limiter.freeze(False)
                self.limiter.throttle()
                self.deadline = message["until"]
                self.next_look = time.monotonic() + self.limiter.pause()
            case "stand":
                self.deadline = math.inf
                self._measure()
                self.limiter.freeze(True)
            case "thaw":
                self.limiter.freeze(False)
            case "deadline":
                self.deadline = message["at"] or math.inf
            case "limit":
                self.limiter.allow(message["memory"])
            case "dial":
                self._dial(message["port"])
            case "probe":
                self._tell("probed", held=_is_held(self.hold, message["port"]))
            case "kill":
                self.processes.send(signal.SIGKILL)

    def _dial(self, port: int) -> None:
        """Connect to a listener of an extension, and hand the connection out."""
        with socket.socket() as sock:
            sock.settimeout(_DIAL)
            number = sock.connect_ex(("127.0.0.1", port))
            told = {"is": "dialed", "port": port, "errno": number}
            self.control.send(told, [] if number else [sock.fileno()])

    def _measure(self) -> None:
        self._look()
        limiter = self.limiter
        killing = limiter.killing(self.children)
        self._tell("measured", peak=limiter.peak, killing=killing, no_route=self.unreachable(), by=limiter.by)

    def _tell(self, what: str, *, must: bool = True, **facts: "Any") -> None:
        """Send a message; one that need not arrive is dropped when the other end does not read.

        When nobody is left to read it, the closed socket ends ``serve``.
        """
        self.control.send({"is": what, **facts}, must=must)

    def _spawn(self, message: "dict[str, Any]", fds: list[int]) -> None:
        """Start a program; an error of ``exec`` is told, with its number."""
        failed, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            _become(message, fds, report, self.hold)
        os.close(report)
        self.late = False
        self.limiter.begin()
        error = os.read(failed, 16)
        os.close(failed)
        self.children[pid] = message["name"]
        self._tell("spawned", name=message["name"], errno=int(error or b"0"))
        self.limiter.take()

    def _reap(self) -> None:
        """Collect the dead; adopted ones go silently."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            name = self.children.pop(pid, None)
            if name is None:
                continue
            code = os.waitstatus_to_exitcode(status)
            facts: dict[str, Any] = {
                "code": code,
                "oom": self.limiter.ended(pid, code, usage.ru_maxrss * _MAXRSS),
                "late": self.late,
                "by": self.limiter.by,
                "peak": self.limiter.peak,
            }
            self._tell("exited", name=name, no_route=self.unreachable(), **facts)

    def _look(self) -> None:
        """Measure, and tell what changed by a megabyte."""
        if not self.children:
            return
        limiter = self.limiter
        limiter.look()
        self.next_look = time.monotonic() + limiter.pause()
        if limiter.held >> 20 != self.reported:
            self.reported = limiter.held >> 20
            self._tell("memory", must=False, held=limiter.held, peak=limiter.peak)


def _is_held(hold: Callable[[], None], port: int) -> bool:
    """Whether a process that is held cannot connect to a port that listens, outside of the sandbox."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(OSError), socket.socket() as probe:
            hold()
            if probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED:
                os._exit(0)
        os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _become(message: "dict[str, Any]", fds: list[int], report: int, hold: Callable[[], None]) -> None:
    """In the child: take the given files as 1, 2, 3, …, Lambda's limits, and become the program."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        report = _above(report)
        _place(fds)
        for limit, wanted in LIMITS.items():
            bound(limit, wanted)
        os.umask(0o022)
        os.chdir(message["cwd"])
        hold()
        os.execve(message["argv"][0], message["argv"], message["env"])  # noqa: S606  the user's own runtime, with its own environment
    except OSError as error:
        os.write(report, str(error.errno).encode())
    finally:
        os._exit(127)


def bound(limit: int, wanted: int) -> None:
    """Lower a limit of this process, soft and hard."""
    hard = resource.getrlimit(limit)[1]
    value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(limit, (value, value))


def _above(fd: int) -> int:
    """A copy of ``fd`` out of the way of the numbers that the program gets; it closes with ``exec``."""
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 32)


def _place(fds: list[int]) -> None:
    """Nothing to read on 0, the given files from 1 on."""
    nothing = _above(os.open(os.devnull, os.O_RDONLY))
    for number, fd in enumerate([nothing, *(_above(fd) for fd in fds)]):
        os.dup2(fd, number, inheritable=True)
