"""Expressions of the source in a form that outlives the syntax tree: the few kinds that lead to an SDK call or a name."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

_DEEPEST = 20
"""Attributes and calls in a row; deeper ones are not followed."""
_LONGEST = 1e9
"""Seconds: no duration is as long."""
_LARGEST = 30
"""Entries of a literal dictionary; larger ones are data."""


@dataclass(frozen=True, slots=True)
class Text:
    """A literal string."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: float


@dataclass(frozen=True, slots=True)
class Entries:
    """A literal dictionary, its keys that are strings."""

    items: tuple[tuple[str, "Expression | None"], ...]

    def get(self, name: str) -> "Expression | None":
        """The value of a key."""
        return dict(self.items).get(name)


@dataclass(frozen=True, slots=True)
class Local:
    """A name of a file's own, or an attribute of ``self``, as seen in a scope (the dotted name of a function or class)."""

    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """Something of a module that the file imports, by its full dotted name."""

    dotted: str


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute."""

    owner: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """A subscript."""

    owner: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Called:
    """A call; arguments of other kinds are ``None``, and starred ones end the list."""

    function: "Expression"
    arguments: tuple["Expression | None", ...]
    keywords: tuple[tuple[str, "Expression | None"], ...]

    def argument(self, name: str, position: int = -1) -> "Expression | None":
        """The argument of that name, or at that position."""
        if 0 <= position < len(self.arguments):
            return self.arguments[position]
        return dict(self.keywords).get(name)


Expression = Text | Number | Entries | Local | Named | Member | Item | Called


@dataclass(frozen=True)
class Reader:
    """Reads expressions of one file."""

    aliases: Mapping[str, str]
    """What the file imports: its own name for it, and the full dotted name."""

    def read(self, node: ast.AST | None, scope: str, depth: int = 0) -> Expression | None:
        """Read an expression as seen in a scope; ``None`` for kinds that are of no interest."""
        if depth > _DEEPEST:
            return None
        match node:
            case ast.Constant(value=str(text)):
                return Text(text)
            case ast.Constant(value=int() | float() as value) if abs(value) < _LONGEST and not isinstance(value, bool):
                return Number(float(value))
            case ast.Name(id=name):
                return Named(self.aliases[name]) if name in self.aliases else Local(scope, name)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                return Local(scope.rpartition(".")[0], f"self.{name}")
            case ast.Attribute() | ast.Subscript() | ast.Call() | ast.Dict():
                return self._compound(node, scope, depth + 1)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.read(inner, scope, depth + 1)
        return None

    def _compound(self, node: ast.AST, scope: str, depth: int) -> Expression | None:
        match node:
            case ast.Attribute(value=value, attr=name):
                owner = self.read(value, scope, depth)
                return Named(f"{owner.dotted}.{name}") if isinstance(owner, Named) else owner and Member(owner, name)
            case ast.Subscript(value=value, slice=inner):
                owner, key = self.read(value, scope, depth), self.read(inner, scope, depth)
                return Item(owner, key) if owner and key else None
            case ast.Dict(keys=keys, values=values) if len(keys) <= _LARGEST:
                pairs = zip(keys, values, strict=True)
                texts = ((key.value, value) for key, value in pairs if isinstance(key, ast.Constant))
                return Entries(tuple((k, self.read(v, scope, depth)) for k, v in texts if isinstance(k, str)))
            case ast.Call():
                return self._call(node, scope, depth)
        return None

    def _call(self, node: ast.Call, scope: str, depth: int) -> Called | None:
        function = self.read(node.func, scope, depth)
        if function is None:
            return None
        starred = next((i for i, one in enumerate(node.args) if isinstance(one, ast.Starred)), len(node.args))
        return Called(
            function,
            tuple(self.read(one, scope, depth) for one in node.args[:starred]),
            tuple((one.arg, self.read(one.value, scope, depth)) for one in node.keywords if one.arg),
        )
