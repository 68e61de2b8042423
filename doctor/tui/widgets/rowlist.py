"""A virtual list with a cursor: only the rows on the screen are ever drawn."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Line, split_line
from doctor.tui.widgets import paint
from doctor.tui.widgets.bindings import bindings

T = TypeVar("T")


class RowList(ScrollView, Generic[T], can_focus=True):
    """Rows of a fixed height, known by a key; new rows never move the row under a cursor that was moved."""

    COMPONENT_CLASSES = paint.CLASSES
    BINDINGS = bindings("rows")

    class Moved(Message):
        """The cursor is on another row."""

    class Chosen(Message):
        """The row under the cursor was clicked twice."""

    def __init__(
        self,
        produce: Callable[[T, int], Sequence[Line]],
        key: Callable[[T], str],
        glyphs: Glyphs,
        *,
        height: int = 1,
        mark_at: int = 0,
        id: str | None = None,  # noqa: A002 -- Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._produce = produce
        self._key = key
        self._glyphs = glyphs
        self._row_height = height
        self._mark_at = mark_at
        self._rows: Sequence[T] = ()
        self._places: dict[str, int] | None = None
        self._cursor = 0
        self._moved = False
        self.marks: dict[str, T] = {}
        """The marked rows by their keys, in the order in which they were marked."""

    @property
    def rows(self) -> Sequence[T]:
        """All rows, in order."""
        return self._rows

    @property
    def chosen(self) -> T | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def first_shown(self) -> int:
        """Index of the row at the top of the view."""
        return int(self.scroll_offset.y) // self._row_height

    @property
    def text_width(self) -> int:
        """The width that rows are laid out for."""
        return paint.text_width(self)

    def show(self, rows: Sequence[T]) -> None:
        """Show ``rows``; the row under the cursor stays where it is on the screen, once the cursor was moved."""
        before = self.chosen
        offset = self._cursor - self.first_shown
        self._rows = rows
        self._places = None
        place = self._place(self._key(before)) if before is not None and self._moved else 0
        self._cursor = place if place >= 0 else min(self._cursor, max(0, len(rows) - 1))
        self.virtual_size = Size(self.text_width, len(rows) * self._row_height)
        if self._moved:
            self.scroll_to(y=(self._cursor - offset) * self._row_height, animate=False, force=True)
        self.refresh()

    def mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        if self.chosen is None:
            return
        key = self._key(self.chosen)
        if self.marks.pop(key, None) is None:
            self.marks[key] = self.chosen
        self.refresh()
        self._go(self._cursor + 1)

    def unmark(self) -> bool:
        """Take every mark away; tell whether there was one."""
        marked = bool(self.marks)
        self.marks.clear()
        self.refresh()
        return marked

    def point_at(self, key: str) -> bool:
        """Put the cursor on the row with this key; tell whether there is one."""
        place = self._place(key)
        if place >= 0:
            self._go(place)
        return place >= 0

    def _place(self, key: str) -> int:
        """Where the row with this key is, or -1; the table of all is made when it is first asked for."""
        if self._places is None:
            self._places = {self._key(row): index for index, row in enumerate(self._rows)}
        return self._places.get(key, -1)

    def _go(self, index: int) -> None:
        if not self._rows:
            return
        before, self._cursor = self._cursor, max(0, min(index, len(self._rows) - 1))
        self._moved = self._cursor > 0
        self._reveal()
        if before != self._cursor:
            for row in (before, self._cursor):
                self.refresh_lines(row * self._row_height, self._row_height)
            self.post_message(self.Moved())

    def _reveal(self) -> None:
        high = self._row_height
        region = Region(0, self._cursor * high, self.size.width, high)
        self.scroll_to_region(region, animate=False, x_axis=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Draw one line of one row."""
        index, part = divmod(y + int(self.scroll_offset.y), self._row_height)
        width, base = self.size.width, self.rich_style
        if index >= len(self._rows):
            return Strip.blank(width, base)
        line = self._produce(self._rows[index], self.text_width)[part]
        if self.marks and not part and self._key(self._rows[index]) in self.marks:
            line = self._marked(line)
        if index != self._cursor:
            return paint.strip(line, width, self._glyphs.ellipsis, base, self.get_component_rich_style)
        return self._cursor_line(line, width, base)

    def _marked(self, line: Line) -> Line:
        """A row with its mark in the gap before its second column."""
        before, behind = split_line(line, self._mark_at)
        return (*before, (self._glyphs.done, "key"), *split_line(behind, 1)[1])

    def _cursor_line(self, line: Line, width: int, base: Style) -> Strip:
        if self.has_focus:
            style = base + self.get_component_rich_style("role--cursor", partial=True)
            return paint.marked(line, width, self._glyphs.ellipsis, style)
        resting = base + self.get_component_rich_style("role--resting", partial=True)
        return paint.strip(line, width, self._glyphs.ellipsis, resting, self.get_component_rich_style)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view."""
        self.virtual_size = Size(self.text_width, len(self._rows) * self._row_height)
        self._reveal()

    def on_click(self, event: Click) -> None:
        """One click moves the cursor, two open."""
        self._go((event.y + int(self.scroll_offset.y)) // self._row_height)
        if event.chain > 1:
            self.post_message(self.Chosen())

    def _page(self) -> int:
        return max(1, self.size.height // self._row_height - 1)

    def action_move(self, rows: int) -> None:
        """Move by rows."""
        self._go(self._cursor + rows)

    def action_turn(self, pages: int) -> None:
        """Move by pages."""
        self._go(self._cursor + pages * self._page())

    def action_half(self, halves: int) -> None:
        """Move by half pages."""
        self._go(self._cursor + halves * max(1, self._page() // 2))

    def action_top(self) -> None:
        """Go to the first row; from there new rows are followed again."""
        self._go(0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self._go(len(self._rows) - 1)
