"""Small packages, zipped as tools zip them."""

import io
import struct
import zipfile
from collections.abc import Mapping

from doctor.code.facts import facts
from doctor.model.package import Package, Source

UNIX, WINDOWS = 3, 0


def zipped(files: Mapping[str, str | bytes], modes: Mapping[str, int] | None = None) -> bytes:
    """A zip of these files; the mode 0 stands for a zip that was made on Windows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            mode = (modes or {}).get(name, 0o755 if name.endswith("/") else 0o644)
            entry = zipfile.ZipInfo(name)
            entry.create_system = UNIX if mode else WINDOWS
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def read(files: Mapping[str, str | bytes], handler: str = "app.handler", runtime: str = "python3.11") -> Package:
    return facts(zipped(files), handler=handler, runtime=runtime)


def source(files: Mapping[str, str | bytes] | str, runtime: str = "python3.11") -> Source:
    """What the source says; one file's text stands for the handler's file alone."""
    name, handler = ("app.py", "app.handler") if runtime.startswith("python") else ("index.js", "index.handler")
    return read({name: files} if isinstance(files, str) else files, handler, runtime).source


def javascript(files: Mapping[str, str | bytes] | str) -> Source:
    return source(files, "nodejs22.x")


def elf(
    *,
    machine: int = 62,
    needed: tuple[str, ...] = (),
    versions: Mapping[str, tuple[str, ...]] | None = None,
    interpreter: str = "",
    order: str = "<",
    wide: bool = True,
) -> bytes:
    """A library of nothing but the tables that the dynamic loader reads; addresses are offsets plus 0x1000."""
    strings, base = b"\0", 0x1000

    def text(value: str) -> int:
        nonlocal strings
        place = len(strings)
        strings += value.encode() + b"\0"
        return place

    wanted = [(1, text(name)) for name in needed]
    libraries = [(text(name), [text(one) for one in ours]) for name, ours in (versions or {}).items()]
    table = _version_table(libraries, order)
    heads = 64 + 3 * 56 if wide else 52 + 3 * 32
    strings_at, table_at = heads, heads + len(strings)
    dynamic_at = table_at + len(table)
    rows = [*wanted, (5, strings_at + base), *([(0x6FFFFFFE, table_at + base)] if table else []), (0, 0)]
    dynamic = b"".join(struct.pack(order + ("qQ" if wide else "iI"), *row) for row in rows)
    loader_at = dynamic_at + len(dynamic)
    loader = interpreter.encode() + b"\0"
    whole = loader_at + len(loader)
    segments = [
        (1, 0, base, whole),
        (2, dynamic_at, dynamic_at + base, len(dynamic)),
        (3 if interpreter else 4, loader_at, loader_at + base, len(loader)),
    ]
    return _head(machine, order, segments, wide=wide) + strings + table + dynamic + loader


def _version_table(libraries: list[tuple[int, list[int]]], order: str) -> bytes:
    table = b""
    for i, (name, versions) in enumerate(libraries):
        following = 16 + 16 * len(versions) if i < len(libraries) - 1 else 0
        table += struct.pack(order + "HHIII", 1, len(versions), name, 16, following)
        for k, version in enumerate(versions):
            table += struct.pack(order + "IHHII", 0, 0, 2, version, 16 if k < len(versions) - 1 else 0)
    return table


def _head(machine: int, order: str, segments: list[tuple[int, int, int, int]], *, wide: bool) -> bytes:
    identity = b"\x7fELF" + bytes((2 if wide else 1, 1 if order == "<" else 2, 1)) + bytes(9)
    form, size, shape = ("HHIQQQIHHHHHH", 64, 56) if wide else ("HHIIIIIHHHHHH", 52, 32)
    head = identity + struct.pack(order + form, 3, machine, 1, 0, size, 0, 0, size, shape, len(segments), 0, 0, 0)
    if wide:
        return head + b"".join(struct.pack(order + "IIQQQQQQ", k, 4, o, a, a, n, n, 8) for k, o, a, n in segments)
    return head + b"".join(struct.pack(order + "IIIIIIII", k, o, a, a, n, n, 4, 4) for k, o, a, n in segments)
