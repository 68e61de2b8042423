"""One line of the frame."""

from collections.abc import Callable

from textual.strip import Strip
from textual.widget import Widget

from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Line
from doctor.tui.widgets import paint

Produce = Callable[[int], Line]
"""Makes the line for a width."""


class Bar(Widget):
    """A line that is made anew whenever it is drawn; ``refresh`` it when what it tells has changed."""

    COMPONENT_CLASSES = paint.CLASSES

    def __init__(self, produce: Produce, glyphs: Glyphs, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id, classes=classes)
        self._produce = produce
        self._glyphs = glyphs

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        line = self._produce(width)
        return paint.strip(line, width, self._glyphs.ellipsis, self.rich_style, self.get_component_rich_style)
