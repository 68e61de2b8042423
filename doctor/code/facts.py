"""Everything that is told of a package, in one reading. Nothing of it is run.

Time and memory are bounded whatever the package holds: sizes and names come from the listing; of the files only those are
inflated that say something (source, native libraries, manifests), one at a time and within the budgets of
``survey`` and ``natives``; what was passed over is told in ``Package.unread`` and ``Package.omitted``.
"""

from collections import Counter
from pathlib import Path

from msgspec.structs import replace

from doctor.code import modules
from doctor.code.contents import LONGEST_PATH, Contents, Notes, open_package
from doctor.code.javascript import handler as javascript_handler
from doctor.code.javascript.source import read_source as read_javascript
from doctor.code.modes import modes
from doctor.code.native.natives import natives
from doctor.code.python import handler as python_handler
from doctor.code.python.source import read_source as read_python
from doctor.code.runtimes import Runtime, parse
from doctor.model.package import HandlerCode, Package, Source, Weight

KEPT_TOP_LEVEL = 500
KEPT_HEAVIEST = 10
_PYTHON_3 = 3


def facts(package: bytes | Path, *, handler: str, runtime: str) -> Package:
    """Read what a snapshot keeps of a package.

    Args:
        package: The bytes of a zip, or a folder with the same files.
        handler: The function's Handler; empty for a layer.
        runtime: The function's runtime, which decides in which language source and modules are read.

    Raises:
        zipfile.BadZipFile: the bytes are no zip.
        NotADirectoryError: there is no such folder.
    """
    contents, notes, ours = open_package(package), Notes(), parse(runtime)
    code, source = _code(contents, handler, ours, notes)
    executable = code.path if code and ours.language == "provided" else ""
    weights = _weights(contents)
    long = sum(len(one.path) > LONGEST_PATH for one in contents.entries)
    if long:
        notes.unread[""] = f"{long} files have paths longer than {LONGEST_PATH} characters"
    found = Package(
        files=sum(not one.is_folder for one in contents.entries),
        unzipped_size=sum(one.size for one in contents.entries if not one.is_folder),
        top_level=notes.keep("top_level", sorted(one.name for one in weights), KEPT_TOP_LEVEL),
        heaviest=tuple(weights[:KEPT_HEAVIEST]),
        modules=modules.roots(contents, ours.language, notes),
        manifest=modules.manifest(contents, notes),
        handler=code,
        modes=modes(contents, executable, notes),
        natives=natives(contents, executable, notes),
        source=source,
    )
    return replace(found, unread=notes.files(), omitted=dict(sorted(notes.omitted.items())))


def _weights(contents: Contents) -> list[Weight]:
    sizes: Counter[str] = Counter()
    for one in contents.entries:
        if not one.is_folder:
            sizes[one.path.split("/", 1)[0]] += one.size
    return [Weight(name=name, size=size) for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))]


def _code(contents: Contents, handler: str, runtime: Runtime, notes: Notes) -> tuple[HandlerCode | None, Source]:
    """Where the handler leads, and what the source says."""
    match runtime.language:
        case "python" if runtime.major == _PYTHON_3:
            return _python(contents, handler, runtime, notes)
        case "nodejs":
            return _javascript(contents, handler, notes)
        case "provided" if handler:
            path = "bootstrap" if "bootstrap" in contents.files else ""
            return HandlerCode(module="bootstrap", path=path), Source()
    return None, Source()


def _python(contents: Contents, handler: str, runtime: Runtime, notes: Notes) -> tuple[HandlerCode | None, Source]:
    code = python_handler.locate(contents, handler, notes) if handler else None
    read = read_python(contents, code.path if code else "", runtime.minor, notes)
    return code and python_handler.complete(code, read.modules.get(code.path), notes), read.facts()


def _javascript(contents: Contents, handler: str, notes: Notes) -> tuple[HandlerCode | None, Source]:
    code = javascript_handler.locate(contents, handler, notes) if handler else None
    read = read_javascript(contents, code.path if code else "", notes)
    script, _ = read.scripts.get(code.path if code else "", (None, None))
    return code and javascript_handler.complete(code, script, notes), read.facts()
