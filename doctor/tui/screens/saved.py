"""Saved filters: tabs of the function list."""

from doctor.errors import UsageError
from doctor.report.lines import functions
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bar import Bar


class SavedFilters(Frame):
    """A list with a filter that can be kept. A subclass has the bar ``#views`` and filters its rows."""

    def __init__(self) -> None:
        super().__init__()
        self.pattern = ""
        """The filter at present."""
        self._saved: dict[str, str] = {}
        """The saved filters by name."""

    def filter_rows(self, pattern: str) -> None:
        """Show the rows that match."""
        raise NotImplementedError  # the list says it of its own rows

    def show_saved(self) -> None:
        """Show the tabs of earlier sessions."""
        from doctor.store.filters import saved

        self._show(saved())

    def _show(self, saved: dict[str, str]) -> None:
        self._saved = saved
        bar = self.query_one("#views", Bar)
        bar.set_class(not saved, "-hidden")
        bar.refresh()

    @property
    def _view(self) -> str | None:
        """The saved filter that is open; empty: all rows; ``None``: a filter that was not saved."""
        return next((name for name, one in {**self._saved, "": ""}.items() if one == self.pattern), None)

    def views(self, width: int) -> Line:
        """The saved filters as tabs."""
        return functions.views(tuple(self._saved), self._view, width, self.glyphs)

    def save_filter(self, name: str) -> str:
        """Keep the filter as a tab, or without a filter drop the tab of that name; returns what to say."""
        from doctor.store.filters import save

        if not name or not (self.pattern or name in self._saved):
            return "which name? :save NAME" if self.pattern else "type a filter first: / opens it"
        try:
            self._show(save(name, self.pattern))
        except UsageError as error:
            return str(error)
        return f"{name} is a tab from now on" if self.pattern else f"the tab {name} is gone"

    def action_show_tab(self, number: str) -> None:
        """The saved filter of that number; 1: all rows."""
        patterns = ["", *self._saved.values()]
        if not self._saved:
            self.tell("no filter is saved: type one, then :save NAME")
        elif int(number) <= len(patterns):
            self.filter_rows(patterns[int(number) - 1])

    def action_tab(self, step: int) -> None:
        """The next or previous saved filter."""
        open_now = ["", *self._saved].index(self._view) if self._view is not None else 0
        self.action_show_tab(str((open_now + step) % (1 + len(self._saved)) + 1))
