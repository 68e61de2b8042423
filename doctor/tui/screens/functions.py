"""The function list: worst first, and the Why column answers the question."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widget import Widget

from doctor.model.report import FunctionRow
from doctor.report.lines import functions, plain, states
from doctor.report.lines.functions import Column
from doctor.report.lines.layout import apart
from doctor.report.lines.spans import Line, Span
from doctor.tui import filtering, keys
from doctor.tui.screens.saved import SavedFilters
from doctor.tui.widgets.bar import Bar
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.rowlist import RowList

_ORDERS: tuple[tuple[str, Callable[[FunctionRow], object]], ...] = (
    ("worst first", functions.rank),
    ("most errors first", lambda row: (-(row.errors_per_hour or 0.0), row.name)),
    ("slowest first", lambda row: (-(row.p95 or 0.0), row.name)),
    ("by name", lambda row: row.name),
)


if TYPE_CHECKING:
    from doctor.report.copies import Copy


_TALL = 20
"""From so many rows on, the row under the cursor is told whole below the list."""
_OF_ROWS = frozenset({"Enter", "/", "r", "f", "i", "c", "s", "y"})
"""Keys that do something with rows."""


class FunctionsScreen(SavedFilters):
    """The first screen."""

    scope = "functions"
    BINDINGS = bindings("functions")

    def __init__(self) -> None:
        super().__init__()
        self._order = 0
        self._columns: tuple[int, FunctionRow | None, tuple[Column, ...]] = (0, None, ())
        self._narrowing = filtering.Narrowing()
        self._tallied: tuple[list[FunctionRow], Line] = ([], ())
        self._known: set[str] = set()
        self._above = 0
        self._mending = ""
        """The function whose fix was asked for and whose details are on their way."""

    @property
    def crumbs(self) -> tuple[str, ...]:
        """With how many functions there are."""
        return (f"Functions {len(self.session.rows):,}",)

    def body(self) -> Iterable[Widget]:
        """Tally, column titles, rows; a page in their place where there are none."""
        glyphs = self.glyphs
        yield Bar(self.views, glyphs, id="views", classes="-hidden")
        yield Bar(self._tally, glyphs, id="tally", classes="-title")
        yield Bar(
            lambda _: functions.header(self._laid(self.table.text_width), glyphs),
            glyphs,
            id="columns",
            classes="-title",
        )
        yield RowList[FunctionRow](
            lambda row, width: (functions.row(row, self._laid(width), glyphs),),
            lambda row: row.arn,
            glyphs,
            mark_at=functions.MARK,
            id="rows",
        )
        yield LineView(self._nothing, glyphs, id="nothing")
        yield Bar(lambda width: self._more(width, 0), glyphs, id="more", classes="-title -hidden")
        yield Bar(lambda width: self._more(width, 1), glyphs, id="most", classes="-title -hidden")

    @property
    def table(self) -> RowList[FunctionRow]:
        """The rows."""
        return self.query_one("#rows", RowList)

    def on_mount(self) -> None:
        """Show the rows that are known."""
        self.show_saved()
        self.session_changed()
        self.rest_focus()

    def _laid(self, width: int) -> tuple[Column, ...]:
        """The columns, laid out once for a width and all rows: they stay where they are while a filter is typed."""
        longest = self.session.longest
        if self._columns[0] != width or self._columns[1] is not longest:
            self._columns = (width, longest, functions.columns((longest,) if longest else (), width))
        return self._columns[2]

    def _tally(self, width: int) -> Line:
        rows = self.table.rows
        note: list[Span] = []
        if self._above:
            note.append((f"^ {self._above} new  ", "critical"))
        if self.table.marks:
            note.append((f"{len(self.table.marks)} marked  ", "key"))
        if self.pattern:
            note.append((f"/{self.pattern}  {len(rows):,} of {len(self.session.rows):,}  ", "key"))
        note.append((_ORDERS[self._order][0], "dim"))
        return apart(((" ", "text"), *self._counted()), tuple(note), width - 1, self.glyphs)

    def _more(self, width: int, line: int) -> Line:
        """One of the lines about the row under the cursor."""
        chosen = self.table.chosen
        return functions.more(chosen, width - 1, self.glyphs)[line] if chosen else ()

    def on_resize(self) -> None:
        """Where rows are scarce, they get all there is."""
        super().on_resize()
        for bar in self.query("#more, #most"):
            bar.set_class(self.size.height < _TALL, "-hidden")

    def _counted(self) -> Line:
        """The tally, counted once for a list of rows."""
        rows = self.session.rows
        if self._tallied[0] is not rows:
            self._tallied = (rows, functions.tally(rows))
        return self._tallied[1]

    def _nothing(self, width: int) -> list[Line]:
        session, glyphs = self.session, self.glyphs
        if session.rows:
            return states.nothing_matches(self.pattern, len(session.rows), width, glyphs)
        if session.loading.error:
            return self._no_account(session.loading.error, width)
        if session.overview and not session.loading.running:
            return states.no_functions(session.overview, width, glyphs)
        return states.loading(session.context(()).source, width, glyphs)

    def _no_account(self, error: str, width: int) -> list[Line]:
        """Why there is nothing to show, and the ways on."""
        target = self.session.target
        if target.get("snapshot") or target.get("demo") or error.startswith(states.OUR_WORKER):
            return states.failed(error, "R tries again, :open reads another file, q quits.", width, self.glyphs)
        from doctor.tui import signing, sources

        profile = self._to_sign_in
        way = " ".join(signing.command(profile)) if profile else ""
        looked = sources.looked(os.environ, Path.home())
        return states.no_account(error, looked, width, self.glyphs, sign_in=way)

    @property
    def _to_sign_in(self) -> str:
        """The profile that a sign-in may help, while there is no account; empty: none."""
        from doctor.tui import sources

        session, target = self.session, self.session.target
        if session.rows or not session.loading.error or target.get("snapshot") or target.get("demo"):
            return ""
        return sources.to_sign_in(os.environ, Path.home(), str(target.get("profile") or ""))

    def _sign_in(self, profile: str) -> None:
        """Give the terminal to AWS's own command, then try again."""
        from doctor.tui import signing

        with self.app.suspend():
            said = signing.sign_in(profile)
        self.app.refresh(layout=True)
        if said:
            self.tell(said)
        else:
            self.action_collect()

    def session_changed(self) -> None:
        """Merge new rows without moving the cursor's."""
        before = self.table.first_shown
        self._lay()
        self._count_new(before)
        if self._mending:
            self._mend()
        if self.is_current and self.focused is None:
            self.rest_focus()
        self.refresh_frame()

    def _lay(self) -> None:
        """Show the rows that pass the filter, or why there are none."""
        rows = self._ordered()
        before = self.table.chosen
        self.table.show(rows)
        if self.table.chosen is not before:
            for bar in self.query("#more, #most"):
                bar.refresh()
        empty = not rows
        self.table.set_class(empty, "-hidden")
        self.query_one("#columns").set_class(empty, "-hidden")
        nothing = self.query_one("#nothing", LineView)
        nothing.set_class(not empty, "-hidden")
        if empty:
            nothing.show(self._nothing)

    def _ordered(self) -> list[FunctionRow]:
        rows = self._narrowing(self.pattern, self.session.rows)
        return sorted(rows, key=_ORDERS[self._order][1]) if self._order else rows  # type: ignore[arg-type]

    def _count_new(self, before: int) -> None:
        """Count critical rows that came in above the view."""
        first = self.table.first_shown
        if first == 0 or before == 0:
            self._above = 0
        else:
            above = self.table.rows[:first]
            self._above += sum(row.health == "critical" and row.arn not in self._known for row in above)
        self._known.update(row.arn for row in self.table.rows)

    def footer_keys(self) -> list[tuple[str, str]]:
        """Leaving the first screen is quitting; without rows, only what may bring some is shown."""
        shown = keys.footer("functions", back="quit")
        if self.session.rows:
            return shown
        ways = [("l", "sign in")] if self._to_sign_in else []
        ways += [("d", "demo")] if self.session.loading.error else []
        return [*ways, *(key for key in shown if key[0] not in _OF_ROWS)]

    def on_row_list_chosen(self) -> None:
        """A double click opens."""
        self.action_open()

    def on_row_list_moved(self) -> None:
        """The lines about the row are another's; at the top, everything new is in view."""
        for bar in self.query("#more, #most"):
            bar.refresh()
        if self._above and self.table.first_shown == 0:
            self._above = 0
            self.query_one("#tally").refresh()

    def action_open(self) -> None:
        """Open the function under the cursor; where there is no account, sign in."""
        if self.table.chosen:
            self.doctor.open_function(self.table.chosen.name)
        elif self._to_sign_in:
            self._sign_in(self._to_sign_in)

    def action_reproduce(self) -> None:
        """Run the failing invocation of the function under the cursor, or those of all that are marked."""
        if len(self.table.marks) > 1:
            self.doctor.open_runs([row.name for row in self.table.marks.values()])
        elif self.table.chosen:
            self.doctor.open_run(self.table.chosen.name)

    def action_fix(self) -> None:
        """Open the fixes of the first root of the function under the cursor, once its details are there."""
        if self.table.chosen:
            self._mending = self.table.chosen.name
            self._mend()

    def _mend(self) -> None:
        """Open the fix that was asked for, unless the user went elsewhere meanwhile."""
        name = self._mending if self.app.screen is self else ""
        self._mending = ""
        if not name:
            return
        failure = self.session.known.failure("detail", function=name)
        if self.session.detail(name) is None and not failure:
            self._mending = name
            self.tell(f"reading {name}")
        else:
            self.tell(failure or self.doctor.open_first_fix(name))

    def action_incident(self) -> None:
        """Every root cause."""
        self.doctor.open_incidents("")

    def action_compare(self) -> None:
        """What changed since the function under the cursor worked."""
        if self.table.chosen:
            self.doctor.open_comparison(self.table.chosen.name)

    def action_console(self) -> None:
        """The function in AWS's console."""
        if self.table.chosen:
            self.doctor.open_console(self.table.chosen.arn)

    def copies(self) -> "list[Copy]":
        """The function under the cursor, and the list."""
        from doctor.report import copies

        row, marked = self.table.chosen, list(self.table.marks.values())
        if marked:
            names, those = "\n".join(one.name for one in marked), "\n".join(one.arn for one in marked)
            told = plain(functions.table(marked, self.size.width, self.glyphs))
            made = (("names of the marked", names), ("ARNs of the marked", those), ("the marked, as shown", told))
            return [copies.Copy(label, text) for label, text in made]
        return [*(copies.of_row(row, self.session.where) if row else []), *super().copies()]

    def action_regions(self) -> None:
        """Where the account has functions."""
        self.doctor.open_regions()

    def action_demo(self) -> None:
        """The embedded account, while there is nothing to lose."""
        if self.session.rows:
            self.tell(":demo leaves this account for the embedded one")
        else:
            self.doctor.go_to("demo")

    def action_collect_all(self) -> None:
        """Read everything anew."""
        self.tell(self.doctor.go_to("full"))

    def action_mark(self) -> None:
        """Mark the function under the cursor."""
        self.table.mark()
        self.query_one("#tally").refresh()

    def action_sort(self) -> None:
        """Sort by the next order."""
        self._order = (self._order + 1) % len(_ORDERS)
        self.filter_rows(self.pattern)

    def action_filter(self) -> None:
        """Type a filter."""
        self.prompt.ask("filter", "/", self.pattern)

    def typed(self, purpose: str, text: str) -> None:
        """Filter while it is typed."""
        if purpose == "filter":
            self.filter_rows(text)
            unknown = filtering.parse(text).unknown
            said = f"no column {', '.join(unknown)}" if unknown else ""
            self.prompt.note(said or f"{len(self.table.rows):,} of {len(self.session.rows):,}")

    def left(self, purpose: str) -> None:
        """Escape from the filter's line clears the filter."""
        if purpose == "filter":
            self.filter_rows("")

    def filter_rows(self, pattern: str) -> None:
        """Show the rows that match, or all."""
        self.pattern = pattern.strip()
        self._lay()
        for bar in ("#views", "#tally", "#columns"):
            self.query_one(bar).refresh()

    def action_escape(self) -> None:
        """Clear the filter, then the marks; the first screen is left by ``q`` alone."""
        self.tell(())
        if self.pattern:
            self.filter_rows("")
        elif self.table.unmark():
            self.query_one("#tally").refresh()

    def action_back(self) -> None:
        """Quit."""
        self.doctor.leave()

    def page_text(self) -> str:
        """The rows as they are shown."""
        return plain(functions.table(self.table.rows, self.size.width, self.glyphs))
