"""Incidents: one root cause and every function that it concerns, to be fixed once."""

from collections.abc import Sequence

from doctor.model.answers import Incident
from doctor.report import copies
from doctor.report.lines import incidents, states
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.panes import PanesScreen
from doctor.tui.widgets.bindings import bindings


class IncidentsScreen(PanesScreen[Incident]):
    """All incidents, the worst first."""

    scope = "incidents"
    BINDINGS = bindings("incidents")

    def __init__(self, fingerprint: str = "") -> None:
        super().__init__(list_first=not fingerprint)
        self._wanted = fingerprint

    @property
    def crumbs(self) -> tuple[str, ...]:
        """With how many there are."""
        found = self.session.known.get("incidents")
        return (f"Incidents {len(found)}" if found else "Incidents",)

    def twin(self) -> Frame:
        """The same place."""
        return IncidentsScreen()

    def entry(self, one: Incident, width: int) -> Sequence[Line]:
        """How many functions, and what is at fault."""
        return incidents.entry(one, width, self.glyphs)

    def key(self, one: Incident) -> str:
        """The cause."""
        return one.key

    def session_changed(self) -> None:
        """Show them once they are there."""
        if self.fresh():
            found: tuple[Incident, ...] = self.session.known.get("incidents") or ()
            self.lay(found)
            self._point(found)
            self.view.show(self.page)
        self.refresh_frame()

    def _point(self, found: Sequence[Incident]) -> None:
        """Go to the incident that was asked for."""
        for one in found:
            if self._wanted and self._wanted in {finding.fingerprint for finding in (*one.findings, *one.follows)}:
                self.table.point_at(one.key)
                self._wanted = ""
                return

    def page(self, width: int) -> list[Line]:
        """The incident under the cursor."""
        chosen = self.table.chosen
        if chosen:
            return incidents.page(chosen, width, self.glyphs)
        error = self.session.known.failure("incidents")
        if error:
            return states.failed(error, "R tries again.", width, self.glyphs)
        if self.session.known.get("incidents") is None:
            return states.busy("Joining findings to incidents", width, self.glyphs)
        return incidents.table((), width, self.glyphs)

    def action_open(self) -> None:
        """One of its functions: the only one, or the one that is chosen."""
        chosen = self.table.chosen
        if chosen is None:
            return
        if self.table.has_focus and self.has_class("-narrow"):
            self.action_switch()
        elif len(chosen.functions) == 1:
            self.doctor.open_function(chosen.functions[0].name)
        else:
            names = [(row.name, row.why) for row in chosen.functions]
            self.doctor.choose("Which function?", names, self.doctor.open_function)

    def action_fix(self) -> None:
        """Open the fixes of the root."""
        chosen = self.table.chosen
        found = [one for one in chosen.findings if one.problem.fixes] if chosen else []
        if chosen and found and chosen.functions:
            self.doctor.open_fix(chosen.functions[0].name, found[0])
        else:
            self.tell("no rule offers a fix for this")

    def action_collect(self) -> None:
        """Ask again for what could not be answered, otherwise read the account again."""
        if not self.session.known.retry_all():
            super().action_collect()

    def copies(self) -> list[copies.Copy]:
        """The incident as a report."""
        chosen = self.table.chosen
        return [*(copies.of_incident(chosen) if chosen else []), *super().copies()]
