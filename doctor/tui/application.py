"""The app: one session, a stack of screens, and the ways between them."""

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from textual.app import App

from doctor.model.finding import Finding
from doctor.model.report import FunctionRow, Overview
from doctor.tui import driver, keys, themes
from doctor.tui.jobs import COMMAND, QUESTIONS, Jobs
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.functions import FunctionsScreen
from doctor.tui.session import Session
from doctor.tui.terminal import Terminal
from doctor.tui.widgets import scrolling

_BEAT = 0.1
"""Seconds between two updates of the screen while a job tells something."""
_MINUTE = 30.0
"""Seconds between two looks at the snapshot's age."""


_SOON = 0.4
"""Seconds after the first frame at which what it did without is imported, so that the first key need not wait for it."""


_LATER = ("diagnosis", "run", "fix", "incidents", "compare", "rules", "work", "menu", "help")
"""Screens: together they cost as much as a fifth of the first frame."""


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
        scrolling.draw_with(terminal.glyphs)
        self.last_search = ""
        self.left_last: Frame | None = None
        """The screen that was left last, for ``-``."""
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
        self.set_timer(_SOON, self._settle)

    def _settle(self) -> None:
        """Import what the first frame did without, and spare the garbage collector what stays."""
        for name in _LATER:
            import_module(f"doctor.tui.screens.{name}")
        gc.collect()
        gc.freeze()
        gc.enable()

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
        from doctor.tui.screens.diagnosis import DiagnosisScreen

        self.push_screen(DiagnosisScreen(name))

    def open_run(self, name: str) -> None:
        """Show the run of a function's failing invocation, and start it."""
        from doctor.tui.screens.run import RunScreen

        self.push_screen(RunScreen(name))

    def open_runs(self, names: Sequence[str]) -> None:
        """Run the failing invocations of several functions, one after another."""
        from doctor.tui.screens.runs import RunsScreen

        self.session.reproduce_each(names)
        self.push_screen(RunsScreen(names))

    def open_fix(self, name: str, finding: Finding) -> None:
        """Show the fixes of a finding."""
        from doctor.tui.screens.fix import FixScreen

        self.push_screen(FixScreen(name, finding))

    def open_first_fix(self, name: str) -> str:
        """Show the fixes of a function's first root; otherwise say why not."""
        from doctor.report.lines import why

        detail = self.session.detail(name)
        about = why.focus(detail) if detail else None
        if about is None or not about.problem.fixes:
            return "no rule offers a fix for this"
        self.open_fix(name, about)
        return ""

    def open_incidents(self, fingerprint: str) -> None:
        """Show the root causes; the one that a finding belongs to, if it is given."""
        from doctor.tui.screens.incidents import IncidentsScreen

        self.push_screen(IncidentsScreen(fingerprint))

    def open_comparison(self, name: str = "", against: str = "") -> None:
        """Show what changed since a function, or everything, worked."""
        from doctor.tui.screens.compare import CompareScreen

        self.push_screen(CompareScreen(name, against))

    def open_regions(self) -> None:
        """Show where the account has functions."""
        from doctor.tui.screens.regions import RegionsScreen

        self.push_screen(RegionsScreen())

    def open_rules(self, name: str = "") -> None:
        """Show the rules; the one of that name, if it is given."""
        from doctor.tui.screens.rules import RulesScreen

        self.push_screen(RulesScreen(name))

    def open_history(self) -> None:
        """Show what was applied from this machine."""
        from doctor.tui.screens.history import HistoryScreen

        self.session.known.forget("history")
        self.push_screen(HistoryScreen())

    def open_console(self, arn: str) -> None:
        """Open a resource in AWS's console, or copy the address where no browser is."""
        from doctor.tui.console import console_link

        self.say(console_link(arn, self.session.target, self.write_to_terminal))

    def open_work(self) -> None:
        """Show the jobs and what they sent to AWS."""
        from doctor.tui.screens.work import WorkScreen

        self.push_screen(WorkScreen())

    def open_last(self) -> str:
        """Show the screen that was left last; returns what to say when there is none."""
        if self.left_last is None:
            return "no screen was left yet"
        again, self.left_last = self.left_last, None
        self.push_screen(again)
        return ""

    def open_palette(self, on: Frame) -> None:
        """Choose among everything that can be done or gone to."""
        from doctor.tui import places

        known = places.everything(on, self)
        entries = [(label, note) for label, (note, _) in known.items()]
        self.choose("Do or go to", entries, lambda label: known[label][1]())

    def go_to(self, place: str) -> str:
        """Go where ``:`` was told to; returns what to say when there is no such place."""
        from doctor.tui import places

        return places.go(self, place)

    def choose(self, title: str, entries: Sequence[tuple[str, str]], chosen: Callable[[str], object]) -> None:
        """Let one of several be chosen; ``chosen`` gets its label."""
        from doctor.tui.screens.menu import Entry, MenuScreen

        made = [Entry(label, note) for label, note in entries]
        self.push_screen(MenuScreen(title, made, lambda entry: chosen(entry.label)))

    def write_to_terminal(self, text: str) -> None:
        """Write a control sequence past the screen: the clipboard's."""
        if self._driver is not None:
            self._driver.write(text)

    def say(self, text: str) -> None:
        """Say something above the footer of the screen in front."""
        if isinstance(self.screen, Frame):
            self.screen.tell(text)

    def show_help(self, scope: keys.Scope) -> None:
        """Show the keys of a screen."""
        from doctor.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(scope))

    def show_not_seen(self) -> None:
        """Show what could not be read."""
        from doctor.report.lines import states
        from doctor.tui.screens.page import PageScreen

        texts = self.session.overview.not_seen if self.session.overview else ()
        glyphs = self.terminal.glyphs
        self.push_screen(PageScreen("Not seen", lambda width: states.not_seen(texts, width, glyphs)))

    def show_functions(self) -> None:
        """Back to the list."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def turn_to(self, **changes: Any) -> None:
        """Look at another account, region or file."""
        from doctor.store.snapshots import index

        target = {**self.session.target, **changes}
        overview, rows = index(target) or (None, [])
        self.show_functions()
        self.session.turn_to(target, rows, overview)

    def action_help_quit(self) -> None:
        """Control+C quits nothing: it is pressed by habit, and a selection is copied with it."""
        self.say("q goes back, :quit leaves doctor")

    async def action_quit(self) -> None:
        """Control+Q leaves as ``:quit`` does."""
        self.leave()

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
        running = [job for job in self.session.jobs.running if job.verb not in QUESTIONS]
        if not running:
            return "nothing is running"
        dropped = self.session.drop_waiting()
        self.session.jobs.stop(running[-1])
        if dropped:
            return f"stopping; {dropped} more will not be started"
        return "no further call will be made" if running[-1].apart else "stopping; what has come in is kept"

    def switch_mouse(self) -> str:
        """Switch mouse reporting; returns what to say."""
        self._mouse_on = not self._mouse_on
        if not driver.mouse(self, on=self._mouse_on):
            return "this terminal has no mouse to switch"
        return "mouse on" if self._mouse_on else "mouse off: select text with it"
