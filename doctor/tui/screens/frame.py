"""What every screen has: the context bar, the activity line, the footer, and the keys that mean the same everywhere."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from doctor.model.events import Progress
from doctor.report.lines import frame, plain, states, words, work
from doctor.report.lines.glyphs import ASCII, Glyphs
from doctor.report.lines.layout import apart
from doctor.report.lines.spans import Line
from doctor.tui import keys
from doctor.tui.session import Session
from doctor.tui.widgets.bar import Bar
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from doctor.report.copies import Copy
    from doctor.tui.application import DoctorApp

WIDE = 110
"""From this width on there are two panes."""
_WHILE = 8.0
"""Seconds for which something said stays above the footer."""


class Frame(Screen[None]):
    """A screen of doctor. A subclass gives its body, its place and its keys, and follows ``session_changed``."""

    scope: ClassVar[keys.Scope] = "page"
    BINDINGS = bindings("any")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 -- Textual's own class attribute
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._told: Line = ()

    @property
    def doctor(self) -> "DoctorApp":
        """The app, by its own type."""
        return cast("DoctorApp", self.app)

    @property
    def session(self) -> Session:
        """What is shown."""
        return self.doctor.session

    @property
    def glyphs(self) -> Glyphs:
        """The signs in use."""
        return self.doctor.terminal.glyphs

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where we are."""
        return ()

    def body(self) -> Iterable[Widget]:
        """The widgets between the bars."""
        return ()

    def session_changed(self) -> None:
        """Show what is new; called at most ten times a second."""

    def footer_keys(self) -> list[tuple[str, str]]:
        """Keys and titles of the footer."""
        return keys.footer(self.scope)

    def compose(self) -> ComposeResult:
        """Frame and body."""
        glyphs = self.glyphs
        yield Bar(lambda width: frame.context(self.session.context(self.crumbs), width, glyphs), glyphs, id="context")
        yield from self.body()
        yield Prompt()
        yield Bar(self._activity, glyphs, id="activity", classes="-hidden -title")
        yield Bar(lambda width: frame.footer(self.footer_keys(), width, glyphs), glyphs, id="footer")
        yield Bar(lambda _: states.too_small(*self.size), glyphs, id="small")

    def on_mount(self) -> None:
        """Show what is already known."""
        self.set_class(self.glyphs is ASCII, "-ascii")
        self.refresh_frame()

    def on_resize(self) -> None:
        """Below the smallest size one line says so."""
        columns, rows = states.SMALLEST
        self.set_class(self.size.width < columns or self.size.height < rows, "-small")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where nothing is drawn, nothing but leaving can be done."""
        return super().check_action(action, parameters) if not self.has_class("-small") else action == "back"

    def refresh_frame(self) -> None:
        """Draw the bars anew."""
        session = self.session
        failed = bool(session.loading.error and session.rows)  # without rows the page itself tells
        busy = bool(self._told or session.works or failed)
        self.query_one("#activity").set_class(not busy, "-hidden")
        for bar in self.query(Bar):
            bar.refresh()

    def _activity(self, width: int) -> Line:
        works = self.session.works
        if self._told:
            return self._told
        if not works:
            kept = words.count(len(self.session.rows), "function")
            error = f" {self.glyphs.critical} {self.session.loading.error}; {kept} kept"
            return apart(((error, "critical"),), (("R", "key"), (" tries again ", "dim")), width, self.glyphs)
        newest = works[-1]
        job = newest.job
        doing = work.doing(job.verb, str(job.command.arguments.get("function") or "")) if job else ""
        progress = newest.live.progress or Progress(what=doing)
        note = "Ctrl+X: no further call" if job and job.apart else "Ctrl+X cancel"
        return frame.activity(progress, width, self.glyphs, note, time.monotonic() - newest.began)

    def tell(self, line: Line | str) -> None:
        """Say something above the footer, for a while."""
        told: Line = ((f" {line}", "text"),) if isinstance(line, str) else line
        self._told = told
        self.refresh_frame()
        if told:
            self.set_timer(_WHILE, lambda: self._forget(told))

    def _forget(self, told: Line) -> None:
        if self._told is told:
            self._told = ()
            self.refresh_frame()

    @property
    def prompt(self) -> Prompt:
        """The line to type in."""
        return self.query_one(Prompt)

    def rest_focus(self) -> None:
        """Give the keys to the body."""
        for view in self.query("RowList, LineView"):
            if view.display and view.focusable:
                view.focus()
                return

    def page_text(self) -> str:
        """The screen's text, for the clipboard."""
        views = [view for view in self.query(LineView) if view.display]
        return plain(views[0].lines) if views else ""

    def action_back(self) -> None:
        """Leave this screen."""
        self.doctor.left_last = self.twin()
        self.dismiss()

    def action_escape(self) -> None:
        """Leave this screen, unless there is something smaller to leave."""
        if self._told:
            self.tell(())
        else:
            self.action_back()

    def action_help(self) -> None:
        """Show the keys."""
        self.doctor.show_help(self.scope)

    def action_go_to(self) -> None:
        """Ask where to go."""
        self.prompt.ask("go", ":")

    def action_mouse(self) -> None:
        """Switch mouse reporting."""
        self.tell(self.doctor.switch_mouse())

    def action_stop(self) -> None:
        """Cancel the newest job; of an apply, keep the next call from being made."""
        self.tell(self.doctor.stop_newest())

    def twin(self) -> "Frame | None":
        """The same place again, for ``-``; ``None``: it is not gone back to."""
        return None

    def copies(self) -> "list[Copy]":
        """What the copy menu offers here."""
        from doctor.report.copies import Copy, policy

        denied = self.session.overview.denied if self.session.overview else ()
        return [Copy("this page", self.page_text()), Copy("policy for the denied reads", policy(denied))]

    def action_copy(self) -> None:
        """Choose what to copy; where there is one thing only, copy it."""
        offered = {one.label: one for one in self.copies() if one.text}
        if len(offered) == 1:
            self._copy(*offered.values())
        else:
            entries = [(one.label, " ".join(one.text.split())) for one in offered.values()]
            self.doctor.choose("Copy", entries, lambda label: self._copy(offered[label]))

    def _copy(self, one: "Copy") -> None:
        from doctor.tui import clipboard

        self.tell(clipboard.copy(one.text, self.doctor.write_to_terminal))

    def action_export(self) -> None:
        """Ask for a file to write the page into."""
        from doctor.tui import export

        if self.page_text().strip():
            self.prompt.ask("export", "write this page to: ", export.name(self.crumbs))
        else:
            self.tell("there is nothing on this page to write")

    def action_palette(self) -> None:
        """Choose among everything."""
        self.doctor.open_palette(self)

    def action_last(self) -> None:
        """The screen that was left last."""
        self.tell(self.doctor.open_last())

    def action_work(self) -> None:
        """Jobs and API calls."""
        self.doctor.open_work()

    def action_collect(self) -> None:
        """Collect the account again."""
        self.tell(())
        self.session.load()

    def action_search(self) -> None:
        """Ask for a text to find."""
        self.prompt.ask("search", "/")

    def action_found(self, step: int) -> None:
        """Go to the next or previous match."""
        if self.doctor.last_search:
            self._find(self.doctor.last_search, step)
        else:
            self.tell("nothing was searched yet: / searches")

    def _find(self, wanted: str, step: int, *, stay: bool = False) -> None:
        views = [view for view in self.query(LineView) if view.display]
        if not wanted or not views:
            return
        found = views[0].find(wanted, step, stay=stay)
        if self.prompt.purpose:
            self.prompt.note("" if found else "not found")
        elif not found:
            self.tell(f"not found: {wanted}")

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """Pass on what is typed. Textual calls such handlers of every base class: a subclass overrides ``typed``."""
        self.typed(event.purpose, event.text)

    def on_prompt_accepted(self, event: Prompt.Accepted) -> None:
        """Pass on what was accepted."""
        if self.accepted(event.purpose, event.text):
            self.end_prompt()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Give the keys back."""
        self.left(event.purpose)
        self.end_prompt()

    def typed(self, purpose: str, text: str) -> None:
        """Search while it is typed."""
        if purpose == "search":
            self.doctor.last_search = text
            self._find(text, 1, stay=True)

    def accepted(self, purpose: str, text: str) -> bool:
        """Go where it was said to go; tell whether the line is done with."""
        if purpose == "go":
            self.end_prompt()
            said = self.doctor.go_to(text)
            if said:
                self.tell(said)
        elif purpose == "export" and text.strip():
            from doctor.tui import export

            self.tell(export.write(text.strip(), self.page_text()))
        return True

    def left(self, purpose: str) -> None:
        """Undo what was done while it was typed."""

    def end_prompt(self) -> None:
        """Give the keys back to the body."""
        if self.prompt.purpose:
            self.prompt.hide()
            self.rest_focus()
