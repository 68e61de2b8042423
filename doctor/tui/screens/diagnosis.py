"""One function: its findings on the left, and on the right why it fails and everything that is known about it, in tabs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from doctor.model.finding import Finding
from doctor.model.report import FunctionDetail
from doctor.report import copies
from doctor.report.lines import evidence, findings, raw, rule, states, why
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import apart
from doctor.report.lines.spans import Line, Span
from doctor.tui import keys
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.page import PageScreen
from doctor.tui.screens.panes import PanesScreen
from doctor.tui.screens.tabs import TABS, try_of
from doctor.tui.widgets.bindings import bindings

RANGES = (None, timedelta(hours=3), timedelta(hours=1), timedelta(minutes=15))
"""How far back logs and metrics are shown; ``None``: as far as they were read."""
_IN_TIME = ("Logs", "Metrics")
_WORDS = 58
"""Cells that the tabs' names need; below they are letters."""


class DiagnosisScreen(PanesScreen[findings.Entry]):
    """The diagnosis of one function."""

    scope = "diagnosis"
    BINDINGS = bindings("diagnosis")

    def __init__(self, name: str) -> None:
        super().__init__(list_first=False)
        self.function = name
        self.wrapped: bool = False
        """Whether long log lines are shown whole."""
        self.only = ""
        """Words that a log line must hold to be shown."""
        self._range = 0
        self.tried: dict[str, dict[str, str]] = {}
        """By tab, what the user asked for beside what is known."""
        self._tab = 0
        self._detail: FunctionDetail | None = None
        self._passed = False

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Under the list."""
        return ("Functions", self.function)

    def twin(self) -> Frame:
        """The same place."""
        return DiagnosisScreen(self.function)

    def entry(self, one: findings.Entry, width: int) -> Sequence[Line]:
        """A finding."""
        return findings.entry(one, width, self.glyphs)

    def key(self, one: findings.Entry) -> str:
        """Its fingerprint."""
        return one.key

    def session_changed(self) -> None:
        """Show the details once they are there; what was answered since appears where the page stands."""
        detail = self.session.detail(self.function)
        fresh = self.fresh()
        if detail is not None and detail is not self._detail:
            self._detail = detail
            self.table.show(findings.entries(detail))
            about = why.focus(detail)
            if about:
                self.table.point_at(about.fingerprint)
            self.view.show(self.page)
        elif detail is None or fresh:
            self.view.update()
        self.refresh_frame()

    def page(self, width: int) -> list[Line]:
        """The tab that is open."""
        if self._detail is None:
            error = self.session.known.failure("detail", function=self.function)
            if error:
                return states.failed(error, "R tries again.", width, self.glyphs)
            return states.loading(self.function, width, self.glyphs)
        return TABS[self._tab].page(self, self._detail, width, self.glyphs)

    def why(self, detail: FunctionDetail, width: int, glyphs: Glyphs) -> list[Line]:
        """The Why page about the finding under the cursor."""
        lines = why.page(detail, width, glyphs, fingerprint=self.fingerprint, next_commands=False)
        return lines + (evidence.passed(detail.passed, width, glyphs) if self._passed else [])

    @property
    def fingerprint(self) -> str:
        """Of the finding under the cursor; empty for the first root."""
        chosen = self.table.chosen
        return chosen.finding.fingerprint if chosen and chosen.finding else ""

    @property
    def about(self) -> Finding | None:
        """The finding that the screen is about."""
        return why.focus(self._detail, self.fingerprint) if self._detail else None

    def heading(self, width: int) -> Line:
        """The tabs, and on a narrow screen how many findings there are."""
        spans: list[Span] = [(" ", "text")]
        for number, tab in enumerate(TABS):
            text = f" {number + 1} {tab.title} " if width >= _WORDS else f" {number + 1}{tab.title[0]} "
            spans.append((text, "chosen" if number == self._tab else "dim"))
        found = len(self._detail.findings) if self._detail else 0
        if not self.has_class("-narrow") or not found:
            return tuple(spans)
        note: Line = (("Tab ", "key"), (f"{found} finding{'s' if found != 1 else ''}", "dim"))
        whole = apart(tuple(spans), note, width - 1, self.glyphs)
        return whole if whole[: len(spans)] == tuple(spans) else tuple(spans)

    def on_row_list_moved(self) -> None:
        """Another finding, another Why."""
        if self._tab == 0 and self._detail is not None:
            self.view.show(self.page)

    def _go(self, number: int) -> None:
        self._tab = number % len(TABS)
        if self.has_class("-list") and self.has_class("-narrow"):
            self.action_switch()
        self.view.show(self.page)
        self.refresh_frame()

    def action_tab(self, step: int) -> None:
        """The next or previous tab."""
        self._go(self._tab + step)

    def action_show_tab(self, number: str) -> None:
        """A tab by its number."""
        self._go(int(number) - 1)

    def action_open(self) -> None:
        """The page of the rule that found it."""
        about = self.about
        cards = [card for card in self._detail.rules if about and card.name == about.rule] if self._detail else []
        if cards:
            self.app.push_screen(PageScreen(cards[0].name, lambda width: rule.page(cards[0], width, self.glyphs)))
        else:
            self.tell("there is no finding here with a rule's page")

    def action_passed(self) -> None:
        """Show or hide the rules that found nothing."""
        self._passed = not self._passed
        self._go(0)

    def action_wrap(self) -> None:
        """Long log lines whole, or cut."""
        if TABS[self._tab].title != "Logs":
            self.tell("w wraps the lines of Logs")
            return
        self.wrapped = not self.wrapped
        self.view.update()

    @property
    def since(self) -> datetime | None:
        """From when on logs and metrics are shown, counted from the snapshot."""
        known, span = self.session.overview, RANGES[self._range]
        return known.taken_at - span if known and span else None

    def action_range(self) -> None:
        """The next time range of logs and metrics."""
        if TABS[self._tab].title in _IN_TIME:
            self._range = (self._range + 1) % len(RANGES)
            self.view.show(self.page)
        else:
            self.tell("t limits the time of Logs and of Metrics")

    def action_only(self) -> None:
        """Ask for the words that a log line must hold."""
        if TABS[self._tab].title != "Logs":
            self._go([tab.title for tab in TABS].index("Logs"))
        self.prompt.ask("only", "&", self.only)

    def typed(self, purpose: str, text: str) -> None:
        """Narrow the log while it is typed."""
        if purpose == "only":
            self.only = text.strip()
            self.view.show(self.page)
        else:
            super().typed(purpose, text)

    def left(self, purpose: str) -> None:
        """Escape shows all lines again."""
        if purpose == "only":
            self.typed(purpose, "")

    def action_escape(self) -> None:
        """Show all log lines again, then leave."""
        if self.only and TABS[self._tab].title == "Logs":
            self.typed("only", "")
        else:
            super().action_escape()

    def action_raw(self) -> None:
        """The finding under the cursor with its evidence, as JSON."""
        about = self.about
        if about is None:
            self._go(len(TABS) - 1)
        else:
            self.app.push_screen(PageScreen(about.rule, lambda width: raw.page(about, width, self.glyphs)))

    def action_attempt(self) -> None:
        """Ask for another destination, or another request."""
        tab = TABS[self._tab]
        if tab.asks:
            self.prompt.ask("try", f"{tab.asks}: ")
        else:
            self.tell("x asks on Net (a destination) and on Perm (an action)")

    def accepted(self, purpose: str, text: str) -> bool:
        """Ask what was typed."""
        if purpose != "try":
            return super().accepted(purpose, text)
        title = TABS[self._tab].title
        found = try_of(title, text)
        if not found:
            self.prompt.note("write service:Action and an ARN" if title == "Perm" else "write one destination")
            return False
        self.tried[title] = found
        self.view.show(self.page)
        return True

    def action_collect(self) -> None:
        """Ask again for what could not be answered, otherwise read the account again."""
        if not self.session.known.retry_all():
            super().action_collect()

    def action_reproduce(self) -> None:
        """Run the failing invocation."""
        self.doctor.open_run(self.function)

    def action_incident(self) -> None:
        """The incident that the finding under the cursor belongs to."""
        self.doctor.open_incidents(self.fingerprint or (self.about.fingerprint if self.about else ""))

    def action_compare(self) -> None:
        """What changed since it worked."""
        self.doctor.open_comparison(self.function)

    def action_console(self) -> None:
        """The function in AWS's console."""
        if self._detail:
            self.doctor.open_console(self._detail.row.arn)

    def action_fix(self) -> None:
        """Open the fixes of the finding under the cursor."""
        about = self.about
        if about and about.problem.fixes:
            self.doctor.open_fix(self.function, about)
        else:
            self.tell("no rule offers a fix for this")

    def copies(self) -> list[copies.Copy]:
        """The function, its finding, its evidence, commands."""
        made = copies.of_function(self._detail, self.about, self.session.where) if self._detail else []
        return [*made, *super().copies()]

    def footer_keys(self) -> list[tuple[str, str]]:
        """``x`` where it asks for something."""
        title = TABS[self._tab].title
        dead = set() if TABS[self._tab].asks else {"x"}
        dead |= set() if title == "Logs" else {"w", "&"}
        dead |= {"r", "i"} if title in _IN_TIME else {"t"}
        return [(key, title) for key, title in keys.footer(self.scope) if key not in dead]
