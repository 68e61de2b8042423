"""The function's own JavaScript: read file by file."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from doctor.code import literals
from doctor.code.contents import Contents, Notes
from doctor.code.gathered import Gathered
from doctor.code.javascript import names as naming
from doctor.code.javascript import requests
from doctor.code.javascript.names import Names, number
from doctor.code.javascript.script import Script, unescape
from doctor.code.standard_library import NODE
from doctor.code.survey import Surveyed, own_source, survey
from doctor.model.package import Exit, Host, Import, Place, Sleep, Source, Variable

SUFFIXES = (".js", ".mjs", ".cjs")
LARGEST = 2 * 1024 * 1024
"""Bytes of one file, and of all files that are read: bundlers put a function and what it uses into one."""
_READ = re.compile(
    r"""\bprocess\.env(?:\.(?P<name>[A-Za-z_]\w{0,255})|\[\s{0,9}["'](?P<key>\w{1,255})["']\s{0,9}\])\s{0,40}(?P<then>\|\|=?|\?\?=?|=(?![=>]))?"""
)
_DESTRUCTURED = re.compile(r"\{([^{}]*)\}\s*=\s*$")
_ENV = re.compile(r"\bprocess\.env\b(?!\s{0,9}[.\[])")
_TEMPLATE = re.compile(r"\$\{[^}]*\}?")
_SLEEP = re.compile(
    r"\bsetTimeout\s{0,9}\(\s{0,9}(?:[\w$]{1,80}|(?:\(\s{0,9}\)|[\w$]{1,80})\s{0,9}=>\s{0,9}[\w$]{1,80}\([\w$]{0,80}\))\s{0,9},\s{0,9}(?P<time>[\w$]{1,80})\s{0,9}\)"
)
_PAUSE = re.compile(r"(?<![\w$.])(?P<name>[A-Za-z_$][\w$]{0,80})\s{0,9}\(\s{0,9}(?P<time>[\w$]{1,80})\s{0,9}[,)]")
_EXIT = re.compile(r"\bprocess\.(?P<name>exit|abort)\s{0,9}\(")
_BATCH_ANSWER = re.compile(rf"\b(?:{literals.BATCH_ANSWER}|processPartialResponse(?:Sync)?(?=\s{{0,9}}\())\b")
_LOOK_BACK = 2000
_MILLISECONDS = 1000


@dataclass
class JavaScriptSource:
    """What was read of it."""

    notes: Notes
    scripts: dict[str, tuple[Script, Names]] = field(default_factory=dict)
    """By path."""
    surveyed: Surveyed = field(default_factory=Surveyed)

    def facts(self) -> Source:
        """What the files say together."""
        gathered = Gathered()
        for script, names in self.scripts.values():
            clients, calls = requests.read(script, names)
            gathered.clients += clients
            gathered.calls += calls
            gathered.imports += _imports(script, names)
            gathered.variables += _variables(script)
            gathered.hosts += _hosts(script)
            gathered.sleeps += _sleeps(script, names)
            gathered.exits += _exits(script)
            gathered.batch_answers += _batch_answers(script)
        return gathered.source(self.surveyed, self.notes)


def read_source(contents: Contents, start: str, notes: Notes) -> JavaScriptSource:
    """Read the function's own JavaScript files.

    Args:
        contents: The package.
        start: The handler's file; empty: unknown.
        notes: Where to tell what was not read.
    """
    own = own_source(contents, SUFFIXES)
    found = JavaScriptSource(notes)
    found.surveyed = survey(contents, own, start, _reader(found, set(own)), notes, largest=LARGEST, budget=LARGEST)
    return found


def _reader(found: JavaScriptSource, own: set[str]) -> Callable[[str, bytes], Iterator[str]]:
    def links(path: str, source: bytes) -> Iterator[str]:
        """Read a file, and tell which own files its relative imports load."""
        script = Script(path, source.decode("utf-8", "replace"))
        names = naming.read(script)
        found.scripts[path] = script, names
        for one in names.specifiers:
            if one.module.startswith("."):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), one.module))
                there = (target + suffix for suffix in ("", *SUFFIXES, "/index.js", "/index.mjs", "/index.cjs"))
                yield from (candidate for candidate in there if candidate in own)

    return links


def package_name(module: str) -> str:
    """The package of a module specifier, as in ``ModuleRoot.names``; empty for files and for Node.js's own modules."""
    if module.startswith((".", "/", "node:", "#", "data:", "file:", "http:", "https:")):
        return ""
    parts = module.split("/")
    name = "/".join(parts[:2]) if module.startswith("@") else parts[0]
    return "" if name in NODE else name


def _imports(script: Script, names: Names) -> Iterator[Import]:
    for one in names.specifiers:
        name = package_name(one.module)
        if name:
            at = script.place(one.position)
            yield Import(path=at.path, line=at.line, function=at.function, name=name, optional=one.optional)


def _variables(script: Script) -> Iterator[Variable]:
    for found in script.matches(_READ, strings=True):
        then = found["then"]
        if then != "=":
            at, name = script.place(found.start()), found["name"] or found["key"]
            yield Variable(
                path=at.path, line=at.line, function=at.function, name=name, use="default" if then else "optional"
            )
    for found in script.matches(_ENV):
        taken = _DESTRUCTURED.search(script.bare, max(0, found.start() - _LOOK_BACK), found.start())
        for part in taken[1].split(",") if taken else ():
            name = re.split(r"[:=]", part)[0].strip()
            if literals.VARIABLE.fullmatch(name):
                at = script.place(found.start())
                yield Variable(
                    path=at.path,
                    line=at.line,
                    function=at.function,
                    name=name,
                    use="default" if "=" in part else "optional",
                )


def _hosts(script: Script) -> Iterator[Host]:
    for literal in script.literals:
        pieces = (
            _TEMPLATE.split(literal.text)
            if literal.is_template and len(literal.text) <= literals.LONGEST
            else [literal.text]
        )
        for i, piece in enumerate(pieces):
            for one in literals.addresses(unescape(piece), whole=len(pieces) == 1 or (i > 0 and i == len(pieces) - 1)):
                at = script.place(literal.start)
                yield Host(
                    path=at.path, line=at.line, function=at.function, host=one.host, port=one.port, scheme=one.scheme
                )


def _sleeps(script: Script, names: Names) -> Iterator[Sleep]:
    pauses = {name for name, origin in names.imported.items() if origin in _PAUSES}
    found = [*script.matches(_SLEEP), *(one for one in script.matches(_PAUSE) if pauses and one["name"] in pauses)]
    for one in sorted(found, key=lambda one: one.start()):
        constant = names.constants.get(one["time"])
        time = constant if isinstance(constant, float) else number(one["time"])
        if time:
            at = script.place(one.start())
            yield Sleep(path=at.path, line=at.line, function=at.function, seconds=time / _MILLISECONDS)


_PAUSES = {("node:timers/promises", "setTimeout"), ("timers/promises", "setTimeout")}


def _exits(script: Script) -> Iterator[Exit]:
    for found in script.matches(_EXIT):
        at = script.place(found.start())
        yield Exit(path=at.path, line=at.line, function=at.function, call=f"process.{found['name']}")


def _batch_answers(script: Script) -> Iterator[Place]:
    """Where the answer itself is named, or Powertools is asked to make it."""
    yield from (script.place(found.start()) for found in script.matches(_BATCH_ANSWER))
    yield from (script.place(one.start) for one in script.literals if one.text == literals.BATCH_ANSWER)
