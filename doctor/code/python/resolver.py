"""What expressions stand for, followed from name to name and from file to file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from doctor.code import literals, sdk
from doctor.code.python.expressions import Called, Entries, Expression, Item, Local, Member, Named, Number, Text
from doctor.code.python.module import Module
from doctor.model.package import FromVariable

_DEEPEST = 20
"""Steps from name to name."""
_SESSIONS = {
    "aioboto3.Session",
    "aiobotocore.session.get_session",
    "boto3.Session",
    "boto3.session.Session",
    "botocore.session.get_session",
}
_CONFIGS = {"botocore.client.Config", "botocore.config.Config"}
CREATORS = {"client", "create_client", "resource"}
_SERVICE = re.compile(r"[a-z0-9-]{1,63}")


@dataclass(frozen=True)
class Session:
    """A session of the SDK."""


@dataclass(frozen=True)
class Client:
    """A client, a resource, or a part of a resource such as a table, with what identifies it."""

    service: str
    is_resource: bool = False
    kind: str = ""
    parameters: tuple[tuple[str, str | FromVariable], ...] = ()


Value = Text | Number | Entries | FromVariable | Session | Client | Called


class Resolver:
    """Resolves the expressions of the files of one package."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self._modules = modules

    def value(self, expression: Expression | None, module: Module, depth: int = 0) -> Value | None:
        """What an expression of a file stands for; ``None``: it cannot be told, or is of no interest."""
        if depth > _DEEPEST:
            return None
        match expression:
            case Text() | Number() | Entries():
                return expression
            case Local(scope, name):
                return self._local(scope, name, module, depth + 1)
            case Named(dotted):
                return self._named(dotted, depth + 1)
            case Item(Named("os.environ"), key):
                return self._variable(key, module, depth + 1)
            case Called():
                return self._called(expression, module, depth + 1)
            case Member():
                return self._member(expression, module, depth + 1)
        return None

    def _member(self, member: Member, module: Module, depth: int) -> Value | None:
        match member:
            case Member(Local(_, owner), name) if (owner, name) in module.bindings:
                return self.value(module.bindings[owner, name], module, depth)  # a class's own
            case Member(Member(owner, "meta"), "client"):
                resource = self.value(owner, module, depth)
                return Client(resource.service) if isinstance(resource, Client) else None
            case Member(owner, "objects"):
                bucket = self.value(owner, module, depth)
                return (
                    replace(bucket, kind="objects") if isinstance(bucket, Client) and bucket.kind == "Bucket" else None
                )
        return None

    def text(self, expression: Expression | None, module: Module) -> str:
        """The literal that an expression stands for; empty: none."""
        value = self.value(expression, module)
        return value.text if isinstance(value, Text) else ""

    def number(self, expression: Expression | None, module: Module) -> float | None:
        """The number that an expression stands for."""
        value = self.value(expression, module)
        return value.value if isinstance(value, Number) else None

    def _local(self, scope: str, name: str, module: Module, depth: int) -> Value | None:
        while True:
            if (scope, name) in module.bindings:
                return self.value(module.bindings[scope, name], module, depth)
            if not scope:
                return None
            scope = scope.rpartition(".")[0]

    def _named(self, dotted: str, depth: int) -> Value | None:
        """Something that another file of the package defines, perhaps taken from a third."""
        parts = dotted.split(".")
        for i in range(len(parts) - 1, 0, -1):
            module = self._modules.get(".".join(parts[:i]))
            if not module:
                continue
            scope, name = ".".join(parts[i:-1]), parts[-1]
            if (scope, name) in module.bindings:
                return self.value(module.bindings[scope, name], module, depth)
            first, *rest = parts[i:]
            call = "()" if first.endswith("()") else ""
            origin = module.aliases.get(first.removesuffix("()"))
            return self.value(Named(".".join((origin + call, *rest))), module, depth) if origin else None
        return None

    def _variable(self, key: Expression | None, module: Module, depth: int) -> FromVariable | None:
        name = self.value(key, module, depth)
        known = isinstance(name, Text) and literals.VARIABLE.fullmatch(name.text)
        return FromVariable(variable=name.text) if isinstance(name, Text) and known else None

    def _called(self, called: Called, module: Module, depth: int) -> Value | None:
        match called.function:
            case Named("os.getenv" | "os.environ.get"):
                return self._variable(called.argument("key", 0), module, depth)
            case Named("boto3.client" | "boto3.resource"):
                return self._client(called, module, depth)
            case Named(dotted) if dotted in _CONFIGS:
                return called
            case Named(dotted):
                return Session() if dotted in _SESSIONS else self._named(f"{dotted}()", depth)
            case Local(scope, name):
                return self._local(scope, f"{name}()", module, depth)
            case Member(owner, name):
                made_by = self.value(owner, module, depth)
                if isinstance(made_by, Session):
                    return self._client(called, module, depth) if name in CREATORS else None
                return self._part(made_by, name, called, module, depth) if isinstance(made_by, Client) else None
        return None

    def _client(self, called: Called, module: Module, depth: int) -> Client | None:
        name = self.value(called.argument("service_name", 0), module, depth)
        if not isinstance(name, Text) or not _SERVICE.fullmatch(name.text):
            return None
        function = called.function
        how = function.dotted if isinstance(function, Named) else function.name if isinstance(function, Member) else ""
        return Client(service=name.text, is_resource=how.endswith("resource"))

    def _part(self, owner: Client, name: str, called: Called, module: Module, depth: int) -> Client | None:
        """A part of a resource, such as ``resource.Table("orders")``."""
        if not owner.is_resource or not name[:1].isupper():
            return None
        names = sdk.BOTO3_RESOURCES.get((owner.service, name), ())
        values = (self.told(one, module, depth) for one in called.arguments[: len(names)])
        named = ((key, value) for key, value in zip(names, values, strict=False) if value)
        return Client(owner.service, is_resource=True, kind=name, parameters=(*owner.parameters, *named))

    def told(self, expression: Expression | None, module: Module, depth: int = 0) -> str | FromVariable:
        """A value as it may be told: the name of a resource, or the variable that holds it; empty: neither."""
        value = self.value(expression, module, depth)
        if isinstance(value, FromVariable):
            return value
        return literals.resource_name(value.text) if isinstance(value, Text) else ""
