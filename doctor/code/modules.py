"""Where in a package imports may look, and which names they find there."""

import re
from collections.abc import Iterator

import msgspec

from doctor.code.contents import Contents, Notes, Unreadable
from doctor.code.runtimes import Language
from doctor.model.package import Manifest, ModuleRoot

KEPT_ROOTS = 20
KEPT_NAMES = 2000
_LARGEST_MANIFEST = 256 * 1024
_PYTHON_FOLDERS = ("python", "site-packages", "dist-packages")
_INFO = (".dist-info", ".egg-info")
_PYTHON_FILE = re.compile(r"([^.]+)(?:\.py|\.pyc|(?:\.[\w-]+)?\.(?:so|pyd))$")


def roots(contents: Contents, language: Language, notes: Notes) -> tuple[ModuleRoot, ...]:
    """The folders in which imports of a language look, or would look if they were put elsewhere, by path.

    For Python: the package itself, folders called ``python``, ``site-packages`` or ``dist-packages``, and folders into which
    distributions were installed. For Node.js: ``node_modules``, but not those inside another one.
    """
    match language:
        case "python":
            found = {
                path: _python_names(contents, path) for path in contents.folders if _is_python_root(contents, path)
            }
        case "nodejs":
            found = {path: _node_names(contents, path) for path in contents.folders if _is_node_root(path)}
        case _:
            return ()
    every = ((path, sorted(set(names))) for path, names in sorted(found.items()))
    kept = (ModuleRoot(path=p, names=tuple(n[:KEPT_NAMES]), complete=len(n) <= KEPT_NAMES) for p, n in every)
    return notes.keep("modules", kept, KEPT_ROOTS)


def _is_python_root(contents: Contents, path: str) -> bool:
    *above, name = path.split("/")
    if "node_modules" in above:
        return False
    installed = any(one.endswith(_INFO) for one in contents.folders[path].folders)
    return path == "" or name in _PYTHON_FOLDERS or installed


def _python_names(contents: Contents, path: str) -> Iterator[str]:
    folder = contents.folders[path]
    yield from (name for name in folder.folders if name.isidentifier() and name != "__pycache__")
    for name in folder.files:
        found = _PYTHON_FILE.match(name)
        if found and found[1].isidentifier():
            yield found[1]


def _is_node_root(path: str) -> bool:
    *above, name = path.split("/")
    return name == "node_modules" and "node_modules" not in above


def _node_names(contents: Contents, path: str) -> Iterator[str]:
    for name in contents.folders[path].folders:
        if name.startswith("@"):
            yield from (f"{name}/{own}" for own in contents.folders[f"{path}/{name}"].folders)
        elif not name.startswith("."):
            yield name


def manifest(contents: Contents, notes: Notes) -> Manifest | None:
    """The ``package.json`` at the top."""
    path = "package.json"
    if path not in contents.files:
        return None
    try:
        raw = msgspec.json.decode(contents.read(path, _LARGEST_MANIFEST), type=dict[str, object])
    except Unreadable as error:
        notes.unread[path] = str(error)
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        notes.unread[path] = "not a JSON object"
        return None
    kind, main = raw.get("type", ""), raw.get("main", "")
    return Manifest(type=kind if isinstance(kind, str) else "", main=main if isinstance(main, str) else "")
