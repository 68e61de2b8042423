"""The files of a package, one way for a zip and for a folder: listed at once, read one by one and only as far as asked."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from doctor.model.package import Unread

T = TypeVar("T")

LONGEST_PATH = 1024
"""Characters: longer names are listed, but not looked into."""
KEPT_UNREAD = 50
_UNIX = 3
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error, OverflowError)
"""What zipfile raises for a member or a listing that it cannot make sense of, encrypted ones included."""
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others need memory that the zip itself names."""


@dataclass(frozen=True)
class Entry:
    """A file or folder of a package; its size in bytes, unzipped."""

    path: str
    size: int
    mode: int = 0
    """``st_mode``; 0: not told, as in zips that were made on Windows."""
    is_folder: bool = False

    @property
    def is_link(self) -> bool:
        """A symbolic link: its content is a path, not code."""
        return stat.S_ISLNK(self.mode)


@dataclass
class Folder:
    """The names right below a folder."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)


class Unreadable(ValueError):
    """A file cannot be read; the message says why."""


class Contents:
    """What a package holds."""

    def __init__(self, entries: Iterable[Entry], read: Callable[[str, int], bytes]) -> None:
        self.entries = tuple(entries)
        self._read = read
        self.files = {
            one.path: one
            for one in self.entries
            if not (one.is_folder or one.is_link or len(one.path) > LONGEST_PATH or one.path.startswith("/"))
        }
        self.folders = _folders(self.files)

    def read(self, path: str, largest: int) -> bytes:
        """Read a file.

        Raises:
            Unreadable: it is larger than ``largest`` bytes, or damaged.
        """
        if self.files[path].size > largest:
            raise Unreadable(f"larger than {largest} bytes")
        return self.head(path, largest)

    def head(self, path: str, size: int) -> bytes:
        """Read the first bytes of a file.

        Raises:
            Unreadable: it is damaged.
        """
        try:
            return self._read(path, size)
        except Unreadable:
            raise
        except _DAMAGED as error:
            raise Unreadable(f"damaged or encrypted: {type(error).__name__}") from error


@dataclass
class Notes:
    """What the facts leave out, collected while they are gathered."""

    unread: dict[str, str] = field(default_factory=dict)
    omitted: dict[str, int] = field(default_factory=dict)

    def keep(self, what: str, values: Iterable[T], most: int) -> tuple[T, ...]:
        """Keep the first ``most`` values of a field and count the others."""
        every = tuple(values)
        if len(every) > most:
            self.omitted[what] = len(every) - most
        return every[:most]

    def files(self) -> tuple[Unread, ...]:
        """The files that were not read, by name."""
        every = (Unread(path=path, reason=reason) for path, reason in sorted(self.unread.items()))
        return self.keep("unread", every, KEPT_UNREAD)


def open_package(package: bytes | Path) -> Contents:
    """List the files of a zip, or of a folder.

    Raises:
        zipfile.BadZipFile: the bytes are no zip.
        NotADirectoryError: there is no such folder.
    """
    return _of_folder(package) if isinstance(package, Path) else _of_zip(package)


def _of_zip(package: bytes) -> Contents:
    try:
        archive = zipfile.ZipFile(io.BytesIO(package))
    except zipfile.BadZipFile:
        raise
    except _DAMAGED as error:
        raise zipfile.BadZipFile(f"no zip that can be read: {error}") from error

    def read(path: str, size: int) -> bytes:
        if archive.getinfo(path).compress_type not in _COMPRESSIONS:
            raise Unreadable("compressed by another method than deflate")
        with archive.open(path) as file:
            return file.read(size)

    return Contents((_zipped(one) for one in archive.infolist()), read)


def _zipped(one: zipfile.ZipInfo) -> Entry:
    mode = one.external_attr >> 16 if one.create_system == _UNIX else 0
    return Entry(path=one.filename, size=one.file_size, mode=mode, is_folder=one.filename.endswith("/"))


def _of_folder(place: Path) -> Contents:
    if not place.is_dir():
        raise NotADirectoryError(f"no directory {place}: nothing to read")

    def read(path: str, size: int) -> bytes:
        with (place / path).open("rb") as file:
            return file.read(size)

    return Contents((_found(place, path) for path in sorted(place.rglob("*"))), read)


def _found(place: Path, path: Path) -> Entry:
    told = path.lstat()
    name = path.relative_to(place).as_posix().encode("utf-8", "replace").decode()
    folder = stat.S_ISDIR(told.st_mode)
    return Entry(
        path=f"{name}/" if folder else name, size=0 if folder else told.st_size, mode=told.st_mode, is_folder=folder
    )


def _folders(files: Iterable[str]) -> dict[str, Folder]:
    """Every folder that has something in it, the package itself as the empty path."""
    found: dict[str, Folder] = {"": Folder()}
    for path in files:
        folder, _, name = path.rpartition("/")
        new = folder not in found
        found.setdefault(folder, Folder()).files.add(name)
        while new:
            parent, _, own = folder.rpartition("/")
            new = parent not in found
            found.setdefault(parent, Folder()).folders.add(own)
            folder = parent
    return found
