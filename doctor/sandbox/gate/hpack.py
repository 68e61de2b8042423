"""Header compression of HTTP/2, as much as a server needs: it decodes everything, and encodes without compressing.

Source: RFC 7541. The Huffman code is canonical, so that the lengths of its codes (appendix B) are all of it.
"""

from collections.abc import Iterable, Iterator

_STATIC = """:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate"""
_TABLE = [(name, value) for name, _, value in (line.partition(" ") for line in _STATIC.splitlines())]
_LENGTHS = (
    "13 23 28*7 24 30 28*2 30 28*8 30 28*9 6 10*2 12 13 6 8 11 10*2 8 11 8 6*3 5*3 6*7 7 8 15 6 12 10 13 6 7*22 8 7 8 "
    "13 19 13 14 6 15 5 6 5 6 5 6*3 5 7*2 6*3 5 6 7 6 5*2 6 7*5 15 11 14 13 28 20 22 20*2 22*3 23 22 23*5 24 23 24*2 "
    "22 23 24 23*4 21 22 23 22 23*2 24 22 21 20 22*2 23*2 21 23 22*2 24 21 22 23*2 21*2 22 21 23 22 23*2 20 22*3 23 "
    "22*2 23 26*2 20 19 22 23 22 25 26*3 27*2 26 24 25 19 21 26 27*2 26 27 24 21*2 26*2 28 27*3 20 24 20 21 22 21*2 "
    "23 22*2 25*2 24*2 26 23 26 27 26*2 27*5 28 27*5 26 30"
)
"""Bits of the code of each byte, and of the end; ``28*7``: of seven bytes in a row."""
_OVERHEAD = 32
"""Bytes that an entry of the dynamic table counts beside its texts."""
_TABLE_SIZE = 4096
_END = 256
_LONGEST_PADDING = 7


class Undecodable(ValueError):
    """The bytes are no header block."""


def _codes() -> dict[tuple[int, int], int]:
    """The byte of each code, by the code's length and value."""
    pairs = (word.partition("*") for word in _LENGTHS.split())
    lengths = [int(length) for length, _, times in pairs for _ in range(int(times or 1))]
    found, code, before = {}, 0, 0
    for symbol in sorted(range(len(lengths)), key=lambda one: (lengths[one], one)):
        code <<= lengths[symbol] - before
        before = lengths[symbol]
        found[before, code] = symbol
        code += 1
    return found


_CODES = _codes()


def unsqueezed(data: bytes) -> bytes:
    """Undo the Huffman code."""
    out, code, length = bytearray(), 0, 0
    for byte in data:
        for bit in range(7, -1, -1):
            code, length = code << 1 | byte >> bit & 1, length + 1
            symbol = _CODES.get((length, code))
            if symbol is not None:
                if symbol == _END:
                    raise Undecodable("an end inside a text")
                out.append(symbol)
                code = length = 0
    if length > _LONGEST_PADDING or code != (1 << length) - 1:
        raise Undecodable("a text that is cut off")
    return bytes(out)


class Decoder:
    """Reads the header blocks of one connection, which build on each other."""

    def __init__(self) -> None:
        self._recent: list[tuple[str, str]] = []
        self._room = _TABLE_SIZE

    def read(self, block: bytes) -> list[tuple[str, str]]:
        """The fields of a block in order.

        Raises:
            Undecodable: It is none.
        """
        try:
            return list(self._fields(block))
        except (IndexError, UnicodeDecodeError) as error:
            raise Undecodable("a header block that is cut off") from error

    def _fields(self, block: bytes) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(block):
            first = block[at]
            if first & 0x80:
                index, at = _integer(block, at, 7)
                yield self._entry(index)
            elif first & 0xE0 == 0x20:  # noqa: PLR2004 -- 001: a new size of the table
                size, at = _integer(block, at, 5)
                self._room = min(size, _TABLE_SIZE)
                self._evict()
            else:
                index, at = _integer(block, at, 6 if first & 0x40 else 4)
                name, at = (self._entry(index)[0], at) if index else _text(block, at)
                value, at = _text(block, at)
                if first & 0x40:
                    self._recent.insert(0, (name, value))
                    self._evict()
                yield name, value

    def _entry(self, index: int) -> tuple[str, str]:
        if index == 0:
            raise Undecodable("no field has the number 0")
        return _TABLE[index - 1] if index <= len(_TABLE) else self._recent[index - 1 - len(_TABLE)]

    def _evict(self) -> None:
        while sum(len(name) + len(value) + _OVERHEAD for name, value in self._recent) > self._room:
            self._recent.pop()


def _integer(block: bytes, at: int, bits: int) -> tuple[int, int]:
    """A number that begins in the low bits of a byte, and the position behind it."""
    full = (1 << bits) - 1
    value, at = block[at] & full, at + 1
    if value < full:
        return value, at
    for shift in range(0, 35, 7):
        byte, at = block[at], at + 1
        value += (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
    raise Undecodable("a number without end")


def _text(block: bytes, at: int) -> tuple[str, int]:
    squeezed = bool(block[at] & 0x80)
    size, at = _integer(block, at, 7)
    raw = block[at : at + size]
    if len(raw) < size:
        raise IndexError
    return (unsqueezed(raw) if squeezed else raw).decode("latin-1"), at + size


def encoded(fields: Iterable[tuple[str, str]]) -> bytes:
    """A header block, without compression and without a trace in the other side's table."""
    return b"".join(b"\0" + _sized(name.lower()) + _sized(value) for name, value in fields)


def _sized(text: str) -> bytes:
    raw = text.encode("latin-1")
    size, full = len(raw), 0x7F
    if size < full:
        return bytes([size]) + raw
    rest, more = bytearray([full]), size - full
    while more >= 0x80:  # noqa: PLR2004 -- seven bits a byte
        rest.append(more & 0x7F | 0x80)
        more >>= 7
    return bytes([*rest, more]) + raw
