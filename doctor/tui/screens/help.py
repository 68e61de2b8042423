"""The keys of a screen, narrowed by typing."""

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from doctor.report.lines import keysheet
from doctor.report.lines.spans import Line
from doctor.tui import keys
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView

_LEAVE = ("q", "?")
"""Typed first, these leave: as everywhere, and as the key that brought it."""


class HelpScreen(Frame):
    """Both sheets. Letters are typed here, so that what moves is what has no letter."""

    scope = "help"
    BINDINGS = bindings("help")

    def __init__(self, about: keys.Scope) -> None:
        super().__init__()
        views: tuple[keys.Scope, ...] = () if about in ("menu", "help") else ("rows",)
        self._here = keys.sheet(about)
        self._everywhere = keys.sheet("any", *views)

    @property
    def crumbs(self) -> tuple[str, ...]:
        """What it is."""
        return ("Keys",)

    def body(self) -> Iterable[Widget]:
        """The line to type in, and the sheets."""
        yield Horizontal(
            Static(" type to filter ", classes="prompt--label", markup=False), Input(compact=True), id="menu"
        )
        yield LineView(self._page, self.glyphs)

    def _page(self, width: int) -> list[Line]:
        return keysheet.page(self._here, self._everywhere, width, self.glyphs, wanted=self._line.value)

    @property
    def _line(self) -> Input:
        return self.query_one("#menu Input", Input)

    @property
    def _view(self) -> LineView:
        return self.query_one(LineView)

    def on_mount(self) -> None:
        """What is typed goes into the line."""
        self.rest_focus()

    def rest_focus(self) -> None:
        """The line keeps the keys."""
        self._line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the sheets, or leave."""
        event.stop()
        if event.input is not self._line:
            return
        if event.value in _LEAVE:
            self.action_back()
        else:
            self._view.show(self._page)

    def action_escape(self) -> None:
        """Clear what was typed, then leave."""
        if self._line.value:
            self._line.value = ""
        else:
            super().action_escape()

    def action_move(self, lines: int) -> None:
        """Scroll while typing."""
        self._view.action_move(lines)

    def action_turn(self, pages: int) -> None:
        """Scroll by pages while typing."""
        self._view.action_turn(pages)

    def footer_keys(self) -> list[tuple[str, str]]:
        """Letters are typed here: they are no keys."""
        return [("Up Down", "move"), ("Esc", "clear"), ("q", "back")]
