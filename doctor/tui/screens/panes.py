"""A list and a page about what is chosen in it: side by side, or one of them where the screen is narrow."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bar import Bar
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.rowlist import RowList

T = TypeVar("T")


class Panes(Horizontal):
    """Both panes."""


class PanesScreen(Frame, Generic[T]):
    """A subclass gives the rows, their two lines and the page of the chosen one."""

    def __init__(self, *, list_first: bool = True) -> None:
        super().__init__()
        self.list_first = list_first
        """Which pane a narrow screen begins with, and leaves from."""
        self._round = -1

    def entry(self, one: T, width: int) -> Sequence[Line]:
        """The two lines of a row."""
        raise NotImplementedError  # each screen says it of its own rows

    def key(self, one: T) -> str:
        """What a row is known by."""
        raise NotImplementedError  # each screen says it of its own rows

    def page(self, width: int) -> list[Line]:
        """The page about the row under the cursor."""
        raise NotImplementedError  # each screen says it of its own rows

    def heading(self, _width: int) -> Line:
        """The line above the page: which of how many it is about."""
        chosen = self.table.chosen
        if chosen is None:
            return ()
        number = 1 + self.table.rows.index(chosen)
        return ((f" {number} of {len(self.table.rows)}", "dim"),)

    def body(self) -> Iterable[Widget]:
        """List, and title and page beside it."""
        glyphs = self.glyphs
        entry: Callable[[T, int], Sequence[Line]] = self.entry
        rows = RowList[T](entry, self.key, glyphs, height=2, id="list")
        view = LineView(self.page, glyphs, id="view")
        yield Panes(rows, Vertical(Bar(self.heading, glyphs, id="tabs", classes="-title"), view, id="page"))

    @property
    def table(self) -> RowList[T]:
        """The list."""
        return self.query_one("#list", RowList)

    @property
    def view(self) -> LineView:
        """The page."""
        return self.query_one("#view", LineView)

    def on_mount(self) -> None:
        """Show what is known, and give the keys to the first pane."""
        if self.list_first:
            self.add_class("-list")
        self.session_changed()
        (self.table if self.list_first else self.view).focus()

    def lay(self, rows: Sequence[T]) -> None:
        """Show these rows; without any, a narrow screen shows the page, which says why there are none."""
        self.table.show(rows)
        if self.list_first and self.has_class("-empty" if rows else "-list"):
            self.set_class(bool(rows), "-list")
            self.set_class(not rows, "-empty")
            if not self.prompt.purpose:  # whoever types goes on typing
                self.rest_focus()
        self.view.show(self.page)

    def fresh(self) -> bool:
        """Whether something was answered since this was asked last."""
        before, self._round = self._round, self.session.known.answered
        return before != self._round

    def on_row_list_moved(self) -> None:
        """Another row, another page."""
        self.view.show(self.page)
        self.query_one("#tabs").refresh()

    def on_row_list_chosen(self) -> None:
        """A double click opens."""
        self.action_open()

    def action_open(self) -> None:
        """On a narrow screen, turn to the page."""
        if self.table.has_focus:
            self.action_switch()

    def action_switch(self) -> None:
        """The other pane; a narrow screen shows one at a time."""
        to_list = not self.table.has_focus
        self.set_class(to_list, "-list")
        self.remove_class("-zoomed")
        (self.table if to_list else self.view).focus()
        self.refresh_frame()

    def action_zoom(self) -> None:
        """The page alone, or both."""
        self.toggle_class("-zoomed")
        if self.has_class("-zoomed"):
            self.remove_class("-list")
            self.view.focus()

    def rest_focus(self) -> None:
        """Give the keys back to the pane that is in front."""
        (self.table if self.has_class("-list") else self.view).focus()

    def action_back(self) -> None:
        """From a page back to the list it came from, then leave."""
        if self.list_first and self.has_class("-narrow") and not self.has_class("-list"):
            self.action_switch()
        else:
            super().action_back()
