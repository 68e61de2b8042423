"""Compare: what changed since it worked."""

from collections.abc import Iterable

from textual.widget import Widget

from doctor.report.lines import comparison, raw, states, words
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.page import PageScreen
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView

_BEFORE = "as doctor chooses"


class CompareScreen(Frame):
    """Of one function, or of the whole account."""

    scope = "compare"
    BINDINGS = bindings("compare")

    def __init__(self, name: str = "", against: str = "") -> None:
        super().__init__()
        self.function = name
        self._against = against
        self._everything = False
        self._shown: object = None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Under the function."""
        return (self.function, "Compare") if self.function else ("Compare",)

    def twin(self) -> Frame:
        """The same place."""
        return CompareScreen(self.function, self._against)

    @property
    def _asked(self) -> dict[str, str]:
        return {"function": self.function, "against": self._against}

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield LineView(self._page, self.glyphs)

    def on_mount(self) -> None:
        """The page takes the keys."""
        self.rest_focus()
        self.session_changed()

    def session_changed(self) -> None:
        """Show it once it is there."""
        found = self.session.known.get("compare", **self._asked)
        state = found or self.session.known.failure("compare", **self._asked)
        if state != self._shown:
            self._shown = state
            self.query_one(LineView).show(self._page)
        self.refresh_frame()

    def _page(self, width: int) -> list[Line]:
        found = self.session.known.get("compare", **self._asked)
        if found is not None:
            return comparison.page(found, width, self.glyphs, everything=self._everything)
        error = self.session.known.failure("compare", **self._asked)
        if error:
            return states.failed(error, "R tries again.", width, self.glyphs)
        return states.busy("Comparing with what was before", width, self.glyphs)

    def action_passed(self) -> None:
        """Everything that changed, or what is near."""
        self._everything = not self._everything
        self.query_one(LineView).show(self._page)

    def action_attempt(self) -> None:
        """Ask for another snapshot to compare with."""
        self.prompt.ask("against", "snapshot file: ", self._against)

    def accepted(self, purpose: str, text: str) -> bool:
        """Compare with the snapshot that was named."""
        if purpose != "against":
            return super().accepted(purpose, text)
        self._hold_against(text.strip())
        return True

    def action_range(self) -> None:
        """Choose among the earlier snapshots that are kept."""
        from doctor.store.snapshots import earlier

        kept = {f"{words.moment(at)} UTC": str(path) for at, path in earlier(self.session.target)}
        if not kept:
            self.tell("no earlier snapshot is kept: R collects again, x compares with a file")
            return
        entries = [
            (_BEFORE, "the last one before the first failure seen, else the oldest"),
            *((label, "") for label in kept),
        ]
        self.doctor.choose("Compare with", entries, lambda label: self._hold_against(kept.get(label, "")))

    def _hold_against(self, path: str) -> None:
        self._against = path
        self._shown = None
        self.session_changed()
        self.query_one(LineView).show(self._page)

    def action_raw(self) -> None:
        """The whole comparison as JSON."""
        found = self.session.known.get("compare", **self._asked)
        if found is None:
            self.tell("nothing was compared yet")
        else:
            self.app.push_screen(PageScreen("Compare", lambda width: raw.page(found, width, self.glyphs)))

    def action_fix(self) -> None:
        """Open the fixes of the function's first root."""
        said = self.doctor.open_first_fix(self.function) if self.function else "open a function first"
        if said:
            self.tell(said)

    def action_collect(self) -> None:
        """Ask again for what could not be answered, otherwise read the account again."""
        if not self.session.known.retry_all():
            super().action_collect()
