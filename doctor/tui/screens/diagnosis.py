"""One function: its findings on the left, and on the right why it fails, its logs, metrics, configuration and raw facts."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from doctor.model.report import FunctionDetail
from doctor.report.lines import config, evidence, findings, logs, metrics, raw, rule, states, why
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import apart
from doctor.report.lines.spans import Line, Span
from doctor.tui import keys
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.page import PageScreen
from doctor.tui.widgets.bar import Bar
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.rowlist import RowList


class Panes(Horizontal):
    """Findings and page side by side; one of them where the screen is narrow."""


class Tab(NamedTuple):
    """One view of a function."""

    title: str
    page: Callable[["DiagnosisScreen", FunctionDetail, int, Glyphs], list[Line]]


TABS = (
    Tab("Why", lambda on, detail, width, glyphs: on.why(detail, width, glyphs)),
    Tab("Logs", lambda on, detail, width, glyphs: logs.page(detail, width, glyphs, wrap=on.wrapped)),
    Tab("Metrics", lambda _, detail, width, glyphs: metrics.page(detail, width, glyphs)),
    Tab("Config", lambda _, detail, width, glyphs: config.page(detail, width, glyphs)),
    Tab("Raw", lambda _, detail, width, glyphs: raw.page(detail, width, glyphs)),
)


class DiagnosisScreen(Frame):
    """The diagnosis of one function."""

    scope = "diagnosis"
    BINDINGS = bindings("diagnosis")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.function = name
        self._tab = 0
        self._detail: FunctionDetail | None = None
        self._passed = False
        self.wrapped: bool = False
        """Whether long log lines are shown whole."""

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Under the list."""
        return ("Functions", self.function)

    def body(self) -> Iterable[Widget]:
        """Both panes."""
        glyphs = self.glyphs
        rows = RowList[findings.Entry](
            lambda entry, width: findings.entry(entry, width, glyphs),
            lambda entry: entry.key,
            glyphs,
            height=2,
            id="findings",
        )
        view = LineView(self._page, glyphs, id="view")
        yield Panes(rows, Vertical(Bar(self._tabs, glyphs, id="tabs", classes="-title"), view, id="page"))

    @property
    def table(self) -> RowList[findings.Entry]:
        """The findings."""
        return self.query_one("#findings", RowList)

    @property
    def view(self) -> LineView:
        """The page."""
        return self.query_one("#view", LineView)

    def on_mount(self) -> None:
        """Show the function, or that it is being read."""
        self.session_changed()
        self.view.focus()

    def session_changed(self) -> None:
        """Show the details once they are there."""
        detail = self.session.detail(self.function)
        if detail is not self._detail and detail is not None:
            self._detail = detail
            self.table.show(findings.entries(detail))
            about = why.focus(detail)
            if about:
                self.table.point_at(about.fingerprint)
            self.view.show(self._page)
        elif detail is None:
            self.view.update()
        self.refresh_frame()

    def _page(self, width: int) -> list[Line]:
        if self._detail is None:
            error = self.session.failures.get(self.function)
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

    def _tabs(self, width: int) -> Line:
        spans: list[Span] = [(" ", "text")]
        for number, tab in enumerate(TABS):
            text = f" {number + 1} {tab.title} " if width >= 50 else f" {number + 1}{tab.title[0]} "  # noqa: PLR2004 -- the words need 50 cells
            spans.append((text, "chosen" if number == self._tab else "dim"))
        found = len(self._detail.findings) if self._detail else 0
        if not self.has_class("-narrow") or not found:
            return tuple(spans)
        note: Line = (("Tab ", "key"), (f"{found} finding{'s' if found != 1 else ''}", "dim"))
        return apart(tuple(spans), note, width - 1, self.glyphs)

    def on_row_list_moved(self) -> None:
        """Another finding, another Why."""
        if self._tab == 0 and self._detail is not None:
            self.view.show(self._page)

    def _go(self, number: int) -> None:
        self._tab = number % len(TABS)
        if self.has_class("-list"):
            self.action_switch()
        self.view.show(self._page)
        self.query_one("#tabs").refresh()

    def action_tab(self, step: int) -> None:
        """The next or previous tab."""
        self._go(self._tab + step)

    def action_show_tab(self, number: int) -> None:
        """A tab by its number."""
        if number <= len(TABS):
            self._go(number - 1)

    def action_switch(self) -> None:
        """The other pane; a narrow screen shows one at a time."""
        to_list = not self.table.has_focus
        self.set_class(to_list and self.has_class("-narrow"), "-list")
        (self.table if to_list else self.view).focus()

    def action_open(self) -> None:
        """The page of the rule that found it."""
        about = why.focus(self._detail, self.fingerprint) if self._detail else None
        cards = [card for card in self._detail.rules if about and card.name == about.rule] if self._detail else []
        if cards:
            self.app.push_screen(PageScreen(cards[0].name, lambda width: rule.page(cards[0], width, self.glyphs)))
        else:
            self.tell("there is no finding here with a rule's page")

    def on_row_list_chosen(self) -> None:
        """A double click opens."""
        self.action_open()

    def action_passed(self) -> None:
        """Show or hide the rules that found nothing."""
        self._passed = not self._passed
        self._go(0)

    def action_wrap(self) -> None:
        """Long log lines whole, or cut."""
        self.wrapped = not self.wrapped
        self.view.update()

    def action_collect(self) -> None:
        """Read the function again where that failed, otherwise the account."""
        if self.function in self.session.failures:
            self.session.retry(self.function)
        else:
            super().action_collect()

    def action_reproduce(self) -> None:
        """Run the failing invocation."""
        self.doctor.open_run(self.function)

    def action_fix(self) -> None:
        """Open the fixes of the finding under the cursor."""
        about = why.focus(self._detail, self.fingerprint) if self._detail else None
        if about and about.problem.fixes:
            self.doctor.open_fix(self.function, about)
        else:
            self.tell("no rule offers a fix for this")

    def footer_keys(self) -> list[tuple[str, str]]:
        """The tabs by their numbers."""
        return [(f"1..{len(TABS)}" if key == "1..5" else key, title) for key, title in keys.footer(self.scope)]
