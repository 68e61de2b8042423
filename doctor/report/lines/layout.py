"""Shapes that pages share: headings, wrapped paragraphs with a source at their end, bars, fields."""

from collections.abc import Iterable, Iterator, Sequence

from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import BLANK, Line, Role, Span, cut, cut_line, line_width, pad, width, wrap

MEASURE = 112
"""A page's text is never wider than this many cells: longer lines are hard to read."""


_TITLE = 16
"""Cells of a divider's title that a long note leaves to it."""


def measure(cells: int) -> int:
    """The width of a page's text in a view of ``cells`` cells."""
    return max(1, min(cells, MEASURE))


def heading(title: str, cells: int, glyphs: Glyphs, note: Line = ()) -> Line:
    """A title with a note behind it."""
    return cut_line(((title, "title"), ("  ", "text"), *note) if note else ((title, "title"),), cells, glyphs.ellipsis)


def divider(title: str, cells: int, glyphs: Glyphs, note: str = "") -> Line:
    """A title drawn into a horizontal rule: ``── PROOF ─── note ───``."""
    right: Line = ((" " + note + " ", "dim"),) if note else ()
    name = cut(title, max(_TITLE, cells - line_width(right) - 8), glyphs.ellipsis)
    left: Line = ((glyphs.rule * 2 + " ", "dim"), (name, "title"), (" ", "text"))
    room = cells - line_width(left) - line_width(right)
    if room < 2:  # noqa: PLR2004 -- less than a stroke on either side
        return cut_line((*left, *right), cells, glyphs.ellipsis)
    return (*left, (glyphs.rule * (room - 2), "dim"), *right, (glyphs.rule * 2, "dim"))


def paragraph(first: Line, rest: Line, text: Span, cells: int, tail: str | Line = "") -> Iterator[Line]:
    """Wrap ``text`` behind the prefix ``first`` (later lines: ``rest``, equally wide), with a ``tail`` flush right.

    The tail stands on the last line where it fits, else on lines of its own, so that a source is never lost. A tail
    without roles is dim.
    """
    inner = max(8, cells - line_width(first))
    end: Line = ((tail, "dim"),) if isinstance(tail, str) else tail
    pieces = wrap(text[0], inner)
    for number, piece in enumerate(pieces):
        prefix = rest if number else first
        room = inner - width(piece) - line_width(end)
        if tail and number == len(pieces) - 1 and room >= 2:  # noqa: PLR2004 -- two blanks keep text and tail apart
            yield (*prefix, (piece, text[1]), (" " * room, "text"), *end)
            return
        yield (*prefix, (piece, text[1]))
    if tail and line_width(end) <= inner:
        yield (*rest, *end)
    elif tail:
        yield from ((*rest, (piece, "dim")) for piece in wrap("".join(text for text, _ in end), inner))


def item(sign: Span, text: Span, cells: int, tail: str = "") -> Iterator[Line]:
    """A paragraph behind a one-cell sign."""
    return paragraph(((" ", "text"), sign, (" ", "text")), (("   ", "text"),), text, cells, tail)


def fields(pairs: Iterable[tuple[str, Span]], cells: int, glyphs: Glyphs, indent: int = 1) -> Iterator[Line]:
    """Names and values in two columns; a value that does not fit is wrapped in its column."""
    rows = list(pairs)
    longest = max((width(name) for name, _ in rows), default=0)
    column = min(longest, max(8, cells // 3))
    for name, text in rows:
        lead = " " * indent + pad(name, column, glyphs.ellipsis) + "  "
        yield from paragraph(((lead, "dim"),), ((" " * width(lead), "dim"),), text, cells)


def bar(share: float, cells: int, glyphs: Glyphs, role: Role = "bar") -> Line:
    """A filled share (0 to 1) of a bar of ``cells`` cells."""
    filled = round(max(0.0, min(1.0, share)) * cells)
    return ((glyphs.full * filled, role), (glyphs.empty * (cells - filled), "track"))


def apart(left: Line, right: Line, cells: int, glyphs: Glyphs) -> Line:
    """``left`` and ``right`` at the two ends of a line; ``left`` is cut first."""
    room = cells - line_width(right) - 2
    if room < 1:
        return cut_line(left, cells, glyphs.ellipsis)
    short = cut_line(left, room, glyphs.ellipsis)
    return (*short, (" " * (cells - line_width(short) - line_width(right)), "text"), *right)


def commands(rows: Sequence[tuple[str, str]], cells: int) -> Iterator[Line]:
    """Commands with what they do; one that is longer than a line is not cut, or nobody could copy it."""
    column = max(width(command) for command, _ in rows)
    for command, what in rows:
        if column + 3 + width(what) <= cells:
            yield ((f" {command}", "key"), (" " * (column - width(command) + 2) + what, "dim"))
        else:
            yield ((f" {command}", "key"),)
            yield from paragraph((("   ", "text"),), (("   ", "text"),), (what, "dim"), cells)


def join(blocks: Sequence[Iterator[Line]]) -> list[Line]:
    """Blocks of lines with one blank line between them; empty blocks leave none."""
    lines: list[Line] = []
    for block in blocks:
        new = list(block)
        if new and lines:
            lines.append(BLANK)
        lines += new
    return lines
