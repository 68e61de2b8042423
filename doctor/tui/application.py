"""The app: one session, a stack of screens, and the ways between them."""

import gc
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from textual.app import App

from doctor.model.finding import Finding
from doctor.model.report import FunctionRow, Overview
from doctor.report.lines import keysheet, states, why
from doctor.tui import driver, keys, themes
from doctor.tui.jobs import COMMAND, Jobs
from doctor.tui.screens.diagnosis import DiagnosisScreen
from doctor.tui.screens.fix import FixScreen
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.functions import FunctionsScreen
from doctor.tui.screens.page import PageScreen
from doctor.tui.screens.run import RunScreen
from doctor.tui.session import Session
from doctor.tui.terminal import Terminal

_BEAT = 0.1
"""Seconds between two updates of the screen while a job tells something."""
_MINUTE = 30.0
"""Seconds between two looks at the snapshot's age."""


def _raise(error: BaseException) -> NoReturn:
    raise error


class DoctorApp(App[None]):
    """The terminal UI."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "doctor"

    def __init__(
        self,
        target: Mapping[str, Any],
        terminal: Terminal,
        *,
        rows: Sequence[FunctionRow] = (),
        overview: Overview | None = None,
        allow_changes: bool = False,
        function: str | None = None,
        worker: Sequence[str] | None = None,
    ) -> None:
        super().__init__(driver_class=driver.Driver, ansi_color=None if terminal.own_colors else True)
        self.terminal = terminal
        self.last_search = ""
        self._first = function
        self._beating = False
        self._frozen: Overview | None = None
        self._asked_to_leave = False
        self._mouse_on = terminal.mouse
        self.session = Session(
            target,
            Jobs(worker or COMMAND, self._crashed),
            rows=rows,
            overview=overview,
            allow_changes=allow_changes,
            glyphs=terminal.glyphs,
            changed=self._session_changed,
        )
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.name(terminal.shade, own_colors=terminal.own_colors)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """A value for each meaning, whatever theme is chosen."""
        return themes.DEFAULTS

    def get_default_screen(self) -> FunctionsScreen:
        """The function list is the first screen."""
        return FunctionsScreen()

    def on_mount(self) -> None:
        """Draw what is known, then start the work."""
        self.set_interval(_MINUTE, self._session_changed)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.session.load()
        if self._first:
            self.open_function(self._first)

    async def on_unmount(self) -> None:
        """Leave no child behind but one that changes an account."""
        await self.session.jobs.close()

    def _crashed(self, error: BaseException) -> None:
        """A fault of ours in a job's handler ends the app like any other fault, instead of being lost."""
        self.call_later(partial(_raise, error))

    def _session_changed(self) -> None:
        if not self._beating and self.is_running:
            self._beating = True
            self.set_timer(_BEAT, self._beat)

    def _beat(self) -> None:
        """Show what is new. What was loaded stays: it is taken out of the garbage collector's rounds, which would pause keys."""
        self._beating = False
        for screen in self.screen_stack:
            if isinstance(screen, Frame) and screen.is_mounted:
                screen.session_changed()
        if self.session.overview is not self._frozen and not self.session.works:
            self._frozen = self.session.overview
            gc.collect()
            gc.freeze()

    def open_function(self, name: str) -> None:
        """Show the diagnosis of a function."""
        self.push_screen(DiagnosisScreen(name))

    def open_run(self, name: str) -> None:
        """Show the run of a function's failing invocation, and start it."""
        self.push_screen(RunScreen(name))

    def open_fix(self, name: str, finding: Finding) -> None:
        """Show the fixes of a finding."""
        self.push_screen(FixScreen(name, finding))

    def open_first_fix(self, name: str) -> str:
        """Show the fixes of a function's first root; otherwise say why not."""
        detail = self.session.detail(name)
        about = why.focus(detail) if detail else None
        if about is None or not about.problem.fixes:
            return "no rule offers a fix for this"
        self.open_fix(name, about)
        return ""

    def show_help(self, scope: keys.Scope) -> None:
        """Show the keys of a screen."""
        here = keys.sheet(scope)
        everywhere = keys.sheet("any", "rows")
        glyphs = self.terminal.glyphs
        self.push_screen(PageScreen("Keys", lambda width: keysheet.page(here, everywhere, width, glyphs)))

    def show_not_seen(self) -> None:
        """Show what could not be read."""
        texts = self.session.overview.not_seen if self.session.overview else ()
        glyphs = self.terminal.glyphs
        self.push_screen(PageScreen("Not seen", lambda width: states.not_seen(texts, width, glyphs)))

    def go_to(self, place: str) -> str:
        """Go where ``:`` was told to; returns what to say when there is no such place."""
        word, _, rest = place.strip().partition(" ")
        match word, rest.strip():
            case ("fn", name) if name in {row.name for row in self.session.rows}:
                self.open_function(name)
            case ("fn", name):
                return f"no function is called {name}" if name else "which one? :fn NAME"
            case ("functions", _):
                while len(self.screen_stack) > 1:
                    self.pop_screen()
            case ("unseen", _):
                self.show_not_seen()
            case ("theme", "dark" | "light" as shade):
                self.theme = themes.name(shade, own_colors=self.terminal.own_colors)
            case ("help", _):
                self.show_help("functions")
            case ("quit" | "q", _):
                self.leave()
            case ("", _):
                return ""
            case _:
                return f"there is no :{place}; try :fn NAME :functions :unseen :theme dark :quit"
        return ""

    def leave(self) -> None:
        """Quit; while an account is being changed, only when asked twice."""
        changing = any(job.apart for job in self.session.jobs.running)
        if changing and not self._asked_to_leave:
            self._asked_to_leave = True
            if isinstance(self.screen, Frame):
                self.screen.tell("an apply is under way: leaving keeps it from making a further call; again to leave")
            return
        self.exit()

    def stop_newest(self) -> str:
        """Cancel the newest job; returns what to say."""
        running = [job for job in self.session.jobs.running if job.verb != "detail"]
        if not running:
            return "nothing is running"
        self.session.jobs.stop(running[-1])
        return "no further call will be made" if running[-1].apart else "stopping; what has come in is kept"

    def switch_mouse(self) -> str:
        """Switch mouse reporting; returns what to say."""
        self._mouse_on = not self._mouse_on
        if not driver.mouse(self, on=self._mouse_on):
            return "this terminal has no mouse to switch"
        return "mouse on" if self._mouse_on else "mouse off: select text with it"
