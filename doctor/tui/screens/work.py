"""Jobs and API calls: what doctor does, and every request that it sent."""

from collections.abc import Iterable

from textual.widget import Widget

from doctor.report.lines import work
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView


class WorkScreen(Frame):
    """It grows while jobs run; what is looked at stays where it is."""

    scope = "work"
    BINDINGS = bindings("work")

    def __init__(self) -> None:
        super().__init__()
        self._writes = False
        self._shown: object = None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """What it is."""
        return ("Jobs and API calls",)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield LineView(self._page, self.glyphs)

    def on_mount(self) -> None:
        """The page takes the keys."""
        self.rest_focus()

    def session_changed(self) -> None:
        """Show what was sent since."""
        session = self.session
        state = len(session.calls), list(session.history.values())
        if state != self._shown:
            self._shown = state
            self.query_one(LineView).update()
        self.refresh_frame()

    def _page(self, width: int) -> list[Line]:
        return work.page(
            list(self.session.history.values()), list(self.session.calls), width, self.glyphs, writes=self._writes
        )

    def twin(self) -> Frame:
        """The same place."""
        return WorkScreen()

    def action_passed(self) -> None:
        """What was sent to change something, or everything."""
        self._writes = not self._writes
        self.query_one(LineView).show(self._page)
