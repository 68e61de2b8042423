"""What a JavaScript file takes from other modules, and under which names; and its constants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from doctor.code.javascript.script import Script
from doctor.model.package import FromVariable

_FROM = re.compile(r"""\bfrom\s{0,40}(["'])(?P<module>[^"'\n]{1,200})\1""")
_ONLY = re.compile(r"""\bimport\s{0,40}(["'])(?P<module>[^"'\n]{1,200})\1""")
_CALL = re.compile(r"""\b(?P<how>require|import)\s{0,40}\(\s{0,40}(["'`])(?P<module>[^"'`\n$]{1,200})\2\s{0,40}\)""")
_CLAUSE = re.compile(r"[\w\s$*{},]*")
_TAKEN = re.compile(r"(?:\b(?:const|let|var)\b|,)\s*(\{[^{}]*\}|[\w$]+)\s*=\s*(?:await\s+)?(?:[\w$.]{1,80}\(\s*)?$")
_LONGEST_CLAUSE = 3000
_LOOK_BACK = 600
_CONSTANT = re.compile(
    r"""
    \b(?:const|let|var)\s+(?P<name>[\w$]+)\s*=\s*
    (?: process\.env\.(?P<variable>[A-Za-z_]\w*) | process\.env\[\s*["'](?P<key>\w+)["']\s*\]
      | (?P<quote>["'`])(?P<text>[^"'`\n$]{0,512})(?P=quote) | (?P<number>\d[\d_.]{0,12})\s*[;,\n)] )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Specifier:
    """A module that is imported."""

    module: str
    position: int
    optional: bool


@dataclass
class Names:
    """What the names of a file stand for."""

    specifiers: list[Specifier] = field(default_factory=list)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By local name: the module, and what of it; ``*``: all of it."""
    constants: dict[str, str | float | FromVariable | None] = field(default_factory=dict)
    """``None``: more than one value."""


def read(script: Script) -> Names:
    """Read a file's imports and constants."""
    names = Names()
    for found in script.matches(_FROM, strings=True):
        clause = _clause(script.bare[max(0, found.start() - _LONGEST_CLAUSE) : found.start()])
        if clause is not None:
            names.specifiers.append(Specifier(found["module"], found.start(), optional=False))
            names.imported.update(_imported(clause, found["module"]))
    names.specifiers += (
        Specifier(one["module"], one.start(), optional=False) for one in script.matches(_ONLY, strings=True)
    )
    for found in script.matches(_CALL, strings=True):
        names.specifiers.append(Specifier(found["module"], found.start(), script.is_tried(found.start())))
        taken = _TAKEN.search(script.bare, max(0, found.start() - _LOOK_BACK), found.start())
        if taken:
            names.imported.update(_taken(taken[1], found["module"]))
    names.specifiers.sort(key=lambda one: one.position)
    names.constants = _constants(script)
    return names


def _clause(before: str) -> str | None:
    """What stands between ``import`` or ``export`` and ``from``; ``None``: it is no such statement."""
    start = max(before.rfind("import"), before.rfind("export"))
    clause = before[start + len("import") :]
    return clause if start >= 0 and _CLAUSE.fullmatch(clause) else None


def _imported(clause: str, module: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """``a, { b, c as d }`` and ``* as e``."""
    outer, brace, inner = clause.partition("{")
    for part in outer.split(","):
        words = part.split()
        if len(words) == 1:
            yield words[0], (module, "default")
        elif words[:1] == ["*"]:
            yield words[-1], (module, "*")
    for part in inner.partition("}")[0].split(",") if brace else ():
        words = part.split()
        if words:
            yield words[-1], (module, words[0])


def _taken(target: str, module: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """``name`` and ``{ a, b: c }`` before ``= require(…)``."""
    if not target.startswith("{"):
        yield target, (module, "*")
        return
    for part in target.strip("{}").split(","):
        own, _, local = part.partition(":")
        if own.strip():
            yield (local.strip() or own.strip()), (module, own.strip())


def _constants(script: Script) -> dict[str, str | float | FromVariable | None]:
    constants: dict[str, str | float | FromVariable | None] = {}
    for found in script.matches(_CONSTANT, strings=True):
        variable = found["variable"] or found["key"]
        value = (
            FromVariable(variable=variable)
            if variable
            else found["text"]
            if found["quote"]
            else number(found["number"])
        )
        name = found["name"]
        constants[name] = value if constants.get(name, value) == value else None
    return constants


def number(digits: str) -> float | None:
    """A number as JavaScript writes it."""
    try:
        return float(digits.replace("_", ""))
    except ValueError:
        return None
