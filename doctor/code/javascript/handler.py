"""Where a Node.js Handler leads: ``folder/file.function`` is the export ``function`` of ``folder/file.js``, ``.mjs`` or ``.cjs``.

The runtime's client splits the last part of the path at its first dot.
See https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from doctor.code.contents import Contents, Notes
from doctor.code.handlers import looks_like_handler
from doctor.code.javascript.script import Script
from doctor.code.javascript.source import SUFFIXES
from doctor.model.package import HandlerCode

KEPT_ELSEWHERE = 10
KEPT_CANDIDATES = 10
_HANDLER = re.compile(r"(?P<folder>(?:.*/)?)(?P<file>[^./]*)\.(?P<function>.+)")
_NAME = r"[A-Za-z_$][\w$]{0,80}"
_PLAIN = (
    re.compile(rf"\bexports\.(?P<name>{_NAME})\s{{0,40}}=(?![=>])"),
    re.compile(rf"""\bexports\[\s{{0,9}}["'](?P<name>{_NAME})["']\s{{0,9}}\]\s{{0,40}}=(?![=>])"""),
    re.compile(
        rf"""\bObject\.defineProperty\(\s{{0,9}}(?:module\.)?exports\s{{0,9}},\s{{0,9}}["'](?P<name>{_NAME})["']"""
    ),
    re.compile(
        rf"\bexport\s{{1,40}}(?:async\s{{1,40}})?(?:function\b\s{{0,40}}\*?|const\b|let\b|var\b|class\b)\s{{0,40}}(?P<name>{_NAME})"
    ),
    re.compile(r"\bexport\s{1,40}(?P<name>default)\b"),
)
_OBJECT = re.compile(
    rf"\bmodule\.exports\s{{0,40}}=\s{{0,40}}(?=\{{)|\b__export\(\s{{0,9}}{_NAME}\s{{0,9}},\s{{0,9}}(?=\{{)"
)
_LIST = re.compile(r"\bexport\s{0,40}\{(?P<list>[^{}]{0,5000})\}")
_KEY = re.compile(rf"[\[\](){{}}]|(?<![\w$.])(?P<name>{_NAME})\s{{0,40}}(?=[:,(}}])|(?P<spread>\.\.\.)")
_MARKS = re.compile(r"\bmodule\.exports\s{0,40}=\s{0,40}__toCommonJS\(|\bexports,\s{0,9}$")
_OPEN = re.compile(r"\bexport\s{0,40}\*|\bexport\s{1,40}(?:const|let|var)\s{0,40}[\[{]")
_EXPORTS = re.compile(r"\bexports\b")
_ESM = re.compile(r"(?:^|[;}\n])\s{0,40}(?:import\b(?!\s{0,9}[(.])|export\b(?=\s{0,9}[\w{*]))")
_COMMONJS = re.compile(
    r"\bmodule\.exports\b|\bexports\.[\w$]+\s{0,40}=|\bexports\[|\bObject\.defineProperty\(\s{0,9}exports\b|\brequire\s{0,9}\("
)
_LARGEST_OBJECT = 20_000
_LOOK_BACK = 200
_LOOKED_AT = 30
"""Exports that are looked at for others that could be meant."""


@dataclass
class Exports:
    """What a file exports."""

    names: dict[str, int] = field(default_factory=dict)
    """With the position of each."""
    more: bool = False
    """There may be others, which are not written as names."""


def locate(contents: Contents, handler: str, notes: Notes) -> HandlerCode:
    """Find the file of a Handler by its name."""
    found = _HANDLER.fullmatch(handler)
    if not found or ".." in found["folder"].split("/"):
        return HandlerCode(function=handler, problem="malformed")
    module = (found["folder"] + found["file"]).removeprefix("./")
    there = (module + suffix for suffix in ("", *SUFFIXES, "/index.js"))
    elsewhere = (
        path for path in contents.files if _is_namesake(path, found["file"]) and path.rpartition(".")[0] != module
    )
    return HandlerCode(
        module=module,
        path=next((path for path in there if path in contents.files), ""),
        function=found["function"],
        elsewhere=notes.keep(
            "handler.elsewhere", sorted(elsewhere, key=lambda path: (path.count("/"), path)), KEPT_ELSEWHERE
        ),
    )


def _is_namesake(path: str, name: str) -> bool:
    *folders, file = path.replace("\\", "/").split("/")
    return file in {name + suffix for suffix in SUFFIXES} and "node_modules" not in folders


def complete(found: HandlerCode, script: Script | None, notes: Notes) -> HandlerCode:
    """Add what the file itself says of the function."""
    if script is None:
        return found
    exported = exports(script)
    name = found.function.partition(".")[0]
    defined = name in exported.names
    asynchronous, parameters = _shape(script, name) if defined else (False, None)
    return replace(
        found,
        defined=True if defined else None if exported.more else False,
        line=script.place(exported.names[name]).line if defined else None,
        asynchronous=asynchronous,
        parameters=None if parameters is None else _count(parameters),
        candidates=notes.keep("handler.candidates", _candidates(script, exported), KEPT_CANDIDATES),
        module_system=module_system(script),
    )


def exports(script: Script) -> Exports:
    """The names that a file exports, in the forms that people and compilers write."""
    found = Exports()
    explained: list[tuple[int, int]] = [one.span() for one in script.matches(_MARKS)]
    for pattern in _PLAIN:
        for one in script.matches(pattern, strings=True):
            found.names.setdefault(one["name"], one.start())
            explained.append(one.span())
    for one in script.matches(_OBJECT):
        explained.append(one.span())
        _keys(script, one.end(), found)
    for one in script.matches(_LIST):
        for part in one["list"].split(","):
            words = part.split()
            if words:
                found.names.setdefault(words[-1], one.start())
    mentioned = sum(1 for _ in script.matches(_EXPORTS))
    known = sum(len(_EXPORTS.findall(script.bare, start, end)) for start, end in explained)
    found.names.pop("__esModule", None)
    found.more = mentioned > known or any(script.matches(_OPEN)) or found.more
    return found


def _keys(script: Script, start: int, found: Exports) -> None:
    """The keys of the object literal at a position."""
    depth = 0
    for token in _KEY.finditer(script.bare, start, start + _LARGEST_OBJECT):
        if token["spread"]:
            found.more |= depth == 1
        elif token["name"]:
            before = script.bare[max(start, token.start() - _LOOK_BACK) : token.start()].rstrip()
            if depth == 1 and before.removesuffix("async").rstrip()[-1:] in {"{", ","}:
                found.names.setdefault(token["name"], token.start())
        else:
            depth += 1 if token[0] in "[({" else -1
        if depth == 0:
            return
    found.more = True


def module_system(script: Script) -> Literal["", "esm", "commonjs", "mixed"]:
    """Which module system a file is written for."""
    esm = any(script.matches(_ESM))
    commonjs = "createRequire" not in script.bare and any(script.matches(_COMMONJS))
    if esm and commonjs:
        return "mixed"
    return "esm" if esm else "commonjs" if commonjs else ""


def _candidates(script: Script, exported: Exports) -> list[str]:
    names = sorted(exported.names)[:_LOOKED_AT]
    return [name for name in names if looks_like_handler(name, _parameters(script, name))]


def _parameters(script: Script, name: str) -> list[str]:
    return [one.strip() for one in (_shape(script, name)[1] or "").split(",")]


def _shape(script: Script, name: str) -> tuple[bool, str | None]:
    """Whether a function is asynchronous, and its list of parameters, where it is written out."""
    own = re.escape(name)
    assigned = rf"(?<![\w$]){own}\s{{0,40}}%s\s{{0,40}}(?P<async>async\b)?\s{{0,40}}(?:function\b\s{{0,9}}[\w$]{{0,80}}\s{{0,9}})?"
    declared = rf"(?<![\w$.])(?P<async>async\s{{1,9}})?function\s{{1,9}}{own}\s{{0,9}}"
    several, one = r"\((?P<list>[^()]{0,500})\)\s{0,9}(?:=>|\{)", r"(?P<list>[\w$]{1,80})\s{0,9}=>"
    by_name = (assigned % "=" + several, assigned % "=" + one, declared + several)
    patterns = (*by_name, assigned % ":" + several, assigned % ":" + one)
    for pattern in patterns:
        found = re.search(pattern, script.bare)
        if found:
            return bool(found["async"]), found["list"]
    return False, None


def _count(parameters: str) -> int | None:
    """How many parameters a list has; ``None`` when some are gathered, taken apart or optional."""
    if re.search(r"\.\.\.|[{\[=]", parameters):
        return None
    return len([one for one in parameters.split(",") if one.strip()])
