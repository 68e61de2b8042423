"""Files that Lambda's user may not use, by the permission bits in the zip."""

import stat
from collections.abc import Iterator

from doctor.code.contents import Contents, Entry, Notes
from doctor.code.native.natives import is_started
from doctor.model.package import FileMode

KEPT = 50
_OTHERS_ENTER = stat.S_IROTH | stat.S_IXOTH


def modes(contents: Contents, executable: str, notes: Notes) -> tuple[FileMode, ...]:
    """The files and folders whose bits are told and are not enough, by path.

    Args:
        contents: The package.
        executable: A file that Lambda starts besides ``bootstrap`` and extensions; empty: none.
        notes: Where to tell what was left out.
    """
    found = (one for entry in contents.entries if not entry.is_link for one in _problems(entry, executable))
    return notes.keep("modes", sorted(found, key=lambda one: one.path), KEPT)


def _problems(entry: Entry, executable: str) -> Iterator[FileMode]:
    mode = stat.S_IMODE(entry.mode)
    if not entry.mode:
        return
    if entry.is_folder:
        if mode & _OTHERS_ENTER != _OTHERS_ENTER:
            yield FileMode(path=entry.path, mode=mode, problem="untraversable")
    elif not mode & stat.S_IROTH:
        yield FileMode(path=entry.path, mode=mode, problem="unreadable")
    elif not mode & stat.S_IXOTH and (entry.path == executable or is_started(entry.path)):
        yield FileMode(path=entry.path, mode=mode, problem="not executable")
