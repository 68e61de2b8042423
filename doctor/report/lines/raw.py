"""Everything that is known about a function, as JSON; secrets are already redacted."""

from typing import Any

import msgspec

from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Line, chop


def json_lines(value: Any, cells: int) -> list[Line]:
    """Any value as indented JSON; lines longer than ``cells`` go on in the next line."""
    text = msgspec.json.format(msgspec.json.encode(words.shown(value)), indent=2).decode()
    lines: list[Line] = []
    for line in text.split("\n"):
        name, colon, rest = line.partition('": ')
        if colon and len(name) + 3 <= cells and name.lstrip().startswith('"'):
            first, *more = list(chop(rest, cells - len(name) - 3)) or [""]
            lines.append(((name + '": ', "key"), (first, "text")))
            lines += [(((" " * (len(name) + 3)) + piece, "text"),) for piece in more]
        else:
            lines += [((piece, "text"),) for piece in chop(line, cells)]
    return lines


def page(value: Any, cells: int, _glyphs: Glyphs) -> list[Line]:
    """The page of a ``FunctionDetail``, or of any other record."""
    return json_lines(value, max(20, cells))
