"""A reader of ELF files, as much of it as tells where a library can be loaded; the format is in ``elf(5)``.

Input is not trusted: every offset and count comes from the file. What cannot be followed is left out, never an error.
"""

import struct
from dataclasses import dataclass, replace

MAGIC = b"\x7fELF"
HEADER = 64
"""Bytes that tell format, machine and bits."""
_MACHINES = {3: "x86", 40: "arm", 62: "x86_64", 183: "arm64"}
_CLASS_64 = 2
_BIG_ENDIAN = 2
_LOAD, _DYNAMIC, _INTERPRETER = 1, 2, 3
_NEEDED, _STRTAB, _VERNEED = 1, 5, 0x6FFFFFFE
_MOST = 1000
"""Segments, dynamic entries, libraries and versions that are looked at; real files have a few dozen."""
_LONGEST_NAME = 256


@dataclass(frozen=True)
class Elf:
    """What an ELF file says of itself."""

    machine: str = ""
    bits: int = 0
    needed: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    """Symbol versions that it requires of libraries, such as ``GLIBC_2.28``."""
    interpreter: str = ""


@dataclass(frozen=True)
class _Segment:
    kind: int
    offset: int
    address: int
    size: int


@dataclass(frozen=True)
class _Layout:
    """The bytes of a file, with its word size and byte order."""

    data: bytes
    wide: bool
    order: str

    def unpack(self, form: str, offset: int) -> tuple[int, ...]:
        """Unpack numbers, or nothing where the file ends before."""
        size = struct.calcsize(self.order + form)
        if not 0 <= offset <= len(self.data) - size:
            return ()
        return struct.unpack_from(self.order + form, self.data, offset)

    def text(self, offset: int) -> str:
        """The text at an offset, up to its zero byte."""
        if not 0 <= offset < len(self.data):
            return ""
        end = self.data.find(b"\0", offset, offset + _LONGEST_NAME)
        found = self.data[offset:end] if end >= 0 else b""
        return found.decode("ascii", "replace") if found.isascii() and found.decode().isprintable() else ""


def read(data: bytes) -> Elf:
    """Read an ELF file, or its first bytes: then machine and bits are all that is told."""
    if len(data) < HEADER or not data.startswith(MAGIC):
        return Elf()
    layout = _Layout(data, wide=data[4] == _CLASS_64, order=">" if data[5] == _BIG_ENDIAN else "<")
    (number,) = layout.unpack("H", 18)
    header = Elf(machine=_MACHINES.get(number, str(number)), bits=64 if layout.wide else 32)
    segments = _segments(layout)
    dynamic = _dynamic(layout, segments)
    strings = _offset(segments, next((value for tag, value in dynamic if tag == _STRTAB), -1))
    if strings < 0:
        return replace(header, interpreter=_interpreter(layout, segments))
    needed = (layout.text(strings + value) for tag, value in dynamic if tag == _NEEDED)
    table = _offset(segments, next((value for tag, value in dynamic if tag == _VERNEED), -1))
    return replace(
        header,
        needed=tuple(dict.fromkeys(name for name in needed if name)),
        versions=_versions(layout, table, strings),
        interpreter=_interpreter(layout, segments),
    )


def _segments(layout: _Layout) -> tuple[_Segment, ...]:
    start = layout.unpack("Q" if layout.wide else "I", 32 if layout.wide else 28)
    shape = layout.unpack("HH", 54 if layout.wide else 42)
    if not start or not shape:
        return ()
    size, count = shape
    rows = (layout.unpack("IIQQQQ" if layout.wide else "IIIIII", start[0] + i * size) for i in range(min(count, _MOST)))
    if layout.wide:
        return tuple(_Segment(row[0], row[2], row[3], row[5]) for row in rows if row)
    return tuple(_Segment(row[0], row[1], row[2], row[4]) for row in rows if row)


def _dynamic(layout: _Layout, segments: tuple[_Segment, ...]) -> list[tuple[int, int]]:
    form, size = ("qQ", 16) if layout.wide else ("iI", 8)
    for segment in segments:
        if segment.kind == _DYNAMIC:
            count = min(segment.size // size, _MOST)
            rows = (layout.unpack(form, segment.offset + i * size) for i in range(count))
            return [(row[0], row[1]) for row in rows if row]
    return []


def _interpreter(layout: _Layout, segments: tuple[_Segment, ...]) -> str:
    return next((layout.text(one.offset) for one in segments if one.kind == _INTERPRETER), "")


def _offset(segments: tuple[_Segment, ...], address: int) -> int:
    """Where in the file an address lies; -1: nowhere."""
    for one in segments:
        if one.kind == _LOAD and one.address <= address < one.address + one.size:
            return address - one.address + one.offset
    return -1


def _versions(layout: _Layout, table: int, strings: int) -> tuple[str, ...]:
    """Walk the libraries, and below each the versions that are required of it."""
    found: dict[str, None] = {}
    while table >= 0 and len(found) < _MOST:
        library = layout.unpack("HHIII", table)
        if not library:
            break
        _, count, _, first, following = library
        entry = table + first
        for _ in range(min(count, _MOST)):
            version = layout.unpack("IHHII", entry)
            if not version:
                break
            found[layout.text(strings + version[3])] = None
            entry += version[4]
        if not following:
            break
        table += following
    return tuple(name for name in found if name)
