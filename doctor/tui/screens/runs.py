"""Several functions run one after another: who failed again here, and the page of the one under the cursor."""

from collections.abc import Sequence

from doctor.report.lines import run
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.panes import PanesScreen
from doctor.tui.screens.run import page
from doctor.tui.widgets.bindings import bindings


class RunsScreen(PanesScreen[str]):
    """The functions in the order in which they were marked. Leaving stops none."""

    scope = "runs"
    BINDINGS = bindings("runs")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names
        self._shown: object = None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """How many are done."""
        done = sum(bool(self.session.run(name).result or self.session.run(name).error) for name in self._names)
        return (f"Reproduce {done} of {len(self._names)}",)

    def twin(self) -> Frame:
        """The same functions."""
        return RunsScreen(self._names)

    def entry(self, one: str, width: int) -> Sequence[Line]:
        """The function, and how its run stands."""
        made = self.session.run(one)
        return run.entry(one, made.result, made.error, width, self.glyphs, running=made.running)

    def key(self, one: str) -> str:
        """Its name."""
        return one

    def session_changed(self) -> None:
        """Follow the runs."""
        runs = [self.session.run(name) for name in self._names]
        state = [(made.result, made.error, made.live) for made in runs]
        if state != self._shown:
            first = self._shown is None
            self._shown = state
            if first:
                self.lay(self._names)
            self.table.refresh()
            self.view.update()
        self.refresh_frame()

    def page(self, width: int) -> list[Line]:
        """The run of the function under the cursor."""
        return page(self.session, self.table.chosen, width, self.glyphs) if self.table.chosen else []

    def action_open(self) -> None:
        """The run of the function under the cursor, alone."""
        if self.table.chosen:
            self.doctor.open_run(self.table.chosen)

    def action_fix(self) -> None:
        """The fixes of the first root of the function under the cursor."""
        said = self.doctor.open_first_fix(self.table.chosen) if self.table.chosen else "nothing is chosen"
        if said:
            self.tell(said)
