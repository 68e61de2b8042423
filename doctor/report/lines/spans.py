"""Lines of spans: what every screen, the plain output and the goldens are made of.

A span is a text with a role; what a role looks like is decided where lines are shown. Data is never markup: nothing
here or above interprets a text, and control characters are shown as ``?`` wherever lines leave (``clean``).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, get_args

Role = Literal[
    "text",
    "dim",
    "bold",
    "title",
    "key",
    "critical",
    "warning",
    "info",
    "ok",
    "unknown",
    "root",
    "bar",
    "track",
    "added",
    "removed",
    "mode",
    "alarm",
    "chosen",
]
"""What a span means. ``mode`` is the read-only mark, ``alarm`` is what must be seen, ``chosen`` the tab that is open."""
ROLES: tuple[Role, ...] = get_args(Role)

Span = tuple[str, Role]
Line = tuple[Span, ...]

BLANK: Line = ()

_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), "?")
_DIRECTIONS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "?")
_VISIBLE = {**_CONTROLS, **_DIRECTIONS, 0x09: " ", 0x0A: " ", 0x0D: " "}

_SGR: dict[Role, str] = {
    "dim": "2",
    "bold": "1",
    "title": "1",
    "key": "1;36",
    "critical": "1;31",
    "warning": "33",
    "info": "36",
    "ok": "32",
    "unknown": "35",
    "root": "1;31",
    "bar": "36",
    "track": "2",
    "added": "32",
    "removed": "31",
    "mode": "33",
    "alarm": "1;7;33",
    "chosen": "7",
}


def clean(text: str) -> str:
    """Make ``text`` safe to show on one line: tabs and line ends become blanks, other controls become ``?``."""
    return text if text.isascii() and text.isprintable() else text.translate(_VISIBLE)


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0 if ord(character) not in _VISIBLE else 1
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def width(text: str) -> int:
    """How many cells ``text`` takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def cut(text: str, cells: int, ellipsis: str) -> str:
    """Shorten ``text`` to at most ``cells`` cells; what is cut ends in ``ellipsis``."""
    if width(text) <= cells:
        return text
    room = cells - width(ellipsis)
    if room < 0:
        return ""
    kept, taken = 0, 0
    for character in text:
        taken += _cells(character)
        if taken > room:
            break
        kept += 1
    return text[:kept] + ellipsis


def pad(text: str, cells: int, ellipsis: str) -> str:
    """Cut or fill ``text`` to exactly ``cells`` cells."""
    short = cut(text, cells, ellipsis)
    return short + " " * (cells - width(short))


_JOINTS = re.compile(r".*[\s,;:/&?=._-]", re.DOTALL)
"""Up to the last place at which an ARN, a URL or JSON may be parted without splitting a word."""


def chop(word: str, cells: int) -> Iterator[str]:
    """Split a text into pieces of at most ``cells`` cells: behind a mark in the last third of a piece, else at any place."""
    while width(word) > cells:
        head = cut(word, max(1, cells), "") or word[0]
        joint = _JOINTS.match(head)
        if joint and 3 * len(joint[0]) >= 2 * len(head):
            head = joint[0]
        yield head
        word = word[len(head) :]
    if word:
        yield word


def wrap(text: str, cells: int) -> list[str]:
    """Break ``text`` at blanks into lines of at most ``cells`` cells; at least one line."""
    lines = [""]
    for word in text.split():
        for piece in chop(word, max(2, cells)):
            if not lines[-1]:
                lines[-1] = piece
            elif width(lines[-1]) + 1 + width(piece) <= cells:
                lines[-1] += " " + piece
            else:
                lines.append(piece)
    return lines


def line_width(line: Line) -> int:
    """How many cells a line takes."""
    return sum(width(text) for text, _ in line)


def split_line(line: Line, cells: int) -> tuple[Line, Line]:
    """The first ``cells`` cells of a line, and the rest; what is two cells wide is not parted."""
    left: list[Span] = []
    for number, (text, role) in enumerate(line):
        if width(text) > cells:
            taken = 0
            while taken < len(text) and width(text[: taken + 1]) <= cells:
                taken += 1
            return (*left, (text[:taken], role)), ((text[taken:], role), *line[number + 1 :])
        left.append((text, role))
        cells -= width(text)
    return tuple(left), ()


def cut_line(line: Line, cells: int, ellipsis: str) -> Line:
    """Shorten a line to at most ``cells`` cells."""
    if line_width(line) <= cells:
        return line
    kept: list[Span] = []
    room = cells
    for position, (text, role) in enumerate(line):
        rest = line_width(line[position:])
        if rest > room and width(text) > room - width(ellipsis):
            kept.append((cut(text + ellipsis, room, ellipsis), role))
            break
        kept.append((text, role))
        room -= width(text)
    return tuple(kept)


def pad_line(line: Line, cells: int, ellipsis: str) -> Line:
    """Cut or fill a line to exactly ``cells`` cells."""
    short = cut_line(line, cells, ellipsis)
    missing = cells - line_width(short)
    return (*short, (" " * missing, "text")) if missing else short


def plain(lines: Iterable[Line]) -> str:
    """The lines as text, without roles and without blanks at line ends; each line ends with a newline."""
    return "".join(clean("".join(text for text, _ in line)).rstrip() + "\n" for line in lines)


def _trimmed(line: Line) -> Line:
    """The line without blanks at its end."""
    spans = list(line)
    while spans and not (text := spans[-1][0].rstrip()):
        spans.pop()
    return (*spans[:-1], (text, spans[-1][1])) if spans else ()


def _colored(span: Span) -> str:
    text, role = clean(span[0]), span[1]
    code = _SGR.get(role)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text.strip() else text


def styled(lines: Iterable[Line], *, color: bool) -> str:
    """The lines for a terminal, in the terminal's own 16 colours; the same as ``plain`` without ``color``."""
    if not color:
        return plain(lines)
    return "".join("".join(map(_colored, _trimmed(line))) + "\n" for line in lines)
