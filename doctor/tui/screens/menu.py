"""A list to choose from, narrowed by typing: the palette, the copy menu, which function."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from doctor.report.lines import states
from doctor.report.lines.spans import Line, clean, pad
from doctor.tui.filtering import subsequence
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.rowlist import RowList

_MOST = 200
"""So many entries are shown; typing brings the others."""


class Entry(NamedTuple):
    """Something to choose."""

    label: str
    note: str = ""
    """Dim, at the end of the line."""


class MenuScreen(Frame):
    """Typing narrows the list; Enter takes what is under the cursor."""

    scope = "menu"
    BINDINGS = bindings("menu")

    def __init__(self, title: str, entries: Sequence[Entry], chosen: Callable[[Entry], object]) -> None:
        super().__init__()
        self._title = title
        self._entries = entries
        self._chosen = chosen

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The menu's title."""
        return (self._title,)

    def body(self) -> Iterable[Widget]:
        """The line to type in, and the list."""
        yield Horizontal(
            Static(f" {clean(self._title)} ", classes="prompt--label", markup=False),
            Input(compact=True, placeholder="type to narrow"),
            Static("", classes="prompt--note", markup=False),
            id="menu",
        )
        yield RowList[Entry](lambda entry, width: (self._line(entry, width),), lambda entry: entry.label, self.glyphs)
        yield LineView(lambda _: (), self.glyphs, id="nothing")

    def _line(self, entry: Entry, width: int) -> Line:
        longest = max((len(one.label) for one in self.table.rows), default=0)
        label = pad(entry.label, min(longest, max(12, width * 2 // 3)), self.glyphs.ellipsis)
        return ((f" {label}  ", "bold"), (entry.note, "dim"))

    @property
    def table(self) -> RowList[Entry]:
        """The list."""
        return self.query_one(RowList)

    def footer_keys(self) -> list[tuple[str, str]]:
        """Letters are typed here: they are no keys."""
        return [("Enter", "choose"), ("Up Down", "move"), ("Esc", "back")]

    def on_mount(self) -> None:
        """Show everything; what is typed goes into the line."""
        self._narrow("")
        self.rest_focus()

    def _narrow(self, text: str) -> None:
        """Show what holds the text, how much of everything that is, or that nothing does."""
        found = narrowed(self._entries, text)
        self.table.show(found[:_MOST])
        self.table.set_class(not found, "-hidden")
        nothing = self.query_one("#nothing", LineView)
        nothing.set_class(bool(found), "-hidden")
        nothing.show(lambda width: states.nothing_matches(text.strip(), len(self._entries), width, self.glyphs))
        self.query_one("#menu .prompt--note", Static).update(f" {len(found):,} of {len(self._entries):,} ")

    def rest_focus(self) -> None:
        """The line keeps the keys."""
        self.query_one("#menu Input").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        if event.input.parent is not None and event.input.parent.id == "menu":
            self._narrow(event.value)
            self.table.action_top()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.action_open()

    def on_row_list_chosen(self) -> None:
        """A double click."""
        self.action_open()

    def action_open(self) -> None:
        """Take what is under the cursor."""
        entry = self.table.chosen
        if entry is not None:
            self.dismiss()
            self.app.call_later(self._chosen, entry)

    def action_move(self, rows: int) -> None:
        """Move the cursor while typing."""
        self.table.action_move(rows)

    def action_turn(self, pages: int) -> None:
        """Move by pages while typing."""
        self.table.action_turn(pages)


def narrowed(entries: Sequence[Entry], text: str) -> list[Entry]:
    """The entries that hold what was typed: as it is first, then those with its letters in order."""
    wanted = text.casefold().strip()
    if not wanted:
        return list(entries)
    letters = subsequence(wanted.replace(" ", ""))
    holding = [one for one in entries if wanted in one.label.casefold()]
    known = {one.label for one in holding}
    fuzzy = [one for one in entries if one.label not in known and letters.search(one.label.casefold())]
    known.update(one.label for one in fuzzy)
    noted = [one for one in entries if one.label not in known and wanted in one.note.casefold()]
    holding.sort(key=lambda one: (not one.label.casefold().startswith(wanted), len(one.label)))
    return [*holding, *fuzzy, *noted]
