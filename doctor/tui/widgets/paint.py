"""From lines to strips: the one place where a role gets a look and where data meets the screen."""

from collections.abc import Callable, Iterable

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from doctor.report.lines.spans import ROLES, Line, Role, clean, cut_line, line_width

CLASSES = {*(f"role--{role}" for role in ROLES if role != "text"), "role--cursor", "role--resting"}
"""Component classes of every widget that shows lines."""

Look = Callable[..., Style]
"""``Widget.get_component_rich_style``."""


def _style(look: Look, role: Role, base: Style) -> Style:
    return base if role == "text" else base + look(f"role--{role}", partial=True)


def strip(line: Line, width: int, ellipsis: str, base: Style, look: Look) -> Strip:
    """One line of exactly ``width`` cells; nothing in its texts is interpreted."""
    short = cut_line(line, width, ellipsis)
    segments = [Segment(clean(text), _style(look, role, base)) for text, role in short if text]
    missing = width - line_width(short)
    return Strip([*segments, Segment(" " * missing, base)] if missing > 0 else segments, width)


def marked(line: Line, width: int, ellipsis: str, style: Style) -> Strip:
    """One line of exactly ``width`` cells in one style: the cursor's row."""
    short = cut_line(line, width, ellipsis)
    text = clean("".join(text for text, _ in short))
    return Strip([Segment(text + " " * (width - line_width(short)), style)], width)


def text_width(view: ScrollView) -> int:
    """The width for text: one cell is left to the scrollbar, whether it shows or not, so that nothing moves when it comes."""
    return view.outer_size.width - view.styles.gutter.width - 1


def text_of(lines: Iterable[Line]) -> list[str]:
    """The lines' texts, for searching."""
    return ["".join(text for text, _ in line).casefold() for line in lines]
