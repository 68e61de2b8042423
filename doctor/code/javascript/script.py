"""One JavaScript file: its code without comments and strings, its strings, and the functions and ``try`` around a place.

The patterns are bounded or possessive throughout, so that no input takes more than linear time.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from doctor.model.package import Place

_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]*+ | /\*.*?(?:\*/|\Z) )
    | (?P<string> "(?:\\.|[^"\\\n])*+"? | '(?:\\.|[^'\\\n])*+'? | `(?:\\.|[^`\\])*+`? )
    | (?:[=(,:;!&|?{}\[\n+%<>~^-]|\b(?:return|typeof|case)\b)\s{0,40}+
      (?P<regex> /(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n]){0,200}+\]|[^/\\\n\[])++/ )
    """,
    re.VERBOSE | re.DOTALL,
)
_STRUCTURE = re.compile(r"[(){}]|=>|(?<![\w$])[A-Za-z_$][\w$]*+")
_CONTROL = frozenset(("catch", "for", "if", "switch", "while", "with"))
_ASSIGNED = re.compile(r"(?<![\w$.])([\w$][\w$.]{0,80})\s*[=:]\s*(?:async\s*)?(?:function\b\s*\*?\s*)?$")
_ARROW = re.compile(r"(?<![\w$.])([\w$][\w$.]{0,80})\s*[=:]\s*(?:async\s+)?[\w$]{1,80}\s*=>\s*$")
_NAMELESS = frozenset(("", "async", "function", "=>"))
_NO_WORD = frozenset("(){}")
_LOOK_BACK = 120
_LONGEST_NAME = 200
_FILLED = re.compile(r"""((?<=\$\{)[^{}"'`\n]{1,500}(?=\}))""")
"""Expressions in a template that hold neither braces nor strings."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Literal:
    """A string or template; its text is as written, between the quotes."""

    start: int
    end: int
    text: str
    is_template: bool


@dataclass
class _Header:
    """What stands before a pair of parentheses."""

    word: str
    start: int


@dataclass
class _State:
    """Where the scan is: open blocks, open parentheses, and the last two tokens."""

    blocks: list[tuple[str, bool]] = field(default_factory=lambda: [("", False)])
    """Of each block the functions around it, and whether it is tried; the file itself first."""
    open: list[_Header] = field(default_factory=list)
    closed: _Header = field(default_factory=lambda: _Header("", 0))
    previous: str = ""


class Script:
    """A file, its comments blanked in ``code``, its strings and regular expressions as well in ``bare``; same positions in all."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.literals: list[Literal] = []
        code: list[str] = []
        bare: list[str] = []
        last = 0
        for token in _TOKEN.finditer(source):
            kind = token.lastgroup or ""
            start, end = token.span(kind)
            between, text = source[last:start], token[kind]
            code += (between, _blank(text) if kind == "comment" else text)
            bare += (between, _outline(text) if kind == "string" else _blank(text))
            if kind == "string":
                inner = text[1:-1] if len(text) > 1 and text[-1] == text[0] else text[1:]
                self.literals.append(Literal(start, end, inner, is_template=text[0] == "`"))
            last = end
        self.code = "".join((*code, source[last:]))
        self.bare = "".join((*bare, source[last:]))

    def is_code(self, position: int) -> bool:
        """Whether a position lies outside strings and comments."""
        return self.bare[position] == self.code[position] and not self.bare[position].isspace()

    def place(self, position: int) -> Place:
        """The place of a position."""
        function, _ = self._around(position)
        return Place(path=self.path, line=bisect_right(self._lines, position), function=function)

    def is_tried(self, position: int) -> bool:
        """Whether a position lies in a ``try`` block."""
        return self._around(position)[1]

    def matches(self, pattern: re.Pattern[str], *, strings: bool = False) -> Iterator[re.Match[str]]:
        """Find a pattern in the code, or in the code with its strings where it starts outside of them."""
        if not strings:
            yield from pattern.finditer(self.bare)
            return
        yield from (found for found in pattern.finditer(self.code) if self.is_code(found.start()))

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.bare))]

    @cached_property
    def _changes(self) -> tuple[list[int], list[tuple[str, bool]]]:
        """Where functions and ``try`` blocks begin and end, and what is around from there on."""
        places, around, state = [0], [("", False)], _State()
        for token in _STRUCTURE.finditer(self.bare):
            text = token[0]
            if text in "{}":
                self._brace(text, token.start(), state)
                places.append(token.end())
                around.append(state.blocks[-1])
            elif text == "(":
                state.open.append(_Header(state.previous, token.start()))
            elif text == ")" and state.open:
                state.closed = state.open.pop()
            state.previous = text
        return places, around

    def _around(self, position: int) -> tuple[str, bool]:
        places, around = self._changes
        return around[bisect_right(places, position) - 1]

    def _brace(self, text: str, position: int, state: _State) -> None:
        function, tried = state.blocks[-1]
        if text == "}":
            if len(state.blocks) > 1:
                state.blocks.pop()
        elif state.previous == "try":
            state.blocks.append((function, True))
        elif state.previous == "=>" or (state.previous == ")" and state.closed.word not in _CONTROL):
            name = f"{function}.{self._name(state, position)}".lstrip(".")
            state.blocks.append((name if len(name) <= _LONGEST_NAME else function, tried))
        else:
            state.blocks.append((function, tried))

    def _name(self, state: _State, position: int) -> str:
        """The name of the function whose body begins, or of what it is assigned to."""
        word, start = state.closed.word, state.closed.start
        if state.previous == ")" and word[:1] not in _NO_WORD and word not in _NAMELESS:
            return word
        if found := _ARROW.search(self.bare, max(0, position - _LOOK_BACK), position):
            return found[1].rpartition("exports.")[2]
        found = _ASSIGNED.search(self.bare, max(0, start - _LOOK_BACK), start)
        return found[1].rpartition("exports.")[2] if found else "(anonymous)"


def _blank(text: str) -> str:
    """White space of the same length, in the same lines."""
    return re.sub(r"[^\n]", " ", text)


def _outline(literal: str) -> str:
    """A literal's opening quote, the plain expressions in a template, and blanks for the rest."""
    if literal[0] != "`":
        return literal[0] + _blank(literal[1:])
    pieces = _FILLED.split(literal[1:])
    return "`" + "".join(piece if i % 2 else _blank(piece) for i, piece in enumerate(pieces))


def unescape(text: str) -> str:
    """The text of a literal, simple escapes resolved."""
    return _ESCAPE.sub(r"\1", text)
