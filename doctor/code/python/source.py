"""The function's own Python source: read file by file, then resolved across files."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from doctor.code import literals
from doctor.code.contents import Contents, Notes
from doctor.code.gathered import Gathered
from doctor.code.python.expressions import Called, Local, Named
from doctor.code.python.module import Module, Use, parse, read
from doctor.code.python.requests import calls, clients
from doctor.code.python.resolver import Resolver
from doctor.code.survey import Surveyed, own_source, survey
from doctor.model.package import Exit, Host, Import, Place, Sleep, Source, Variable

_BATCH_PROCESSORS = frozenset(
    f"aws_lambda_powertools.utilities.batch.{kind}process_partial_response" for kind in ("", "async_")
)
_SLEEPS = ("time.sleep", "asyncio.sleep")
_EXITS = ("sys.exit", "os._exit", "os.abort")
_BUILT_IN_EXITS = ("exit", "quit")


@dataclass
class PythonSource:
    """What was read of it."""

    contents: Contents
    minor: int
    notes: Notes
    modules: dict[str, Module] = field(default_factory=dict)
    """By path."""
    syntax_errors: list[Place] = field(default_factory=list)
    surveyed: Surveyed = field(default_factory=Surveyed)

    def facts(self) -> Source:
        """What the files say together."""
        resolver = Resolver({one.name: one for one in self.modules.values()})
        gathered = Gathered(syntax_errors=self.syntax_errors)
        own = {path.split("/", 1)[0].removesuffix(".py") for path in self.surveyed.files}
        for module in self.modules.values():
            gathered.imports += _imports(module, own)
            gathered.variables += _variables(module, resolver)
            gathered.clients += clients(resolver, module)
            gathered.calls += calls(resolver, module)
            gathered.sleeps += _sleeps(module, resolver)
            gathered.exits += _exits(module)
            gathered.batch_answers += _batch_answers(module)
            gathered.hosts += (
                Host(path=at.path, line=at.line, function=at.function, host=one.host, port=one.port, scheme=one.scheme)
                for one, at in module.hosts
            )
            gathered.search_path_changed |= module.search_path_changed
        return gathered.source(self.surveyed, self.notes)


def read_source(contents: Contents, start: str, minor: int, notes: Notes) -> PythonSource:
    """Read the function's own Python files.

    Args:
        contents: The package.
        start: The handler's file; empty: unknown.
        minor: The runtime's minor version of Python 3.
        notes: Where to tell what was not read.
    """
    own = own_source(contents, (".py",))
    names = {path: _dotted(path) for path in own}
    found = PythonSource(contents, minor, notes)
    found.surveyed = survey(contents, own, start, _reader(found, names), notes)
    return found


def _reader(found: PythonSource, names: dict[str, str]) -> Callable[[str, bytes], Iterator[str]]:
    paths = {name: path for path, name in names.items()}

    def links(path: str, source: bytes) -> Iterator[str]:
        """Read a file, and tell which own files its imports load, the packages around them included."""
        module = _parsed(found, path, names[path], source)
        if module:
            found.modules[path] = module
            for dotted in module.loads:
                parts = dotted.split(".")
                loaded = (".".join(parts[: i + 1]) for i in range(len(parts)))
                yield from (paths[one] for one in loaded if one in paths)

    return links


def _parsed(found: PythonSource, path: str, name: str, source: bytes) -> Module | None:
    try:
        return read(parse(source, found.minor), path, name)
    except (SyntaxError, ValueError) as error:
        line = (error.lineno if isinstance(error, SyntaxError) else 0) or 1
        if found.minor > sys.version_info.minor:
            ours = f"{sys.version_info.major}.{sys.version_info.minor}"
            found.notes.unread[path] = (
                f"line {line} is not valid in Python {ours}, and may be in the function's 3.{found.minor}"
            )
        else:
            found.syntax_errors.append(Place(path=path, line=line))
    except (RecursionError, MemoryError):
        found.notes.unread[path] = "nested too deeply to be parsed"
    return None


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(module: Module, own: set[str]) -> Iterator[Import]:
    for dotted, at, optional in module.imports:
        name = dotted.split(".", 1)[0]
        if name and name not in own:
            yield Import(path=at.path, line=at.line, function=at.function, name=name, optional=optional)


def _variables(module: Module, resolver: Resolver) -> Iterator[Variable]:
    for key, at, use in module.reads:
        name = resolver.text(key, module)
        if literals.VARIABLE.fullmatch(name):
            told: Use = "optional" if use == "required" and name in module.expected else use
            yield Variable(path=at.path, line=at.line, function=at.function, name=name, use=told)


def _sleeps(module: Module, resolver: Resolver) -> Iterator[Sleep]:
    for called, at, _ in module.calls:
        if isinstance(called.function, Named) and called.function.dotted in _SLEEPS:
            seconds = resolver.number(called.argument("secs", 0), module)
            if seconds:
                yield Sleep(path=at.path, line=at.line, function=at.function, seconds=seconds)


def _exits(module: Module) -> Iterator[Exit]:
    for called, at, _ in module.calls:
        name = _exit(called, module)
        if name:
            yield Exit(path=at.path, line=at.line, function=at.function, call=name)


def _batch_answers(module: Module) -> Iterator[Place]:
    """Where the answer itself is named, or Powertools is asked to make it."""
    yield from module.batch_answers
    for called, at, _ in module.calls:
        if isinstance(called.function, Named) and called.function.dotted in _BATCH_PROCESSORS:
            yield at


def _exit(called: Called, module: Module) -> str:
    match called.function:
        case Named(dotted) if dotted in _EXITS:
            return dotted
        case Local(_, name) if name in _BUILT_IN_EXITS and name not in module.definitions:
            return name
    return ""
