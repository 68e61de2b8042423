"""The gate where there is no wire: doors on this machine's own loopback, one for each destination that opens.

Whoever holds a handler's sockets (a supervisor of system calls, or hooks in its interpreter) asks which way a connection
goes, and leads it to the port that is told: to a door behind which the gate serves, or into a hole that never answers.
"""

import contextlib
import select
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from doctor.errors import SandboxError
from doctor.sandbox.gate import names
from doctor.sandbox.gate.names import Families
from doctor.sandbox.gate.service import Service

if TYPE_CHECKING:  # doctor.iam and doctor.network: only a run with a world pays for them
    from doctor.sandbox.gate.keeper import Keeper

HERE = "127.0.0.1"
HERE_V6 = "::ffff:127.0.0.1"
"""The same to a socket of IPv6."""
_LARGEST = 1 << 16
_FILLERS = 3
"""Connections that nobody accepts: with them the hole is full on Linux."""
_MOST_FILLERS, _FILLING = 512, 0.1
"""How many it takes at most elsewhere, and seconds in which a connection opens that does not wait."""

Serve = Callable[[socket.socket, str, int], None]


class Led(NamedTuple):
    """Where a connection is led: the port is of this machine's loopback."""

    way: Literal["open", "dropped", "refused", "unreachable", "nowhere"]
    """``nowhere``: the handler has no network at all."""
    port: int = 0


class Loopback(Service):
    """Doors, a hole and a resolver, all on 127.0.0.1. ``led``, ``addresses`` and ``ignored`` may be called from any thread.

    Args:
        keeper: Decides, and records; ``None``: there is no network at all.
        serve: Serves a connection that came through a door, in a thread of its own; the host and port it was meant for.
    """

    def __init__(self, keeper: "Keeper | None", serve: Serve | None) -> None:
        super().__init__("doctor-loopback")
        self.attempts = 0
        """To reach a network that is not there."""
        self._keeper = keeper
        self._serve_door = serve
        self._book = names.Book()
        self._known: dict[str, Families] = {}
        self.both: dict[str, None] = {}
        """Names that were given addresses of both versions of IP."""
        self._doors: dict[tuple[str, int], socket.socket] = {}
        self._files = contextlib.ExitStack()
        keep = self._files.enter_context
        self._questions = keep(socket.create_server((HERE, 0)))
        self._asked = keep(_datagrams())
        self._sink = keep(_datagrams())
        self._sunk: dict[int, tuple[str, int]] = {}
        self._hole = _hole(self._files)
        self.on(self._questions, self._take_question)
        self.on(self._asked, self._answer_question)
        self.on(self._sink, self._drop)
        self.start()

    @property
    def networked(self) -> bool:
        """Whether there is a network at all."""
        return self._keeper is not None

    @property
    def ipv6(self) -> bool:
        """Whether the handler has IPv6."""
        return self._keeper is not None and self._keeper.ipv6

    @property
    def resolver(self) -> int:
        """Port of the name server, by TCP."""
        return int(self._questions.getsockname()[1])

    @property
    def resolver_udp(self) -> int:
        """The same by UDP."""
        return int(self._asked.getsockname()[1])

    @property
    def sink(self) -> int:
        """Port into which datagrams are dropped."""
        return int(self._sink.getsockname()[1])

    def led(self, address: str, port: int) -> Led:
        """Which way a connection goes to an address."""
        if self._keeper is None:
            self.attempts += 1
            return Led("nowhere")
        host = self._book.host(address)
        way = self._keeper.way(host, port, 6 if ":" in address else 4)
        if way == "open":
            return Led(way, self._door(host, port))
        return Led(way, self._hole if way == "dropped" else 0)

    def addresses(self, name: str) -> Mapping[int, str]:
        """The addresses that a name is given, by version of IP; empty: there is no such name."""
        if self._keeper is None:
            self.attempts += 1
            return {}
        name = name.rstrip(".").lower()
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._keeper.families(name)
            self.both |= {name: None} if len(known) > 1 else {}
        return self._book.addresses(name, known)

    def ignored(self, address: str, port: int) -> None:
        """Record a datagram that was dropped."""
        if self._keeper is None:
            self.attempts += 1
        else:
            self._keeper.ignored(self._book.host(address), port)

    def sinks(self, source_port: int, address: str, port: int) -> None:
        """Remember whom the datagrams from a port are meant for, that go into the sink."""
        self._sunk[source_port] = address, port

    def _door(self, host: str, port: int) -> int:
        door = self._doors.get((host, port))
        if door is None:
            door = self._doors[host, port] = self._files.enter_context(socket.create_server((HERE, 0), backlog=256))
            self.on(door, lambda: self._enter(door, host, port))
        return int(door.getsockname()[1])

    def _enter(self, door: socket.socket, host: str, port: int) -> None:
        connection, _ = door.accept()
        if self._serve_door is None:
            connection.close()
        else:
            self._serve_door(connection, host, port)

    def _drop(self) -> None:
        _, (_, source_port) = self._sink.recvfrom(_LARGEST)
        self.ignored(*self._sunk.get(source_port, ("an unknown host", 0)))

    def _reply(self, data: bytes) -> bytes | None:
        asked = names.question(data)
        return None if asked is None else names.reply(asked, self.addresses(asked.name))

    def _answer_question(self) -> None:
        data, peer = self._asked.recvfrom(_LARGEST)
        reply = self._reply(data)
        if reply is not None:
            self._asked.sendto(reply, peer)

    def _take_question(self) -> None:
        connection, _ = self._questions.accept()
        self._files.enter_context(connection)
        waiting = bytearray()

        def more() -> None:
            try:
                data = connection.recv(_LARGEST)
            except OSError:
                data = b""
            waiting.extend(data)
            while len(waiting) >= 2 and len(waiting) >= 2 + (size := int.from_bytes(waiting[:2])):  # noqa: PLR2004 -- a length in two bytes
                reply = self._reply(bytes(waiting[2 : 2 + size]))
                del waiting[: 2 + size]
                with contextlib.suppress(OSError):
                    connection.sendall(struct.pack("!H", len(reply or b"")) + (reply or b""))
            if not data:
                self.selector.unregister(connection)
                connection.close()

        self.on(connection, more)

    def close(self) -> None:
        """Close every door."""
        super().close()
        self._files.close()


def _hole(files: contextlib.ExitStack) -> int:
    """The port of a listener that is full, so that the kernel leaves everybody else waiting.

    Linux takes one connection where the backlog is 0. BSD takes 0 for as many as there may be, and rounds other numbers up:
    there it is filled until one waits.

    Raises:
        SandboxError: None ever waits.
    """
    linux = sys.platform == "linux"
    hole = files.enter_context(socket.create_server((HERE, 0), backlog=0 if linux else 1))
    port = int(hole.getsockname()[1])
    for number in range(_MOST_FILLERS):
        filler = files.enter_context(socket.socket())
        filler.setblocking(False)
        filler.connect_ex((HERE, port))
        if number + 1 >= _FILLERS if linux else not select.select([], [filler], [], _FILLING)[1]:
            return port
    raise SandboxError(
        "a connection to a full listener opens on this system, so nothing can be made to hang as in a VPC, and doctor does not run it otherwise"
    )


def _datagrams() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((HERE, 0))
    return one
