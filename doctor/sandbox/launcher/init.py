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
from typing import Any

from doctor.sandbox.launcher import memory
from doctor.sandbox.launcher.channel import Channel
from doctor.sandbox.launcher.cpu import Share
from doctor.sandbox.launcher.processes import Processes

_NEAR = 64 << 20
"""Bytes below the limit from which on memory is looked at more often."""
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
        memory_limit: Bytes that all processes may hold together; 0: watch, but do not kill.
        interval: Seconds between two looks at the memory.
        cpu_share: Of one processor, from 0 to 1, while it is ``throttle``d; 1: all of it.
        processes: Those of the sandbox.
        children: Where those that it starts are kept, by their id; ``None``: here alone.
        hold: Called in each process before it becomes its program.
        unreachable: How many attempts to reach the network the kernel has counted.
    """

    def __init__(
        self,
        control: Channel,
        *,
        memory_limit: int,
        interval: float,
        cpu_share: float,
        processes: Processes,
        children: dict[int, str] | None = None,
        hold: Callable[[], None],
        unreachable: Callable[[], int],
    ) -> None:
        self.control = control
        self.processes = processes
        self.hold = hold
        self.unreachable = unreachable
        self.memory_limit = memory_limit
        self.interval = interval
        self.share = Share(cpu_share, processes.lately)
        self.deadline = math.inf
        self.late = False
        self.children: dict[int, str] = {} if children is None else children
        self.killed_for_memory: set[int] = set()
        self.held = 0
        self.peak = 0
        self.reported = -1
        self.frozen = False

    def serve(self) -> None:
        """Wait for messages, deaths and the next look at the memory."""
        wake, signalled = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(signalled, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
        poll = select.poll()
        for fd in (self.control.fileno(), wake):
            poll.register(fd, select.POLLIN)
        next_look = 0.0
        while True:
            ready = {fd for fd, _ in poll.poll(self._patience())}
            if wake in ready:
                os.read(wake, 4096)
            if time.monotonic() >= self.deadline:
                self._end_late()
            if time.monotonic() >= next_look:
                self._look()
                next_look = time.monotonic() + self._pause()
            self._throttle()
            self._reap()
            if self.control.fileno() in ready and not self._answer():
                return

    def _patience(self) -> float | None:
        """Milliseconds until something is due."""
        if not self.children or self.frozen:
            return None
        pause = self._pause()
        return (min(_THROTTLE_TICK, pause) if self.share.active else pause) * 1000

    def _pause(self) -> float:
        """Seconds until the next look at the memory: soon where little is left, for a process fills a megabyte in a millisecond."""
        return self.interval / 5 if 0 < self.memory_limit < self.held + _NEAR else self.interval

    def _end_late(self) -> None:
        """The deadline has come: kill here, however busy the other end is. Extensions live on, to be told."""
        self.deadline = math.inf
        self.late = True
        if set(self.children.values()) == {RUNTIME}:
            self.processes.send(signal.SIGKILL)
        for pid, name in self.children.items():
            if name == RUNTIME:
                os.killpg(pid, signal.SIGKILL)

    def _throttle(self) -> None:
        """Stop what has used up its share, and let it go on when it has earned some."""
        if not self.share.active or self.frozen or not self.children:
            return
        stop = self.share.must_stop()
        if stop != self.share.stopped:
            self.share.stopped = stop
            self.processes.send(signal.SIGSTOP if stop else signal.SIGCONT, quickly=True)

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

    def _do(self, message: dict[str, Any], fds: list[int]) -> None:
        match message["do"]:
            case "spawn":
                self._spawn(message, fds)
            case "freeze" | "thaw":
                self._freeze(message["do"] == "freeze")
            case "throttle":
                self.share.start()
            case "deadline":
                self.deadline = message["at"] or math.inf
            case "dial":
                self._dial(message["port"])
            case "measure":
                self._measure()
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
        killing = bool(self.killed_for_memory & self.children.keys())
        self._tell("measured", peak=self.peak, killing=killing, no_route=self.unreachable())

    def _freeze(self, frozen: bool) -> None:
        self.frozen = frozen
        self.share.stop()
        self.processes.send(signal.SIGSTOP if frozen else signal.SIGCONT)

    def _tell(self, what: str, *, must: bool = True, **facts: Any) -> None:
        """Send a message; one that need not arrive is dropped when the other end does not read.

        When nobody is left to read it, the closed socket ends ``serve``.
        """
        self.control.send({"is": what, **facts}, must=must)

    def _spawn(self, message: dict[str, Any], fds: list[int]) -> None:
        """Start a program; an error of ``exec`` is told, with its number."""
        failed, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            _become(message, fds, report, self.hold)
        os.close(report)
        self.frozen = self.late = False
        self.share.stop()
        error = os.read(failed, 16)
        os.close(failed)
        self.children[pid] = message["name"]
        self._tell("spawned", name=message["name"], errno=int(error or b"0"))

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
            most = usage.ru_maxrss * _MAXRSS
            self.peak = max(self.peak, min(most, self.memory_limit or most))
            facts: dict[str, Any] = {
                "code": os.waitstatus_to_exitcode(status),
                "oom": pid in self.killed_for_memory,
                "late": self.late,
            }
            self._tell("exited", name=name, peak=self.peak, no_route=self.unreachable(), **facts)

    def _look(self) -> None:
        """Measure, and kill the largest process when the limit is passed."""
        if not self.children:
            return
        usages = memory.usages(self.processes.lately())
        self.held = sum(usage.resident for usage in usages)
        self.peak = max([self.peak, self.held, *(usage.peak for usage in usages)])
        if self.memory_limit:
            self.peak = min(self.peak, self.memory_limit)
            victim = memory.over(usages, self.memory_limit)
            if victim is not None:
                self.killed_for_memory.add(victim.pid)
                self.peak = self.memory_limit
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim.pid, signal.SIGKILL)
        if self.held >> 20 != self.reported:
            self.reported = self.held >> 20
            self._tell("memory", must=False, held=self.held, peak=self.peak)


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


def _become(message: dict[str, Any], fds: list[int], report: int, hold: Callable[[], None]) -> None:
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
