"""What a version could not load, and what its package says about that."""

from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.invocations import Invocations
from doctor.engine.told import told
from doctor.engine.world import Unseen, World
from doctor.logs.symptoms import symptom
from doctor.model.call import Gap
from doctor.model.function import Function
from doctor.model.invoking import LayerVersion
from doctor.model.lazy import pattern
from doctor.model.package import Native, Package
from doctor.model.record import Record
from doctor.model.telemetry import Invocation, SymptomKind

_MISSING = (
    pattern(r"No module named '(?P<name>[^']+)'"),
    pattern(r"Cannot find (?:module|package) '(?P<name>[^']+)'"),
)
"""Python's words, and Node.js's for CommonJS and for ES modules."""
_IMPORTING = pattern(r"Unable to import module '(?P<module>[^']+)'")
_LIBRARY = pattern(
    r"(?P<path>[^\s']+\.so[\d.]*): (?:invalid ELF header|file too short|wrong ELF class|"
    r"cannot open shared object file: No such file or directory)",
)
_AT_START = (SymptomKind.IMPORT_FAILED, SymptomKind.INIT_FAILED)
"""Seen before any handler runs: a later success proves them mended, as it does not for what only some events lead to."""


class FailedImport(Record):
    """Something that could not be loaded."""

    name: str = ""
    """The module or package that was not found, dotted in Python; empty: it was found, and could not be loaded."""
    library: str = ""
    """The shared library that the loader refused; empty: none is named."""
    those: tuple[Invocation, ...]
    """The invocations that met it, oldest first."""

    @property
    def last(self) -> Invocation:
        """The latest invocation that met it."""
        return self.those[-1]


class Imports(Fact):
    """What could not be loaded, by the words of the log, and has not been mended since."""

    reads = ("logs:FilterLogEvents",)
    after = (Invocations,)
    parts: ClassVar[tuple[str, ...]] = ("lambda:GetLayerVersionByArn",)
    sure = True

    failed: tuple[FailedImport, ...]
    package: Package | None
    """``None``: not read; a rule then says only what the log shows."""
    layers: tuple[LayerVersion, ...] = ()
    """The function's layers, as far as what they hold was read for its runtime."""
    unread: bool = False
    """Whether there are layers beside these, which may hold anything."""
    unseen: Gap | None = None
    """Why the first of those was not read."""
    folders: tuple[str, ...] = ()
    """Where in a layer the runtime's imports look."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Read the failures of the version's log; raises ``Unseen`` when it was not read."""
        ran = world.fact(Invocations, subject)
        found: dict[tuple[str, str], list[Invocation]] = {}
        for one in ran.failed:
            what = _what(one.error_message)
            if what != ("", "") and _is_of_today(subject, one) and not (_at_start(one) and not ran.unmended([one])):
                found.setdefault(what, []).append(one)
        failed = (FailedImport(name=name, library=lib, those=tuple(those)) for (name, lib), those in found.items())
        layers = [world.get(one.arn, LayerVersion) for one in subject.layers]
        read = tuple(one for one in layers if one is not None and one.package is not None)
        return cls(
            failed=tuple(failed),
            package=subject.package,
            layers=read,
            unread=len(read) < len(layers),
            unseen=_unread(world, subject) if len(read) < len(layers) else None,
            folders=_folders(subject) if layers else (),
        )

    def holds(self, name: str) -> bool | None:
        """Tell whether the package, or a layer, has a module or package of that top-level name; ``None``: what was read does not tell."""
        if self.package is None:
            return None
        names = {one for root in self.package.modules for one in root.names}
        tops = {
            top.split(".", 1)[0] if top.endswith((".py", ".js", ".mjs", ".cjs")) else top
            for top in self.package.top_level
        }
        held = [one.package for one in self.layers if one.package is not None]
        names |= {one for layer in held for root in layer.modules if root.path in self.folders for one in root.names}
        if name in names | tops:
            return True
        every = (self.package, *held)
        whole = not any(one.omitted for one in every) and all(root.complete for one in every for root in one.modules)
        return False if whole and not self.unread else None

    def misplaced(self, name: str) -> tuple[LayerVersion, str] | None:
        """The layer that has a module or package of that name where imports do not look, and the folder: empty at its top."""
        if self.holds(name):
            return None
        for layer in self.layers:
            for root in layer.package.modules if layer.package is not None else ():
                if name in root.names and root.path not in self.folders:
                    return layer, root.path
        return None

    def require_layers(self) -> None:
        """Raise ``Unseen`` when what a layer holds was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)

    def natives(self, name: str) -> tuple[Native, ...]:
        """The compiled files of the package that carry a dotted module name, whatever they were built for."""
        stem = f"/{name.replace('.', '/')}."
        return () if self.package is None else tuple(one for one in self.package.natives if stem in f"/{one.path}")

    def native_at(self, path: str) -> Native | None:
        """The compiled file behind a path of a running function; ``None``: not in what was read of the package."""
        inside = path.removeprefix("/var/task/")
        natives = () if self.package is None else self.package.natives
        return next((one for one in natives if one.path == inside), None)


def _unread(world: World, function: Function) -> Gap | None:
    gaps = (world.gap("lambda:GetLayerVersionByArn", layer.arn) for layer in function.layers)
    return next((gap for gap in gaps if gap is not None), None)


def _folders(function: Function) -> tuple[str, ...]:
    from doctor.code.missing import search_paths  # 4 ms that functions without layers save

    return search_paths(function.runtime or "", layer=True)


def _what(message: str) -> tuple[str, str]:
    """The name and the library that a message tells about."""
    library = _LIBRARY.search(message)
    if library:
        return "", library["path"]
    found = next((match for words in _MISSING if (match := words.search(message))), None)
    return (found["name"] if found else ""), ""


def _is_of_today(function: Function, one: Invocation) -> bool:
    """Tell whether today's Handler was being loaded: a failure of an earlier one says nothing about the package."""
    loading = _IMPORTING.search(one.error_message)
    if loading is None:
        return True
    handler = told(lambda: function.handler, "")  # a log alone need not tell it
    return not handler or loading["module"] == handler.rpartition(".")[0]


def _at_start(one: Invocation) -> bool:
    seen = symptom(one)
    return seen is not None and seen.kind in _AT_START
