"""The sandbox's processes as seen from outside: a launcher, in namespaces of its own where that is allowed, and what it runs."""

import contextlib
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from doctor.errors import SandboxError
from doctor.model.record import Record
from doctor.sandbox import advice
from doctor.sandbox.launcher.channel import Channel
from doctor.sandbox.launcher.filesystem import TRUSTED
from doctor.sandbox.launchers import ended, launchers
from doctor.sandbox.stage import Stage
from doctor.sandbox.tiers import Tier

_CONFIG = (
    "tier",
    "mounts",
    "opt",
    "tmp_size",
    "memory_limit",
    "group",
    "interval",
    "cpu_share",
    "api",
    "trusted",
    "gate",
    "ipv6",
    "scratch",
)
_ENDED = {"is": "failed", "where": "sandbox", "error": "it ended at once"}


class Walls(Record):
    """What a sandbox is built from. Sizes in bytes, times in seconds."""

    tier: Tier = "namespaces"
    mounts: tuple[tuple[str, str], ...]
    """Paths of this machine, and where the handler sees them, read-only."""
    opt: tuple[str, ...] = ()
    """Unpacked layers in order."""
    tmp_size: int
    memory_limit: int
    """0: none."""
    group: bool = False
    """Whether the kernel is to hold them to it in a control group, where this user may make one."""
    interval: float
    cpu_share: float = 1.0
    """Of one processor, while it is throttled."""
    grace: float
    api: tuple[str, int] = ("127.0.0.1", 9001)
    gate: bool = False
    """Whether there is a wire to a gate; without one there is no network at all."""
    ipv6: bool = False
    """Whether the function has IPv6; where it has not, a connection by it is refused as Lambda's kernel does."""
    scratch: str = ""
    """A directory of doctor's own that is removed when the sandbox ends, also when doctor was killed."""
    trusted: str = ""
    """Certificates that the handler is made to trust, as PEM."""


class Cell:
    """A running sandbox without a handler yet. Whoever makes one closes it; when doctor dies, it ends by itself.

    Args:
        walls: What it is built from.

    Raises:
        SandboxError: This machine does not allow it; nothing was started then.
    """

    def __init__(self, walls: Walls) -> None:
        if sys.platform != "linux" and walls.tier != "hooks":
            raise SandboxError(f"{walls.tier} are Linux's: here handlers are held by hooks in their interpreter alone")
        self._grace = walls.grace
        self.tier = walls.tier
        self.variables: Mapping[str, str] = {}
        """What a program's environment gets besides its own, where something outside holds it."""
        self._stage: Stage | None = None
        self._wire: Sequence[socket.socket] = ()
        self.no_wire = ""
        """Why a wire that was asked for could not be laid."""
        self.no_ipv6 = ""
        """Why the wire carries no IPv6."""
        self.control, far = Channel.pair()
        with far, contextlib.ExitStack() as unless_forked:
            unless_forked.callback(self.control.close)
            self._launcher = launchers.fork(far, walls.grace)
            if not self._launcher:
                raise SandboxError(_refusal(walls.tier, _ENDED))
            unless_forked.pop_all()
        with contextlib.ExitStack() as unless_open:
            unless_open.callback(self.close)
            self.listener = self._open(walls)
            unless_open.pop_all()

    def _open(self, walls: Walls) -> socket.socket:
        """Send the configuration and take the Runtime API's listener."""
        config = {name: getattr(walls, name) for name in _CONFIG}
        with contextlib.ExitStack() as sent:
            files = []
            if walls.tier != "namespaces":
                self._stage = Stage(walls.mounts, walls.opt, trusted=walls.trusted, place=TRUSTED)
                config |= {
                    "stage": str(self._stage.root),
                    "tmp": str(self._stage.tmp),
                    "readable": self._stage.readable,
                }
            if walls.tier == "seccomp":
                near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                files.append(sent.enter_context(far).fileno())
                self._wire = (near,)
            self.control.send(config, files)
        if not select.select([self.control], [], [], self._grace)[0]:
            raise SandboxError(
                f"the sandbox did not start within {self._grace:g} s on this machine; try again when it is less busy"
            )
        answer: dict[str, Any] = _ENDED
        fds: list[int] = []
        for answer, fds in self.control.receive() or ():  # noqa: B007 -- there is one, or it ended before it told
            break
        if answer["is"] != "ready":
            raise SandboxError(_refusal(walls.tier, answer))
        listener, *wire = (socket.socket(fileno=fd) for fd in fds)
        self._wire = wire or self._wire
        self.no_wire, self.no_ipv6 = answer["no_wire"], answer["no_ipv6"]
        return listener

    def as_on_lambda(self, text: str) -> str:
        """What a handler wrote, with Lambda's paths where it saw others."""
        return self._stage.as_on_lambda(text) if self._stage else text

    @property
    def tmp(self) -> Path:
        """Where a handler without namespaces may write."""
        if self._stage is None:
            raise RuntimeError("a handler in namespaces has a /tmp of its own")
        return self._stage.tmp

    @property
    def launcher(self) -> int:
        """The id of the process that all others of the sandbox descend from, as this machine numbers it."""
        return self._launcher

    def take_wire(self) -> Sequence[socket.socket]:
        """The far end of the wire and the gate's listener, then both for IPv6: whoever takes them closes them. Empty: no network."""
        taken, self._wire = self._wire, ()
        return taken

    def spawn(
        self, name: str, argv: Sequence[str], environment: Mapping[str, str], cwd: str, files: Sequence[int]
    ) -> None:
        """Start a program in the sandbox with ``files`` as its descriptors 1, 2, 3, …; a ``spawned`` message follows."""
        argv, environment = list(argv), dict(environment)
        if (stage := self._stage) is not None:
            argv, cwd = [stage.led(one) for one in argv], stage.led(cwd)
            environment = stage.environment(environment, self.listener.getsockname())
            for variable, value in self.variables.items():
                own = f" {environment[variable]}" if variable in environment else ""
                environment[variable] = value + own
        self._ask({"do": "spawn", "name": name, "argv": argv, "env": environment, "cwd": cwd}, files)

    def kill(self) -> None:
        """Kill every process in the sandbox; an ``exited`` message follows for each that was spawned."""
        self._ask({"do": "kill"})

    def go(self, until: float) -> None:
        """Let every process go on, held to their share of the processor, and kill them at this monotonic time, in seconds."""
        self._ask({"do": "go", "until": until})

    def stand(self) -> None:
        """Ask for a ``measured`` message, and stop every process then; none is killed for being late any more."""
        self._ask({"do": "stand"})

    def thaw(self) -> None:
        """Let stopped processes go on."""
        self._ask({"do": "thaw"})

    def deadline(self, at: float | None) -> None:
        """Kill them at this monotonic time, in seconds, however busy we are; ``None``: not any more."""
        self._ask({"do": "deadline", "at": at})

    def limit(self, memory: int) -> None:
        """Let them hold so many bytes from now on."""
        self._ask({"do": "limit", "memory": memory})

    def dial(self, port: int) -> None:
        """Ask for a connection to a port inside the sandbox; a ``dialed`` message brings it, or the error's number."""
        self._ask({"do": "dial", "port": port})

    def probe(self, port: int) -> bool:
        """Whether a process in the sandbox is kept from connecting to a port of this machine; nothing may run in it yet."""
        self._ask({"do": "probe", "port": port})
        if not select.select([self.control], [], [], self._grace)[0]:
            return False
        return any(message.get("held") for message in self.read())

    def _ask(self, message: dict[str, Any], files: Sequence[int] = ()) -> None:
        self.control.send(message, files)  # a launcher that died has closed its end; ``read`` tells so

    def read(self) -> list[dict[str, Any]]:
        """Take the messages that have come, without waiting.

        Raises:
            SandboxError: The launcher ended, which it never does by itself.
        """
        found = self.control.receive(wait=False)
        if found is None:
            raise SandboxError("the sandbox was ended from outside while the handler ran; run it again")
        return [{**message, "sockets": [socket.socket(fileno=fd) for fd in fds]} for message, fds in found]

    def close(self) -> None:
        """End everything in the sandbox and wait until it is gone."""
        if self.control.fileno() < 0:
            return
        with contextlib.suppress(OSError):  # it has ended
            self.control.end.shutdown(socket.SHUT_WR)
        if hasattr(self, "listener"):
            self.listener.close()
        for one in self.take_wire():
            one.close()
        if not ended(self.control.end, self._grace):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._launcher, signal.SIGKILL)
            ended(self.control.end, self._grace)
        self.control.close()
        if self._stage is not None:
            self._stage.remove()


def _refusal(tier: Tier, answer: Mapping[str, str]) -> str:
    """Say in one line why no sandbox can be made, and what helps."""
    helps = {"namespaces": advice.for_namespaces, "seccomp": advice.for_seccomp}.get(tier)
    return (
        f"this machine does not let doctor isolate the handler ({answer['error']}), and doctor does not run it with the network open"
        + (f"; {helps()}" if helps else "")
    )


def pipe() -> tuple[int, int]:
    """A pipe whose reading end does not block."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    return reading, writing
