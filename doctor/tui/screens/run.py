"""Reproduce: the failing invocation, run on this machine while we watch."""

from collections.abc import Iterable

from textual.widget import Widget

from doctor.model.telemetry import Invocation
from doctor.report.lines import run, states
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.work import Run


class RunScreen(Frame):
    """A run under way, or what it showed. Leaving does not stop it."""

    scope = "reproduce"
    BINDINGS = bindings("reproduce")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.function = name
        self._shown: object = None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Under the function."""
        return (self.function, "Reproduce")

    @property
    def run(self) -> Run:
        """How it stands."""
        return self.session.run(self.function)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield LineView(self._page, self.glyphs)

    def on_mount(self) -> None:
        """Start, unless there is a run to show."""
        self.rest_focus()
        if not (self.run.running or self.run.result):
            self.session.reproduce(self.function)
        self.session_changed()

    def _cloud(self) -> Invocation | None:
        detail = self.session.detail(self.function)
        asked = self.run.result.cloud if self.run.result else ""
        return next((one for one in detail.invocations if one.request_id == asked), None) if detail else None

    def _page(self, width: int) -> list[Line]:
        if self.run.result:
            return run.page(self.run.result, width, self.glyphs, cloud=self._cloud())
        lines = run.live(self.run.live, width, self.glyphs)
        if self.run.error:
            lines = [*states.failed(self.run.error, "r runs it again.", width, self.glyphs), (), *lines]
        return lines

    def session_changed(self) -> None:
        """Follow the output; show the result from its top."""
        detail = self.session.detail(self.function)
        state = (self.run.result or self.run.error or self.run.live, detail)
        if state != self._shown:
            self._shown = state
            self.query_one(LineView).show(self._page, follow=self.run.running)
        self.refresh_frame()

    def twin(self) -> Frame:
        """The same run."""
        return RunScreen(self.function)

    def action_again(self) -> None:
        """Run it once more."""
        self.session.reproduce(self.function)

    def action_fix(self) -> None:
        """Open the fixes of the function's first root."""
        said = self.doctor.open_first_fix(self.function)
        if said:
            self.tell(said)
