"""One Python file, read without running it: its imports, names, calls and literals, each with where it is."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from doctor.code.handlers import looks_like_handler
from doctor.code.literals import BATCH_ANSWER, Address, addresses
from doctor.code.python.answers import answer
from doctor.code.python.expressions import Called, Expression, Item, Local, Named, Reader, Text
from doctor.model.package import Answer, Place

_PARSED = "<package>"
# The parser warns of doubtful literals in the user's source, which are not doctor's to print.
warnings.filterwarnings("ignore", module=_PARSED)
_OLDEST = 7
"""The oldest minor version that the parser can hold source against."""
_CATCHES = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_LOOKUP = {"KeyError", "LookupError", "Exception", "BaseException"}
_CHECKING = ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Use = Literal["required", "optional", "default"]


@dataclass(frozen=True)
class Definition:
    """A name that a file defines at its top level."""

    line: int
    asynchronous: bool = False
    parameters: int | None = None
    """Positional ones; ``None``: no function, or any number."""
    fits: bool = False
    """It can be called with an event and a context, and looks as if it should be."""
    decorated: bool = False


@dataclass
class Module:
    """What a file says; expressions are resolved when all files are read, for they lead from file to file."""

    path: str
    name: str
    definitions: dict[str, Definition] = field(default_factory=dict)
    defines_more: bool = False
    """It takes over all names of another module, or makes names when they are asked for."""
    imports: list[tuple[str, Place, bool]] = field(default_factory=list)
    """Full dotted names of absolute imports; whether the code goes on without it."""
    loads: list[str] = field(default_factory=list)
    """Full dotted names of all imports."""
    bindings: dict[tuple[str, str], Expression | None] = field(default_factory=dict)
    """By scope and name; ``None``: more than one value."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Names of what it imports, and their full dotted names."""
    calls: list[tuple[Called, Place, bool]] = field(default_factory=list)
    """Whether every run of the function around it, or of the file, makes the call."""
    cached: set[str] = field(default_factory=set)
    """Dotted names of functions whose results are kept."""
    reads: list[tuple[Expression, Place, Use]] = field(default_factory=list)
    """Environment variables: the expression of the name, where, and the use as in ``Variable.use``."""
    expected: set[str] = field(default_factory=set)
    """Environment variables that the code looks for or sets."""
    hosts: list[tuple[Address, Place]] = field(default_factory=list)
    batch_answers: list[Place] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    """What functions return that are defined at its top."""
    search_path_changed: bool = False


@dataclass(frozen=True)
class _Around:
    """What surrounds a node."""

    scope: str = ""
    function: str = ""
    optional: bool = False
    caught: bool = False
    """A missing key is caught."""
    or_else: bool = False
    """Another value stands in when this one is empty."""
    part: bool = False
    """It is a part of a formatted string."""


def parse(source: bytes, minor: int) -> ast.Module:
    """Parse a file as Python 3.``minor``, or as the newest that this interpreter knows.

    Raises:
        SyntaxError, ValueError: it is no valid source.
        RecursionError, MemoryError: it is nested too deeply for the parser.
    """
    return ast.parse(source, filename=_PARSED, feature_version=(3, max(minor, _OLDEST)))


def read(tree: ast.Module, path: str, name: str) -> Module:
    """Gather what a file says.

    Args:
        tree: Its syntax tree.
        path: Where it lies in the package.
        name: The dotted name by which it is imported, from the top of the package.
    """
    return _Walk(Module(path, name, aliases=dict(_aliases(tree, path, name)))).walk(tree)


def _aliases(tree: ast.Module, path: str, name: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for one in names:
                    yield one.asname or one.name.split(".")[0], one.name if one.asname else one.name.split(".")[0]
            case ast.ImportFrom(names=names):
                for one in names:
                    yield one.asname or one.name, f"{absolute(node, path, name)}.{one.name}"


def absolute(node: ast.ImportFrom, path: str, name: str) -> str:
    """The dotted name of what ``from … import`` names, relative imports resolved against the file's own name."""
    if not node.level:
        return node.module or ""
    package = name.split(".") if path.endswith("/__init__.py") else name.split(".")[:-1]
    above = package[: len(package) - node.level + 1]
    return ".".join((*above, node.module) if node.module else above)


class _Walk:
    """Goes through a tree without recursion, for source may be nested deeper than the interpreter's stack."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.reader = Reader(module.aliases)

    def walk(self, tree: ast.Module) -> Module:
        stack: list[tuple[ast.AST, _Around]] = [(tree, _Around())]
        while stack:
            node, around = stack.pop()
            self._note(node, around)
            stack.extend(reversed(list(self._below(node, around))))
        return self.module

    def _place(self, node: ast.expr | ast.stmt, around: _Around) -> Place:
        return Place(path=self.module.path, line=node.lineno, function=around.function)

    def _read(self, node: ast.AST | None, around: _Around) -> Expression | None:
        return self.reader.read(node, around.scope)

    def _below(self, node: ast.AST, around: _Around) -> Iterator[tuple[ast.AST, _Around]]:
        """The nodes below, each with what surrounds it."""
        plain = replace(around, or_else=False, part=False) if around.or_else or around.part else around
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from self._body(node, plain)
            case ast.Try() | ast.TryStar():
                yield from self._try(node, plain)
            case ast.If():
                if self.reader.read(node.test, "") not in [Named(name) for name in _CHECKING]:
                    yield node.test, plain
                    yield from ((one, replace(plain, optional=True)) for one in node.body)
                yield from ((one, replace(plain, optional=True)) for one in node.orelse)
            case ast.BoolOp(op=ast.Or(), values=[*first, last]):
                yield from ((one, replace(plain, or_else=True)) for one in first)
                yield last, plain
            case ast.JoinedStr(values=[*first, last]):
                yield from ((one, replace(plain, part=True)) for one in first)
                yield last, plain
            case ast.Expr(value=ast.Constant()):
                return  # a docstring
            case _:
                yield from ((one, plain) for one in ast.iter_child_nodes(node))

    def _body(self, node: Function | ast.ClassDef, around: _Around) -> Iterator[tuple[ast.AST, _Around]]:
        scope = f"{around.scope}.{node.name}".lstrip(".")
        inside = _Around(scope=scope, function=around.function if isinstance(node, ast.ClassDef) else scope)
        body = {id(one) for one in node.body}
        for one in ast.iter_child_nodes(node):
            yield one, inside if id(one) in body else around

    def _try(self, node: ast.Try | ast.TryStar, around: _Around) -> Iterator[tuple[ast.AST, _Around]]:
        names = set().union(*(_caught(one) for one in node.handlers)) if node.handlers else set()
        optional = bool(names & _CATCHES)
        inside = replace(around, optional=around.optional or optional, caught=around.caught or bool(names & _LOOKUP))
        yield from ((one, inside) for one in node.body)
        yield from (
            (one, replace(around, optional=around.optional or optional)) for one in (*node.handlers, *node.orelse)
        )
        yield from ((one, around) for one in node.finalbody)

    def _note(self, node: ast.AST, around: _Around) -> None:
        """Note what a statement or a binding says; the rest are expressions."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node, around)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._define(node, around)
            case ast.Assign(targets=[ast.Name() | ast.Attribute() as target], value=value):
                self._bind(target, value, around)
            case ast.AnnAssign(target=ast.Name() | ast.Attribute() as target, value=value) if value:
                self._bind(target, value, around)
            case ast.AugAssign(target=target):
                self.module.search_path_changed |= self._read(target, around) == _SEARCH_PATH
            case ast.withitem(context_expr=value, optional_vars=ast.Name() as target):
                self._bind(target, value, around)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, value, around)
            case ast.Return(value=value):
                self._return(node, value, around)
            case _:
                self._expression(node, around)

    def _expression(self, node: ast.AST, around: _Around) -> None:
        match node:
            case ast.Name(ctx=ast.Store(), id=name) if around.scope == "":
                self.module.definitions.setdefault(name, Definition(node.lineno))
            case ast.Call():
                self._call(node, around)
            case ast.Subscript(ctx=context):
                self._subscript(node, context, around)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[where]):
                key = self._read(left, around)
                if self._read(where, around) == _ENVIRON and isinstance(key, Text):
                    self.module.expected.add(key.text)
            case ast.Constant(value=str(text)) if text == BATCH_ANSWER:
                self.module.batch_answers.append(self._place(node, around))
            case ast.Constant(value=str(text)):
                found = addresses(text, whole=not around.part)
                self.module.hosts.extend((one, self._place(node, around)) for one in found)

    def _import(self, node: ast.Import | ast.ImportFrom, around: _Around) -> None:
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        else:
            origin = absolute(node, self.module.path, self.module.name)
            names = [origin if one.name == "*" else f"{origin}.{one.name}" for one in node.names]
            self.module.defines_more |= around.scope == "" and any(one.name == "*" for one in node.names)
        place = self._place(node, around)
        self.module.loads += names
        if isinstance(node, ast.Import) or not node.level:
            self.module.imports.extend((name, place, around.optional) for name in names)
        if around.scope == "":
            for one in node.names:
                self.module.definitions.setdefault(one.asname or one.name.split(".")[0], Definition(node.lineno))

    def _define(self, node: Function | ast.ClassDef, around: _Around) -> None:
        if not isinstance(node, ast.ClassDef):
            scope = f"{around.scope}.{node.name}".lstrip(".")
            arguments = node.args
            every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
            for one in every:
                if one:
                    self.module.bindings[scope, one.arg] = None
            if any(self._decorator(one, around) in _CACHES for one in node.decorator_list):
                self.module.cached.add(scope)
        if around.scope == "":
            self.module.definitions[node.name] = _definition(node)
            self.module.defines_more |= node.name == "__getattr__"

    def _return(self, node: ast.Return, value: ast.expr | None, around: _Around) -> None:
        if value and around.scope:
            self._set(*_returned(around.scope), self._read(value, around))
        if around.scope and around.scope == around.function and "." not in around.scope:
            self.module.answers.append(answer(node, self._place(node, around)))

    def _decorator(self, node: ast.expr, around: _Around) -> Expression | None:
        return self._read(node.func if isinstance(node, ast.Call) else node, around)

    def _bind(self, target: ast.expr, value: ast.expr, around: _Around) -> None:
        name = self.reader.read(target, around.scope)
        expression = self._read(value, around)
        if isinstance(target, ast.Name):
            self._set(around.scope, target.id, expression)
        elif isinstance(name, Local):
            self._set(name.scope, name.name, expression)
        elif name == _SEARCH_PATH:
            self.module.search_path_changed = True

    def _set(self, scope: str, name: str, value: Expression | None) -> None:
        bindings = self.module.bindings
        bindings[scope, name] = value if bindings.get((scope, name), value) == value else None

    def _call(self, node: ast.Call, around: _Around) -> None:
        called = self._read(node, around)
        if not isinstance(called, Called):
            return
        place = self._place(node, around)
        match called.function:
            case Named(dotted="os.getenv" | "os.environ.get" | "os.environ.pop"):
                use: Use = "default" if len(node.args) + len(node.keywords) > 1 or around.or_else else "optional"
                self._variable(called.argument("key", 0), place, use)
            case Named(dotted="os.environ.setdefault"):
                self._variable(called.argument("key", 0), place, "default")
            case Named(dotted="sys.path.append" | "sys.path.insert" | "sys.path.extend" | "site.addsitedir"):
                self.module.search_path_changed = True
            case _:
                self.module.calls.append((called, place, not around.optional))

    def _subscript(self, node: ast.Subscript, context: ast.expr_context, around: _Around) -> None:
        if isinstance(context, ast.Store) and self._read(node.value, around) == _SEARCH_PATH:
            self.module.search_path_changed = True
        item = self._read(node, around)
        if not isinstance(item, Item) or item.owner != _ENVIRON:
            return
        if isinstance(context, ast.Load):
            self._variable(item.key, self._place(node, around), "optional" if around.caught else "required")
        elif isinstance(item.key, Text):
            self.module.expected.add(item.key.text)

    def _variable(self, name: Expression | None, place: Place, use: Use) -> None:
        if name:
            self.module.reads.append((name, place, use))


_ENVIRON = Named("os.environ")
_SEARCH_PATH = Named("sys.path")
_CACHES = (Named("functools.cache"), Named("functools.lru_cache"), Named("functools.cached_property"))


def _returned(scope: str) -> tuple[str, str]:
    """Where the value that a function returns is bound."""
    outer, _, name = scope.rpartition(".")
    return outer, f"{name}()"


def _caught(handler: ast.ExceptHandler) -> set[str]:
    match handler.type:
        case None:
            return {"BaseException"}
        case ast.Tuple(elts=types):
            return {one.id for one in types if isinstance(one, ast.Name)}
        case ast.Name(id=name):
            return {name}
    return set()


def _definition(node: Function | ast.ClassDef) -> Definition:
    if isinstance(node, ast.ClassDef):
        return Definition(node.lineno)
    positional = (*node.args.posonlyargs, *node.args.args)
    least = len(positional) - len(node.args.defaults)
    forced = any(default is None for default in node.args.kw_defaults)
    unbound = bool(node.args.vararg) or bool(node.decorator_list)
    return Definition(
        line=node.lineno,
        asynchronous=isinstance(node, ast.AsyncFunctionDef) and not node.decorator_list,
        parameters=None if unbound else len(positional),
        decorated=bool(node.decorator_list),
        fits=looks_like_handler(node.name, [one.arg for one in positional])
        and least <= _EVENT_AND_CONTEXT
        and not forced
        and (bool(node.args.vararg) or len(positional) >= _EVENT_AND_CONTEXT),
    )


_EVENT_AND_CONTEXT = 2
