"""The help page: the keys of a screen, the keys of every screen, and what the signs mean."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import measure, paragraph
from doctor.report.lines.spans import BLANK, Line, line_width, pad, pad_line, width, wrap

Keys = Sequence[tuple[str, str]]
"""Key names and what they do."""

_PROMISE = "Nothing changes in AWS except on the Fix screen, after you type the function's name."
_TWO = 76
"""From this width on, the two sheets stand side by side."""


def _sheet(title: str, keys: Keys, cells: int, glyphs: Glyphs) -> list[Line]:
    lines: list[Line] = [((title, "title"),)]
    column = max((width(key) for key, _ in keys), default=0)
    for key, what in keys:
        first: Line = ((f" {pad(key, column, glyphs.ellipsis)}  ", "key"),)
        lines += paragraph(first, ((" " * (column + 3), "text"),), (what, "text"), cells)
    return lines


def _signs(glyphs: Glyphs) -> Line:
    return (
        (f"{glyphs.critical} critical  ", "critical"),
        (f"{glyphs.warning} warning  ", "warning"),
        (f"{glyphs.info} info  ", "info"),
        (f"{glyphs.ok} ok  ", "ok"),
        (f"{glyphs.unknown} not seen  ", "unknown"),
        (f"{glyphs.root} root cause", "root"),
    )


def _legend(cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """The signs, on as many lines as they need."""
    line: Line = ((" ", "text"),)
    for sign in _signs(glyphs):
        if line_width((*line, sign)) > cells:
            yield line
            line = ((" ", "text"),)
        line = (*line, sign)
    yield line


def _matching(keys: Keys, wanted: str) -> Keys:
    """The keys that are called so, or do something that is; each word must be found."""
    words = wanted.casefold().split()
    return [(key, what) for key, what in keys if all(word in f"{key} {what}".casefold() for word in words)]


def page(here: Keys, everywhere: Keys, cells: int, glyphs: Glyphs, *, wanted: str = "") -> list[Line]:
    """Both sheets, the signs, and the promise about changes; with ``wanted`` only the keys that hold these words."""
    room = measure(cells)
    here, everywhere = _matching(here, wanted), _matching(everywhere, wanted)
    if not (here or everywhere):
        return [((f" no key is called {wanted} or does that", "dim"),)]
    if room >= _TWO:
        half = room // 2
        left = _sheet("KEYS ON THIS SCREEN", here, half - 2, glyphs)
        right = _sheet("EVERYWHERE", everywhere, room - half, glyphs)
        lines: list[Line] = [
            (*pad_line(one, half, glyphs.ellipsis), *other) for one, other in zip_longest(left, right, fillvalue=BLANK)
        ]
    else:
        sheets = (("KEYS ON THIS SCREEN", here), ("EVERYWHERE", everywhere))
        lines = [line for title, keys in sheets for line in (*_sheet(title, keys, room, glyphs), BLANK)]
    promise: list[Line] = [((f" {piece}", "dim"),) for piece in wrap(_PROMISE, room - 1)]
    return [*lines, BLANK, *_legend(room, glyphs), *promise]
