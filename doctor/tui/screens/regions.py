"""The regions of the account: where there are functions, to go there."""

from collections.abc import Iterable

from textual.widget import Widget

from doctor.model.answers import RegionCount
from doctor.report.lines import regions, states
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.rowlist import RowList


class RegionsScreen(Frame):
    """All regions, those with the most functions first."""

    scope = "regions"
    BINDINGS = bindings("regions")

    @property
    def crumbs(self) -> tuple[str, ...]:
        """With how many there are."""
        found = self.session.known.get("regions")
        return (f"Regions {len(found)}" if found else "Regions",)

    def twin(self) -> Frame:
        """The same place."""
        return RegionsScreen()

    def body(self) -> Iterable[Widget]:
        """The regions; a page in their place until they are known."""
        glyphs = self.glyphs
        yield RowList[RegionCount](
            lambda one, width: (regions.entry(one, width, glyphs),), lambda one: one.region, glyphs, id="rows"
        )
        yield LineView(self._nothing, glyphs, id="nothing")

    @property
    def table(self) -> RowList[RegionCount]:
        """The regions."""
        return self.query_one("#rows", RowList)

    def on_mount(self) -> None:
        """Ask, and show what is known."""
        self.session_changed()

    def session_changed(self) -> None:
        """Show them once they are there."""
        found: tuple[RegionCount, ...] = self.session.known.get("regions") or ()
        self.table.show(found)
        self.table.set_class(not found, "-hidden")
        nothing = self.query_one("#nothing", LineView)
        nothing.set_class(bool(found), "-hidden")
        if not found:
            nothing.show(self._nothing)
        if self.app.screen is self and not self.prompt.purpose:
            self.rest_focus()
        self.refresh_frame()

    def _nothing(self, width: int) -> list[Line]:
        error = self.session.known.failure("regions")
        if error:
            return states.failed(error, "R tries again.", width, self.glyphs)
        return states.busy("Counting functions in every region", width, self.glyphs)

    def page_text(self) -> str:
        """The regions as they are shown."""
        from doctor.report.lines import plain

        return plain(regions.entry(one, self.size.width, self.glyphs) for one in self.table.rows)

    def on_row_list_chosen(self) -> None:
        """A double click opens."""
        self.action_open()

    def action_open(self) -> None:
        """Look at the region under the cursor."""
        if self.table.chosen:
            self.doctor.turn_to(region=self.table.chosen.region)

    def action_collect(self) -> None:
        """Count again."""
        self.session.known.forget("regions")
        self.session_changed()
