"""As much of the Domain Name System as a resolver library speaks: one question, and addresses of our own for answers.

Source: RFC 1035; the addresses are those that RFC 2544 sets aside for test networks.
"""

import socket
import struct
import threading
from ipaddress import IPv4Address
from typing import NamedTuple

_HEAD = struct.Struct("!6H")
_RESPONSE = 0x8180
"""A response to a recursive query, with recursion available."""
_NAME_ERROR = 3
_INTERNET, _A = 1, 1
_LIFETIME = 60
_FIRST = IPv4Address("198.18.0.1")
_COMPRESSED = 0xC0
_POINTER_TO_QUESTION = 0xC00C


class Question(NamedTuple):
    """A query: its number, the name in lower case, the type of record, and the question's own bytes."""

    number: int
    name: str
    kind: int
    raw: bytes


def question(data: bytes) -> Question | None:
    """Read a query; ``None`` when it is none."""
    try:
        number, flags, count, *_ = _HEAD.unpack_from(data)
        if flags & 0x8000 or count != 1:
            return None
        labels, at = [], _HEAD.size
        while size := data[at]:
            if size & _COMPRESSED:
                return None
            labels.append(data[at + 1 : at + 1 + size].decode("ascii"))
            at += 1 + size
        (kind,) = struct.unpack_from("!H", data, at + 1)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    return Question(number, ".".join(labels).lower(), kind, bytes(data[_HEAD.size : at + 5]))


def reply(asked: Question, address: str) -> bytes:
    """Answer a query: with the address, with nothing of that type, or (no address) that there is no such name."""
    if not address:
        return _HEAD.pack(asked.number, _RESPONSE | _NAME_ERROR, 1, 0, 0, 0) + asked.raw
    if asked.kind != _A:
        return _HEAD.pack(asked.number, _RESPONSE, 1, 0, 0, 0) + asked.raw
    record = struct.pack("!HHHIH", _POINTER_TO_QUESTION, _A, _INTERNET, _LIFETIME, 4) + socket.inet_aton(address)
    return _HEAD.pack(asked.number, _RESPONSE, 1, 1, 0, 0) + asked.raw + record


class Book:
    """Gives every name an address of its own, so that a connection tells which name it is for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def address(self, name: str) -> str:
        """The address of a name, always the same."""
        with self._lock:
            found = self._addresses.get(name)
            if found is None:
                found = str(_FIRST + len(self._addresses))
                self._addresses[name], self._names[found] = found, name
            return found

    def host(self, address: str) -> str:
        """The name that was given an address, or the address itself."""
        return self._names.get(address, address)
