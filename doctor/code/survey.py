"""Which files of a package are the function's own source, and in which order they are read."""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from doctor.code.contents import Contents, Notes, Unreadable

LARGEST = 512 * 1024
"""Bytes of one file of source; larger ones are generated or bundled."""
BUDGET = 1024 * 1024
"""Bytes of source that are read of one package."""
FILES = 300
_LARGEST_RECORD = 1024 * 1024
_INFO = re.compile(r"(?P<name>.+?)(?:-\d[^/]*)?\.(?:dist|egg)-info")
_NEVER_OWN = frozenset(("node_modules", "site-packages", "dist-packages", "__pycache__"))
_COPIED = frozenset(("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "urllib3"))
"""The AWS SDK, which is often packaged without its metadata."""


@dataclass(frozen=True)
class Surveyed:
    """The files that were read, in that order, and how many of them the first one leads to."""

    files: tuple[str, ...] = ()
    reached: int = 0


def own_source(contents: Contents, suffixes: tuple[str, ...]) -> tuple[str, ...]:
    """The files of source that do not belong to an installed distribution, by path.

    A distribution is known by its ``.dist-info``: by the files that its RECORD lists, or else by its name. Code that was
    copied in without it (vendored, or stripped of its metadata) counts as the function's own.
    """
    installed = {name for folder in contents.folders for name in _installed(contents, folder)}
    return tuple(
        path for path in sorted(contents.files) if path.endswith(suffixes) and not _is_foreign(path, installed)
    )


def _is_foreign(path: str, installed: set[str]) -> bool:
    parts = path.split("/")
    if not _NEVER_OWN.isdisjoint(parts) or parts[0] in _COPIED:
        return True
    return any("/".join(parts[: i + 1]) in installed for i in range(len(parts)))


def _installed(contents: Contents, folder: str) -> Iterable[str]:
    """Paths of what was installed right into a folder."""
    inside = contents.folders[folder].folders
    base = f"{folder}/" if folder else ""
    for info in sorted(inside):
        found = _INFO.fullmatch(info)
        if found:
            named = _recorded(contents, f"{base}{info}/RECORD") or _alike(found["name"], contents, folder)
            yield from (base + name for name in named)


def _recorded(contents: Contents, path: str) -> set[str]:
    """The names at the top of a RECORD (https://packaging.python.org/en/latest/specifications/recording-installed-packages/)."""
    if path not in contents.files:
        return set()
    try:
        text = contents.read(path, _LARGEST_RECORD).decode("utf-8", "replace")
    except Unreadable:
        return set()
    names = {line.split(",", 1)[0].strip('"').split("/", 1)[0] for line in text.splitlines()}
    return names - {"", ".", ".."}


def _alike(distribution: str, contents: Contents, folder: str) -> set[str]:
    """Modules that are called as a distribution is, if case and separators are left aside."""
    held = contents.folders[folder]
    return {name for name in (*held.folders, *held.files) if _plain(name.removesuffix(".py")) == _plain(distribution)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def survey(
    contents: Contents,
    own: tuple[str, ...],
    start: str,
    links: Callable[[str, bytes], Iterable[str]],
    notes: Notes,
    *,
    largest: int = LARGEST,
    budget: int = BUDGET,
) -> Surveyed:
    """Read a function's own files: first those that its handler's file leads to, then the others by path.

    Args:
        contents: The package.
        own: Its own files.
        start: The handler's file; empty: unknown.
        links: Takes in a file, and tells which files it imports.
        notes: Where to tell what was not read.
        largest: Bytes of one file that is read.
        budget: Bytes of all.
    """
    left, known = budget, set(own)
    done: dict[str, None] = {}
    seen: set[str] = set()
    reached = 0
    for i, first in enumerate((start, *own)):
        queue = deque([first] if first in known and first not in seen else ())
        seen.update(queue)
        while queue:
            path = queue.popleft()
            source = _source(contents, path, largest, left if len(done) < FILES else -1, notes)
            if source is None:
                continue
            left -= len(source)
            done[path] = None
            found = [one for one in dict.fromkeys(links(path, source)) if one in known and one not in seen]
            seen.update(found)
            queue.extend(found)
        reached = len(done) if i == 0 else reached
    return Surveyed(tuple(done), reached)


def _source(contents: Contents, path: str, largest: int, left: int, notes: Notes) -> bytes | None:
    try:
        source = contents.read(path, largest)
    except Unreadable as error:
        notes.unread[path] = str(error)
        return None
    if len(source) <= left:
        return source
    notes.unread[path] = "there is more source than is read of one package"
    return None
