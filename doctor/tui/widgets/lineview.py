"""A virtual page of lines: produced for the width it has, scrolled, searched."""

from collections.abc import Callable, Sequence

from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Line
from doctor.tui.widgets import paint
from doctor.tui.widgets.bindings import bindings

Produce = Callable[[int], Sequence[Line]]
"""Makes the page for a width."""


class LineView(ScrollView, can_focus=True):
    """A page that is produced when it is shown and whenever its width changes."""

    COMPONENT_CLASSES = paint.CLASSES
    BINDINGS = bindings("text")

    def __init__(self, produce: Produce, glyphs: Glyphs, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id)
        self._produce = produce
        self._glyphs = glyphs
        self._lines: Sequence[Line] = ()
        self._match = -1

    @property
    def lines(self) -> Sequence[Line]:
        """The page as it is shown."""
        return self._lines

    def show(self, produce: Produce, *, follow: bool = False) -> None:
        """Show another page from its top, or with ``follow`` the end of a growing one."""
        self._produce = produce
        self._match = -1
        self._lay()
        if follow:
            self.scroll_end(animate=False, force=True)
        else:
            self.scroll_to(y=0, animate=False, force=True)

    def reveal(self, wanted: str) -> None:
        """Scroll until the first line with ``wanted``, and as much as there is room for below it, is in view."""
        for index, text in enumerate(paint.text_of(self._lines)):
            if wanted.casefold() in text:
                self.scroll_to(y=index, animate=False, force=True)
                return

    def update(self) -> None:
        """Produce the same page again, at the same place."""
        self._lay()

    def _lay(self) -> None:
        width = paint.text_width(self)
        if width > 0:
            self._lines = self._produce(width)
            self.virtual_size = Size(width, len(self._lines))
            self.refresh()

    def on_resize(self, event: Resize) -> None:
        """Produce the page for the new width."""
        if event.size.width:
            self._lay()

    def render_line(self, y: int) -> Strip:
        """Draw one line; the one that a search found is marked."""
        index = y + int(self.scroll_offset.y)
        width, base = self.size.width, self.rich_style
        if index >= len(self._lines):
            return Strip.blank(width, base)
        line = self._lines[index]
        if index == self._match:
            style = base + self.get_component_rich_style("role--cursor", partial=True)
            return paint.marked(line, width, self._glyphs.ellipsis, style)
        return paint.strip(line, width, self._glyphs.ellipsis, base, self.get_component_rich_style)

    def find(self, wanted: str, step: int, *, stay: bool = False) -> bool:
        """Go to the next line with ``wanted``, or the previous one; with ``stay`` the present one counts too."""
        texts = paint.text_of(self._lines)
        start = self._match if self._match >= 0 else int(self.scroll_offset.y) - step
        for distance in range(0 if stay and self._match >= 0 else 1, len(texts) + 1):
            index = (start + step * distance) % len(texts)
            if wanted.casefold() in texts[index]:
                self._match = index
                self.scroll_to(y=max(0, index - self.size.height // 2), animate=False, force=True)
                self.refresh()
                return True
        self._match = -1
        self.refresh()
        return False

    def _scroll(self, lines: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def action_move(self, lines: int) -> None:
        """Scroll by lines."""
        self._scroll(lines)

    def action_turn(self, pages: int) -> None:
        """Scroll by pages."""
        self._scroll(pages * max(1, self.size.height - 1))

    def action_half(self, halves: int) -> None:
        """Scroll by half pages."""
        self._scroll(halves * max(1, self.size.height // 2))

    def action_top(self) -> None:
        """Go to the top."""
        self.scroll_to(y=0, animate=False, force=True)

    def action_bottom(self) -> None:
        """Go to the end."""
        self.scroll_end(animate=False, force=True)
