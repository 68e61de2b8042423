"""Snapshots on disk: one JSON file, or a folder with code and events; and the shelf of the last one of each account."""

import codecs
import gc
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.errors import SnapshotError
from doctor.model.garbage import uncollected
from doctor.model.moments import resolve
from doctor.model.record import Record, Time
from doctor.model.report import FunctionRow, Overview
from doctor.model.snapshot import SCHEMA, Snapshot
from doctor.store.home import folder, home, write
from doctor.store.malformed import other_form
from doctor.store.reading import LARGE, by_pieces
from doctor.store.sound import complaint

T = TypeVar("T")


class _Moment(Record):
    """The one time that a snapshot always tells as such."""

    taken_at: Time
    offsets: bool = False
    """Whether all other times are told by their distance from it, as a shipped incident does."""


def account_file(path: Path) -> Path:
    """The JSON file of a snapshot: the path itself, or ``account.json`` in a folder."""
    return path / "account.json" if path.is_dir() else path


def read(path: Path, *, now: datetime | None = None) -> Snapshot:
    """Read a snapshot: a file, or a folder that holds ``account.json``.

    Times that a shipped incident writes as offsets become times before ``now``, or before its own ``taken_at``.

    Raises:
        SnapshotError: missing, unreadable, malformed (with the JSON path), or of another major version.
    """
    file = account_file(path)
    try:
        with uncollected():
            snapshot, anchor = _large(file, now) or _small(file, now)
            gc.freeze()  # nor is it gone through later
    except FileNotFoundError:
        raise SnapshotError(f"{file}: no such snapshot") from None
    except OSError as error:
        raise SnapshotError(f"{file}: cannot be read: {error.strerror}") from error
    if snapshot.schema.split(".")[0] != SCHEMA.split(".")[0]:
        raise SnapshotError(f"{file}: version {snapshot.schema} of the snapshot format; this doctor reads {SCHEMA}")
    wrong = complaint(snapshot)
    if wrong:
        raise SnapshotError(f"{file}: not a snapshot: {wrong}")
    return snapshot if anchor is None else replace(snapshot, taken_at=anchor)


def _large(file: Path, now: datetime | None) -> tuple[Snapshot, datetime | None] | None:
    """A large file, piece by piece; ``None`` where it is none, is a shipped incident, or is malformed, which the whole tells better."""
    if file.stat().st_size < LARGE:
        return None
    with file.open("rb") as opened:
        if b'"offsets"' in opened.read(_HEAD):
            return None
    try:
        return by_pieces(file), now
    except (ValueError, RecursionError):
        return None


def _small(file: Path, now: datetime | None) -> tuple[Snapshot, datetime | None]:
    """A file as a whole, and the moment that its offsets were counted from."""
    content = file.read_bytes().removeprefix(codecs.BOM_UTF8)
    anchor = now
    if b'"offsets"' in content[:_HEAD]:
        moment = _decode(file, content, _Moment)
        if moment.offsets:
            anchor = now or moment.taken_at
            content = _resolved(file, content, anchor)
    return _decode(file, content, Snapshot), anchor


_HEAD = 400
"""Bytes at the beginning of a file in which the mark of a shipped incident stands: a large one is not searched for it."""


def _resolved(file: Path, content: bytes, anchor: datetime) -> bytes:
    try:
        return resolve(content.decode(), anchor).encode()
    except ValueError as error:  # UnicodeDecodeError is one
        raise SnapshotError(f"{file}: not a snapshot: {error}") from error


def _decode(file: Path, content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        raise SnapshotError(f"{file}: not a snapshot: {error}") from error
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"{file}: not JSON, or cut off: {other_form(content) or error}") from error


def save(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot as one JSON file."""
    write(path, encode(snapshot))


def encode(snapshot: Snapshot) -> bytes:
    """A snapshot as JSON, the same bytes for the same snapshot."""
    return msgspec.json.encode(snapshot, order="deterministic") + b"\n"


def shelf(target: dict[str, Any]) -> Path:
    """The folder of the last snapshot of a target: an account as the command line named it."""
    named = {key: value for key, value in target.items() if key != "server"}  # the same account, whoever serves it
    digest = hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()[:12]
    return folder(home() / "snapshots" / digest)


def put(target: dict[str, Any], snapshot: Snapshot, overview: Overview, rows: list[FunctionRow]) -> Path:
    """Keep a snapshot with its row index as the last of its target; returns the snapshot's path."""
    place = shelf(target)
    path = place / "snapshot.json"
    _set_aside(place, path)
    save(snapshot, path)
    write(place / "index.json", msgspec.json.encode((replace(overview, snapshot=str(path)), rows)))
    return path


_STAMP = "%Y%m%dT%H%M%SZ"
_RECENT = 4
"""So many of the latest earlier snapshots are kept."""
_DAYS = 7
"""And of each of so many days the last one."""


def _set_aside(place: Path, path: Path) -> None:
    """Keep the last snapshot among the earlier ones, to be compared with, and thin these out."""
    known = read_index(place / "index.json")
    if known is None or not path.is_file():
        return
    kept = folder(place / "earlier")
    write(kept / f"{known[0].taken_at:{_STAMP}}.json", path.read_bytes())
    every = sorted(kept.glob("*.json"), reverse=True)
    days = {one.stem[:8]: one for one in reversed(every)}  # the latest of a day comes last, and stands
    spared = {*every[:_RECENT], *sorted(days.values(), reverse=True)[:_DAYS]}
    for one in every:
        if one not in spared:
            one.unlink(missing_ok=True)


def earlier(target: dict[str, Any]) -> tuple[tuple[datetime, Path], ...]:
    """The earlier snapshots of a target that are kept, each with when it was taken, the latest first."""
    found = sorted((shelf(target) / "earlier").glob("*.json"), reverse=True)
    return tuple((datetime.strptime(one.stem, _STAMP).replace(tzinfo=UTC), one) for one in found)


def index(target: dict[str, Any]) -> tuple[Overview, list[FunctionRow]] | None:
    """The overview and rows of a target's last snapshot; ``None`` when there is none that can be read."""
    return read_index(shelf(target) / "index.json")


def read_index(path: Path) -> tuple[Overview, list[FunctionRow]] | None:
    """An index as a file has it; ``None`` when it cannot be read: it only saves time."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Overview, list[FunctionRow]])
    except (OSError, ValueError):
        return None
