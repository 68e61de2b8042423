"""A page of text over another screen: the keys, a rule, what was not seen."""

from collections.abc import Iterable

from textual.widget import Widget

from doctor.tui import keys
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView, Produce


class PageScreen(Frame):
    """Any page."""

    scope = "page"
    BINDINGS = bindings("page")

    def __init__(self, title: str, produce: Produce) -> None:
        super().__init__()
        self._title = title
        self._produce = produce
        self._answered = -1

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The page's title."""
        return (self._title,)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield LineView(self._produce, self.glyphs)

    def on_mount(self) -> None:
        """The page takes the keys."""
        self.rest_focus()

    def session_changed(self) -> None:
        """What the page waits for may have come; it stays where it stands."""
        answered = self.session.known.answered
        if answered != self._answered:
            self._answered = answered
            self.query_one(LineView).update()
        self.refresh_frame()

    def footer_keys(self) -> list[tuple[str, str]]:
        """Fewer keys than elsewhere."""
        return [key for key in keys.footer(self.scope) if key[0] != ":"]
