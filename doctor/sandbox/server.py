"""Serves the Runtime API's listener without threads: the environment waits on these sockets with its others."""

import contextlib
import selectors
import socket
from collections.abc import Callable

from doctor.sandbox.http import Malformed, Parser, Request

_READ = 1 << 16
"""Bytes at once: of more, the C library would map and unmap memory for each."""


class Connection:
    """One connection of a runtime: what it sent so far, and what waits to be sent to it."""

    def __init__(self, sock: socket.socket, keep: int) -> None:
        self.sock = sock
        self.parser = Parser(keep)
        self.unsent = bytearray()


class Server:
    """Accepts connections and hands their requests to ``handle``.

    Args:
        selector: Where its sockets are registered, each with the function to call as data.
        listener: A listening socket; it is closed by whoever made it.
        handle: Answers a request with bytes, or keeps the connection and answers later by ``send``.
        keep: Bytes of a request's body that are kept.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        listener: socket.socket,
        handle: Callable[[Request, Connection], bytes | None],
        keep: int,
    ) -> None:
        self._selector = selector
        self._listener = listener
        self._handle = handle
        self._keep = keep
        self._connections: set[Connection] = set()
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, lambda _events: self._accept())

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            sock, _ = self._listener.accept()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(sock, self._keep)
            self._connections.add(connection)
            self._selector.register(sock, selectors.EVENT_READ, lambda events: self._ready(connection, events))

    def _ready(self, connection: Connection, events: int) -> None:
        if connection not in self._connections:
            return
        try:
            if events & selectors.EVENT_WRITE:
                self._flush(connection)
            if events & selectors.EVENT_READ:
                self._read(connection)
        except (BlockingIOError, InterruptedError):
            return
        except (ConnectionError, Malformed):
            self._drop(connection)

    def _read(self, connection: Connection) -> None:
        data = connection.sock.recv(_READ)
        if not data:
            self._drop(connection)
            return
        for request in connection.parser.feed(data):
            answer = self._handle(request, connection)
            if answer is not None:
                self.send(connection, answer)

    def send(self, connection: Connection, data: bytes) -> None:
        """Send as much as goes now, and the rest when it goes."""
        if connection in self._connections:
            connection.unsent += data
            self._flush(connection)

    def _flush(self, connection: Connection) -> None:
        with contextlib.suppress(BlockingIOError):
            while connection.unsent:
                sent = connection.sock.send(connection.unsent)
                del connection.unsent[:sent]
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.unsent else 0)
        key = self._selector.get_key(connection.sock)
        if key.events != wanted:
            self._selector.modify(connection.sock, wanted, key.data)

    def _drop(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            self._selector.unregister(connection.sock)
            connection.sock.close()

    def close(self) -> None:
        """Stop listening and hang up, also on those that nobody has accepted yet: the next process is another client."""
        self._selector.unregister(self._listener)
        for connection in tuple(self._connections):
            self._drop(connection)
        with contextlib.suppress(OSError):
            while True:
                self._listener.accept()[0].close()
