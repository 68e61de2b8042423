"""Which files of a package are native, and what each of them says."""

import re
from collections.abc import Iterable, Iterator

from doctor.code.contents import Contents, Notes, Unreadable
from doctor.code.native import elf
from doctor.model.package import Native

KEPT = 300
LARGEST = 32 * 1024 * 1024
"""Bytes: of a larger file only the header is read."""
BUDGET = 256 * 1024 * 1024
"""Bytes of native files that are read of one package."""
_LIBRARY = re.compile(r"\.so(\.\d+)*$|\.(node|pyd|dylib|dll)$")
_ABI = re.compile(r"^[^.]+\.([\w-]+)\.(?:so|pyd)$")
_STARTED = re.compile(r"bootstrap|extensions/[^/]+")
"""What Lambda itself starts: a custom runtime, and the external extensions of a layer."""
_MACH_O = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_HEAD = 256
_NEWEST = 3


def natives(contents: Contents, executable: str, notes: Notes) -> tuple[Native, ...]:
    """Read the native files of a package, by path.

    Args:
        contents: The package.
        executable: A file that Lambda starts besides ``bootstrap`` and extensions; empty: none.
        notes: Where to tell what was left out.
    """
    paths = sorted(path for path in contents.files if _LIBRARY.search(path) or _may_run(path, executable))
    return notes.keep("natives", _read(contents, paths, executable, notes), KEPT)


def _may_run(path: str, executable: str) -> bool:
    return path.startswith("bin/") or path == executable or is_started(path)


def is_started(path: str) -> bool:
    """Tell whether Lambda starts a file of that path as a program."""
    return bool(_STARTED.fullmatch(path))


def _read(contents: Contents, paths: Iterable[str], executable: str, notes: Notes) -> Iterator[Native]:
    left = BUDGET
    for path in paths:
        size = contents.files[path].size
        try:
            whole = size <= min(LARGEST, left)
            data = contents.head(path, size if whole else _HEAD)
        except Unreadable as error:
            notes.unread[path] = str(error)
            continue
        if data.startswith(elf.MAGIC) and not whole:
            notes.unread[path] = "too large: only its header was read"
        left -= len(data)
        native = _native(path, data)
        if (
            native.format not in {"script", "unknown"}
            or path == executable
            or is_started(path)
            or _LIBRARY.search(path)
        ):
            yield native


def _native(path: str, data: bytes) -> Native:
    abi = _ABI.match(path.rpartition("/")[2])
    tag = abi[1] if abi else ""
    if data.startswith(elf.MAGIC):
        read = elf.read(data)
        return Native(
            path=path,
            format="elf",
            machine=read.machine,
            bits=read.bits,
            abi=tag,
            needed=read.needed,
            glibc=newest("GLIBC_", read.versions),
            glibcxx=newest("GLIBCXX_", read.versions),
            interpreter=read.interpreter,
        )
    if data.startswith(b"#!"):
        line = data[2:_HEAD].split(b"\n", 1)[0].decode("ascii", "replace")
        return Native(path=path, format="script", interpreter=line)
    if data.startswith(_MACH_O):
        return Native(path=path, format="mach-o", abi=tag)
    return Native(path=path, format="pe" if data.startswith(b"MZ") else "unknown", abi=tag)


def newest(prefix: str, versions: Iterable[str]) -> str:
    """The highest of dotted versions behind a prefix (``GLIBC_2.9`` is below ``GLIBC_2.28``); empty: there is none."""
    numbers = (one.removeprefix(prefix) for one in versions if one.startswith(prefix))
    known = [
        tuple(int(part) for part in one.split(".")) for one in numbers if re.fullmatch(r"\d{1,4}(\.\d{1,4}){1,3}", one)
    ]
    return ".".join(map(str, max(known))) if known else ""
