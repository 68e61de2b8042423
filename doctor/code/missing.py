"""Imports that nothing provides: neither the package, nor its layers, nor the language, nor the runtime."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doctor.code import runtimes, standard_library
from doctor.code.runtimes import Runtime
from doctor.model.package import Import, Package


@dataclass(frozen=True)
class Missing:
    """What is missing, and why the answer may be wrong."""

    imports: tuple[Import, ...]
    """Optional ones included: those only narrow what the code can do."""
    doubts: tuple[str, ...] = ()
    """One line for each thing that was not read or cannot be told; empty: the answer holds."""


def missing_imports(package: Package, layers: Sequence[Package], runtime: str) -> Missing:
    """Name the imports of the function's own source that its environment does not have.

    Only files count that the handler leads to by imports that are written out. Only top-level names are compared: a
    missing submodule is not seen, nor what an installed distribution itself imports.

    Args:
        package: The function's package.
        layers: Facts of all its layers, read for the same runtime.
        runtime: The function's runtime.
    """
    ours = runtimes.parse(runtime)
    if ours.language not in {"python", "nodejs"}:
        return Missing((), (f"imports are not read for the runtime {runtime or 'of a container image'}",))
    there = {name for names in _provided(package, layers, ours, runtime) for name in names}
    reached = set(package.source.reached)
    missing = (one for one in package.source.imports if one.path in reached and not _comes_along(one.name, ours))
    return Missing(tuple(one for one in missing if one.name not in there), tuple(_doubts(package, layers)))


def search_paths(runtime: str, *, layer: bool) -> tuple[str, ...]:
    """Folders of a package, or of a layer, in which a runtime's imports look.

    See https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html; ``""`` is the package itself.
    """
    ours = runtimes.parse(runtime)
    match ours.language:
        case "python":
            folders = ("python", f"python/lib/python{ours.major}.{ours.minor}/site-packages")
            return folders if layer else ("",)
        case "nodejs":
            return ("nodejs/node_modules", f"nodejs/node{ours.major}/node_modules") if layer else ("node_modules",)
        case _:
            return ()


def _provided(package: Package, layers: Sequence[Package], runtime: Runtime, name: str) -> Iterator[tuple[str, ...]]:
    own = {*search_paths(name, layer=False), *_beside_handler(package, runtime)}
    yield from (root.names for root in package.modules if root.path in own)
    theirs = search_paths(name, layer=True)
    yield from (root.names for layer in layers for root in layer.modules if root.path in theirs)
    if runtime.language == "nodejs":
        yield tuple(one.removesuffix(".js") for one in package.top_level)  # NODE_PATH ends with the package itself


def _beside_handler(package: Package, runtime: Runtime) -> Iterator[str]:
    """Node.js looks in ``node_modules`` of every folder from the importing file upwards."""
    folders = package.handler.path.split("/")[:-1] if package.handler and runtime.language == "nodejs" else []
    return ("/".join((*folders[: i + 1], "node_modules")) for i in range(len(folders)))


def _comes_along(name: str, runtime: Runtime) -> bool:
    """Whether a name is the language's or the runtime's; private names of Python are taken for its own."""
    if runtime.language == "python" and (name.startswith("_") or name in standard_library.python(runtime.minor)):
        return True
    return runtimes.bundled(runtime, name)


def _doubts(package: Package, layers: Sequence[Package]) -> Iterator[str]:
    reached = package.source.reached
    if not package.handler or not package.handler.path:
        yield "the handler's file was not found, so it is not known which imports are made"
    elif package.handler.path not in reached:
        yield f"{package.handler.path} was not read"
    for error in package.source.syntax_errors:
        if error.path in reached:
            yield f"{error.path} is not valid Python, line {error.line}"
    if package.source.search_path_changed:
        yield "the code changes sys.path, so it may find modules elsewhere"
    for one in package.unread:
        if one.path.endswith((".py", ".js", ".mjs", ".cjs")) and one.path != (package.handler and package.handler.path):
            yield f"{one.path} was not read: {one.reason}"
    if any(not root.complete for one in (package, *layers) for root in one.modules):
        yield "there are more modules than were listed"
    if any(
        field in one.omitted for one in (package, *layers) for field in ("modules", "imports", "unread", "top_level")
    ):
        yield "the facts leave out modules, imports or files"
