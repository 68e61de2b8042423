"""Answers the system calls by which a handler would reach the network, where it has no network of its own.

The kernel stops a process that connects or sends to an address, and asks here (seccomp's user notification). The answer
is a socket of ours in the place of its own, led to a door, into a hole, or to the resolver; or an error. What it asked
for is read once, and the connection is ours: nothing it changes afterwards changes where that leads. Only connections
within the sandbox are let go on by themselves; there another thread could change the address meanwhile. This keeps
accidents in; it is no security boundary.

Source: seccomp_unotify(2).
"""

import contextlib
import errno
import fcntl
import os
import socket
import struct
import time
from pathlib import Path
from typing import NamedTuple

from doctor.sandbox.gate import addresses
from doctor.sandbox.gate.addresses import Meant
from doctor.sandbox.gate.loopback import HERE, HERE_V6, Loopback
from doctor.sandbox.gate.service import Service
from doctor.sandbox.launcher.processes import Tree
from doctor.sandbox.launcher.seccomp import Numbers, here

_RECEIVE, _SEND, _ADD_FD = 0xC0502100, 0xC0182101, 0x40182103
_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
_RESPONSE = struct.Struct("=QqiI")
_ADDED = struct.Struct("=QIIII")
_CONTINUE, _IN_PLACE = 1, 1
_DNS = 53
_FAST_OPEN = 0x20000000
_HANGS = 127.0
"""Seconds after which Linux gives up on a connection that nobody answers."""
_MESSAGE_HEAD = struct.Struct("=QI4xQQ")
_PIECE = struct.Struct("=QQ")
_MOST_PIECES = 1024


class Asked(NamedTuple):
    """A system call that waits for an answer."""

    fd: int
    """Where it is answered."""
    number: int
    pid: int
    call: int
    arguments: tuple[int, ...]


class Supervisor(Service):
    """Holds all processes whose filters come over a socket. Whoever makes one closes it.

    Args:
        filters: A filter's descriptor comes with each message; closed with the supervisor.
        loopback: Where connections lead.
        launcher: The process that all of the sandbox descend from.
        api: Where the Runtime API listens.
        tmp: Below which its own sockets without a network may be.
    """

    def __init__(
        self, filters: socket.socket, loopback: Loopback, launcher: int, api: tuple[str, int], tmp: Path
    ) -> None:
        super().__init__("doctor-supervisor")
        self._filters = filters
        self._loopback = loopback
        self._tree = Tree(launcher)
        self._api = api
        self._tmp = tmp
        self._numbers: Numbers = here()
        self._held: dict[tuple[int, int, Meant], tuple[Asked, float]] = {}
        self._listeners: list[int] = []
        self.refused: dict[str, None] = {}
        """What a handler was not let do here only, in words."""
        self.on(filters, self._new_filter)
        self.start()

    def patience(self) -> float | None:
        """Until the first connection that hangs has hung long enough."""
        first = min((until for _, until in self._held.values()), default=None)
        return None if first is None else max(first - time.monotonic(), 0)

    def due(self) -> None:
        """Give up on connections that hung long enough."""
        now = time.monotonic()
        for key, (asked, until) in tuple(self._held.items()):
            if until <= now:
                del self._held[key]
                self._fail(asked, errno.ETIMEDOUT)

    def close(self) -> None:
        """Stop; whatever waits for an answer then gets an error from the kernel."""
        super().close()
        self._filters.close()
        for fd in self._listeners:
            os.close(fd)

    def _new_filter(self) -> None:
        data, fds, _, _ = socket.recv_fds(self._filters, 16, 1)
        if not data:
            self.selector.unregister(self._filters)
        for fd in fds:
            self._listeners.append(fd)
            self.on(fd, lambda fd=fd: self._take(fd))  # type: ignore[misc]

    def _take(self, fd: int) -> None:
        """Take one call and answer it."""
        buffer = bytearray(_NOTIFICATION.size)
        try:
            fcntl.ioctl(fd, _RECEIVE, buffer)
        except OSError as error:
            if error.errno not in (errno.EINTR, errno.ENOENT):
                self.selector.unregister(fd)  # every process that it held is gone
            return
        number, pid, _, call, _, _, *arguments = _NOTIFICATION.unpack(buffer)
        asked = Asked(fd, number, pid, call, tuple(arguments))
        try:
            self._judge(asked)
        except (OSError, struct.error):
            self._fail(asked, errno.EACCES)  # it is gone, or does not let itself be looked at: never let it go on

    def _judge(self, asked: Asked) -> None:
        numbers = self._numbers
        if asked.call == numbers.connect:
            _, at, size, *_ = asked.arguments
            self._connect(asked, addresses.read(_memory(asked.pid, at, min(size, 128))))
        elif asked.call == numbers.sendto:
            _, _, length, flags, at, size = asked.arguments
            meant = addresses.read(_memory(asked.pid, at, min(size, 128)))
            self._datagram(asked, meant, length, refused=bool(flags & _FAST_OPEN))
        elif asked.call == numbers.sendmsg:
            meant, length = _message(asked.pid, asked.arguments[1])
            self._datagram(asked, meant, length, refused=bool(asked.arguments[2] & _FAST_OPEN))
        else:
            meant, _ = _message(asked.pid, asked.arguments[1])
            if meant is None:
                self._go_on(asked)
            else:
                self._fail(asked, errno.EPERM)

    def _connect(self, asked: Asked, meant: Meant | None) -> None:
        if meant is None:
            self._go_on(asked)  # it takes a connection back, which leads nowhere
        elif meant.path is not None:
            self._within(asked, meant.path)
        elif meant.local:
            self._to_itself(asked, meant)
        elif "UDP" in _protocol(asked):
            self._to_datagrams(asked, meant)
        else:
            self._over_tcp(asked, meant)

    def _within(self, asked: Asked, path: str) -> None:
        """A socket of this machine: only those of the sandbox's own directory; a name server or a bus would reach further."""
        folder = Path(f"/proc/{asked.pid}/cwd").resolve()
        wanted = Path(folder, path)
        if path and wanted.resolve().is_relative_to(self._tmp):
            self._go_on(asked)
            return
        if not path or wanted.exists():
            self.refused[f"a socket of this machine ({path or 'without a path'}) was not there for the handler"] = None
        self._fail(asked, errno.ENOENT)

    def _to_itself(self, asked: Asked, meant: Meant) -> None:
        """A connection within this machine: to the Runtime API, or to what the sandbox itself listens on."""
        if meant.port == self._api[1] or addresses.listens(self._tree.pids(), meant.port):
            self._go_on(asked)
        else:
            self._fail(asked, errno.ECONNREFUSED)

    def _to_datagrams(self, asked: Asked, meant: Meant) -> None:
        """A socket for UDP: the resolver's leads to ours, every other one into a sink."""
        if self._without_ipv6(meant):
            self._fail(asked, errno.ENETUNREACH)
            return
        with _ours(asked, socket.SOCK_DGRAM) as ours:
            ours.connect(_here(ours, self._loopback.resolver_udp if meant.port == _DNS else self._loopback.sink))
            self._loopback.sinks(ours.getsockname()[1], meant.host, meant.port)
            self._put(asked, ours)
        self._answer(asked)

    def _over_tcp(self, asked: Asked, meant: Meant) -> None:
        if meant.port == _DNS and self._loopback.networked:
            self._lead(asked, self._loopback.resolver)
            return
        key = asked.pid, asked.arguments[0], meant
        if key in self._held:  # a signal had interrupted it, and it was begun again
            self._held[key] = asked, self._held[key][1]
            return
        led = self._loopback.led(meant.host, meant.port)
        if led.way == "open":
            self._lead(asked, led.port)
        elif led.way == "refused":
            self._fail(asked, errno.ECONNREFUSED)
        elif led.way in ("nowhere", "unreachable"):
            self._fail(asked, errno.ENETUNREACH)
        elif _blocks(asked):
            self._held[key] = asked, time.monotonic() + _HANGS
        else:
            self._hang(asked, led.port)

    def _lead(self, asked: Asked, port: int) -> None:
        """Put a connected socket in the place of its own."""
        with _ours(asked, socket.SOCK_STREAM) as ours:
            ours.connect(_here(ours, port))
            ours.setblocking(_blocks(asked))
            self._put(asked, ours)
        self._answer(asked)

    def _hang(self, asked: Asked, port: int) -> None:
        """Put a socket in the place of its own that is being connected for ever."""
        with _ours(asked, socket.SOCK_STREAM) as ours:
            ours.setblocking(False)
            ours.connect_ex(_here(ours, port))
            self._put(asked, ours)
        self._fail(asked, errno.EINPROGRESS)

    def _put(self, asked: Asked, ours: socket.socket) -> None:
        """Replace the process's socket by one of ours, with its flags."""
        flags = _flags(asked)
        if ours.type == socket.SOCK_DGRAM:
            ours.setblocking(not flags & os.O_NONBLOCK)
        data = _ADDED.pack(asked.number, _IN_PLACE, ours.fileno(), asked.arguments[0], flags & os.O_CLOEXEC)
        with contextlib.suppress(FileNotFoundError):  # a signal interrupted it: it asks again
            fcntl.ioctl(asked.fd, _ADD_FD, data)

    def _datagram(self, asked: Asked, meant: Meant | None, length: int, *, refused: bool) -> None:
        """A message to an address of its own."""
        if meant is None:
            self._go_on(asked)
        elif meant.path is not None:
            self._within(asked, meant.path)
        elif refused:
            self._fail(asked, errno.EOPNOTSUPP)
        elif meant.local and addresses.listens(self._tree.pids(), meant.port):
            self._go_on(asked)
        elif self._without_ipv6(meant):
            self._fail(asked, errno.ENETUNREACH)
        else:
            self._loopback.ignored(meant.host, meant.port)
            self._answer(asked, length)

    def _without_ipv6(self, meant: Meant) -> bool:
        """Whether a datagram is for where the function has no way at all."""
        return meant.version == addresses.V6 and not self._loopback.ipv6

    def _go_on(self, asked: Asked) -> None:
        self._respond(_RESPONSE.pack(asked.number, 0, 0, _CONTINUE), asked)

    def _answer(self, asked: Asked, value: int = 0) -> None:
        self._respond(_RESPONSE.pack(asked.number, value, 0, 0), asked)

    def _fail(self, asked: Asked, number: int) -> None:
        self._respond(_RESPONSE.pack(asked.number, 0, -number, 0), asked)

    def _respond(self, data: bytes, asked: Asked) -> None:
        with contextlib.suppress(FileNotFoundError):  # it was interrupted or killed
            fcntl.ioctl(asked.fd, _SEND, data)


def _memory(pid: int, at: int, size: int) -> bytes:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(at)
        return memory.read(size)


def _message(pid: int, at: int) -> tuple[Meant | None, int]:
    """Whom a message of ``sendmsg`` is for, and how long it is."""
    name, size, pieces, count = _MESSAGE_HEAD.unpack(_memory(pid, at, _MESSAGE_HEAD.size))
    if not name:
        return None, 0
    data = _memory(pid, pieces, _PIECE.size * min(count, _MOST_PIECES)) if count else b""
    return addresses.read(_memory(pid, name, min(size, 128))), sum(length for _, length in _PIECE.iter_unpack(data))


def _protocol(asked: Asked) -> str:
    """What kind of socket it is, as the kernel names it: ``TCP``, ``UDPv6``."""
    return os.getxattr(f"/proc/{asked.pid}/fd/{asked.arguments[0]}", "system.sockprotoname").decode()


def _ours(asked: Asked, kind: int) -> socket.socket:
    """A socket to take the place of a process's own, of the same family: what it sets on it afterwards must fit."""
    return socket.socket(socket.AF_INET6 if _protocol(asked).endswith("v6") else socket.AF_INET, kind)


def _here(ours: socket.socket, port: int) -> tuple[str, int]:
    """A port of this machine's loopback, as a socket of its family calls it."""
    return HERE_V6 if ours.family == socket.AF_INET6 else HERE, port


def _flags(asked: Asked) -> int:
    """The flags of a process's descriptor."""
    lines = Path(f"/proc/{asked.pid}/fdinfo/{asked.arguments[0]}").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("flags:")).split()[1], 8)


def _blocks(asked: Asked) -> bool:
    return not _flags(asked) & os.O_NONBLOCK
