"""Messages with descriptors between doctor and a launcher, over a stream: the one kind of local socket that every system has."""

import contextlib
import json
import os
import select
import socket
import struct
from collections.abc import Sequence

TYPE_CHECKING = False  # typing takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any

_HEAD = struct.Struct("!IB")
"""How long a message is, and how many descriptors belong to it."""
_READ = 1 << 16
"""Bytes at once: of more, the C library would map and unmap memory for each."""
_DESCRIPTORS = 16
"""That come with one read at most."""

Message = tuple[dict[str, "Any"], list[int]]
"""One JSON object, and the descriptors that came with it: whoever takes them closes them."""


class Channel:
    """One end of a channel. Whoever makes one closes it.

    Args:
        end: A connected local stream socket.
    """

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._waiting = b""
        self._descriptors: list[int] = []

    @staticmethod
    def pair() -> "tuple[Channel, socket.socket]":
        """A new channel, and its far end as a socket."""
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        return Channel(near), far

    def fileno(self) -> int:
        """Its descriptor, to wait for."""
        return self.end.fileno()

    def close(self) -> None:
        """Close it, and descriptors that nobody took."""
        self.end.close()
        for fd in self._descriptors:
            os.close(fd)
        self._descriptors = []

    def send(self, message: "dict[str, Any]", files: Sequence[int] = (), *, must: bool = True) -> None:
        """Send a message, unless the other end is gone.

        Args:
            message: What is told.
            files: Descriptors that go with it.
            must: Whether it must arrive: one that need not is dropped when the other end does not read.
        """
        if not must and not select.select([], [self.end], [], 0)[1]:
            return
        data = json.dumps(message).encode()
        data, first = _HEAD.pack(len(data), len(files)) + data, list(files)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while data:
                try:
                    data = data[socket.send_fds(self.end, [data], first) if first else self.end.send(data) :]
                    first = []
                except BlockingIOError:
                    select.select([], [self.end], [])

    def receive(self, *, wait: bool = True) -> list[Message] | None:
        """The messages that have come; ``None``: the other end is gone.

        Args:
            wait: Whether to wait for something to come.
        """
        try:
            data, fds, _, _ = socket.recv_fds(self.end, _READ, _DESCRIPTORS, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        except ConnectionResetError:  # it ended before it had read everything
            return None
        for fd in fds:
            os.set_inheritable(fd, False)
        self._waiting += data
        self._descriptors += fds
        return self._whole() if data else None

    def _whole(self) -> list[Message]:
        """Take the messages that are complete."""
        found: list[Message] = []
        while len(self._waiting) >= _HEAD.size:
            size, count = _HEAD.unpack_from(self._waiting)
            end = _HEAD.size + size
            if len(self._waiting) < end:
                break
            files, self._descriptors = self._descriptors[:count], self._descriptors[count:]
            found.append((json.loads(self._waiting[_HEAD.size : end]), files))
            self._waiting = self._waiting[end:]
        return found
