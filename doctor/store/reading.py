"""A large snapshot from its file, without holding all of the file beside all that is made of it."""

import mmap
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from doctor.model.record import Record, Time
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.telemetry import Invocation, MetricSeries

LARGE = 8_000_000
"""Bytes from which on a file is read piece by piece: it then takes as much memory as what is made of it, not twice that."""

_Section = dict[str, msgspec.Raw] | list[msgspec.Raw] | str | int | float | bool | None
"""What a snapshot consists of, taken apart in the one pass that finds its parts."""


def by_pieces(path: Path) -> Snapshot:
    """Decode a file's sections one after the other, and the largest, which are by function, function by function.

    Raises:
        OSError: it cannot be read.
        msgspec.DecodeError: it is no snapshot; where in it that is, only decoding it as a whole tells.
    """
    pages, size = _pages(path)
    sections = msgspec.json.decode(memoryview(pages)[:size], type=dict[str, _Section])
    forget = _Forgetting(pages)
    long: dict[str, Callable[[msgspec.Raw], Any]] = {
        "resources": msgspec.json.Decoder(Resource).decode,
        "invocations": msgspec.json.Decoder(tuple[Invocation, ...]).decode,
        "metrics": _Metrics().decode,
    }
    found: dict[str, Any] = {}
    kinds = get_type_hints(Snapshot, include_extras=True)
    for name, section in sections.items():  # in the file's order, in which its pages are forgotten
        if name in long and isinstance(section, dict):
            found[name] = _by_key(section, long[name], forget)
        elif name in kinds:
            found[name] = msgspec.json.decode(msgspec.json.encode(section), type=kinds[name])
    missing = {"taken_at", "scope"} - found.keys()
    if missing:
        raise msgspec.ValidationError(f"without {missing}")
    return Snapshot(**found)


def _pages(path: Path) -> tuple[mmap.mmap, int]:
    """A file's content, in pages of our own that can be given back one by one, and its length."""
    with path.open("rb", buffering=0) as file:
        private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
        pages = mmap.mmap(-1, path.stat().st_size, **private)  # shared ones would be kept where they are given back
        size = 0
        while count := file.readinto(memoryview(pages)[size:]):
            size += count
    return pages, size


def _by_key(
    section: dict[str, msgspec.Raw], decode: Callable[[msgspec.Raw], Any], forget: "_Forgetting"
) -> dict[str, Any]:
    found = {}
    for key, part in section.items():
        found[key] = decode(part)
        forget.after(len(part))
    return found


class _Series(Record, gc=False):
    """A series whose moments are not decoded yet."""

    namespace: str
    metric_name: str
    dimensions: dict[str, str] = msgspec.field(default_factory=dict)
    stat: str
    period: int
    timestamps: msgspec.Raw = msgspec.Raw(b"[]")
    values: tuple[float, ...] = ()


class _Metrics:
    """Decodes series; the moments, which are the same for most, are decoded and kept once, and so are names."""

    def __init__(self) -> None:
        self._series = msgspec.json.Decoder(tuple[_Series, ...])
        self._moments = msgspec.json.Decoder(tuple[Time, ...])
        self._known: dict[bytes, tuple[datetime, ...]] = {}
        self._names: dict[str, str] = {}

    def decode(self, part: msgspec.Raw) -> tuple[MetricSeries, ...]:
        """The series of one resource."""
        name, dimensions, found = self._names.setdefault, dict[str, str](), []
        for one in self._series.decode(part):
            if one.dimensions != dimensions:
                dimensions = one.dimensions
            found.append(
                MetricSeries(
                    namespace=name(one.namespace, one.namespace),
                    metric_name=name(one.metric_name, one.metric_name),
                    dimensions=dimensions,
                    stat=name(one.stat, one.stat),
                    period=one.period,
                    timestamps=self._at(bytes(one.timestamps)),
                    values=one.values,
                )
            )
        return tuple(found)

    def _at(self, moments: bytes) -> tuple[datetime, ...]:
        known = self._known.get(moments)
        if known is None:
            known = self._known[moments] = self._moments.decode(moments)
        return known


class _Forgetting:
    """Gives the pages of a file back behind what was read."""

    def __init__(self, pages: mmap.mmap) -> None:
        self._pages = pages
        self._read = 0
        self._forgotten = 0

    def after(self, count: int) -> None:
        """So many more bytes were read: at least these, from the beginning, are not needed any more."""
        self._read += count
        end = self._read - self._read % mmap.PAGESIZE
        if end - self._forgotten > _PIECE and hasattr(mmap, "MADV_DONTNEED"):
            self._pages.madvise(mmap.MADV_DONTNEED, self._forgotten, end - self._forgotten)
            self._forgotten = end


_PIECE = 4_000_000
"""Bytes that are given back at once."""
