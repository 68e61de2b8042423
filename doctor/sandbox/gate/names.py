"""As much of the Domain Name System as a resolver library speaks: one question, and addresses of our own for answers.

Source: RFC 1035, RFC 3596; the addresses are those that RFC 2544 and RFC 5180 set aside for test networks.
"""

import struct
import threading
from collections.abc import Mapping
from ipaddress import ip_address
from typing import NamedTuple

_HEAD = struct.Struct("!6H")
_RESPONSE = 0x8180
"""A response to a recursive query, with recursion available."""
_NAME_ERROR = 3
_INTERNET = 1
_KINDS = {1: 4, 28: 6}
"""Of records with an address, A and AAAA, and the version of IP that it is of."""
_LIFETIME = 60
_FIRST = {4: ip_address("198.18.0.1"), 6: ip_address("2001:2::1")}
_COMPRESSED = 0xC0
_POINTER_TO_QUESTION = 0xC00C


Families = frozenset[int]
"""The versions of IP of which a name has addresses; empty: there is no such name."""


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


def reply(asked: Question, addresses: Mapping[int, str]) -> bytes:
    """Answer a query: with the address, with nothing of that type, or (no addresses) that there is no such name.

    Args:
        asked: The query.
        addresses: Of the name, by version of IP.
    """
    if not addresses:
        return _HEAD.pack(asked.number, _RESPONSE | _NAME_ERROR, 1, 0, 0, 0) + asked.raw
    address = addresses.get(_KINDS.get(asked.kind, 0))
    if address is None:
        return _HEAD.pack(asked.number, _RESPONSE, 1, 0, 0, 0) + asked.raw
    packed = ip_address(address).packed
    record = struct.pack("!HHHIH", _POINTER_TO_QUESTION, asked.kind, _INTERNET, _LIFETIME, len(packed)) + packed
    return _HEAD.pack(asked.number, _RESPONSE, 1, 1, 0, 0) + asked.raw + record


class Book:
    """Gives every name addresses of its own, so that a connection tells which name it is for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def addresses(self, name: str, families: Families) -> Mapping[int, str]:
        """The addresses of a name by version of IP, always the same."""
        with self._lock:
            number = self._numbers.setdefault(name, len(self._numbers))
            found = {family: str(_FIRST[family] + number) for family in families}
            self._names |= dict.fromkeys(found.values(), name)
            return found

    def host(self, address: str) -> str:
        """The name that was given an address, or the address itself."""
        return self._names.get(address, address)
