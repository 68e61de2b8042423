"""The rules: what each looks for, and what it said about this account."""

from collections.abc import Sequence

from doctor.model.answers import RuleRow
from doctor.model.report import RuleCard
from doctor.report.lines import rulebook, states
from doctor.report.lines.spans import Line
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.page import PageScreen
from doctor.tui.screens.panes import PanesScreen
from doctor.tui.widgets.bindings import bindings


class RulesScreen(PanesScreen[RuleRow]):
    """All rules: those that hit something first."""

    scope = "rules"
    BINDINGS = bindings("rules")

    def __init__(self, name: str = "") -> None:
        super().__init__(list_first=not name)
        self._wanted = name
        self._pattern = ""

    @property
    def crumbs(self) -> tuple[str, ...]:
        """With how many there are, or are shown."""
        found = self.session.known.get("rules")
        shown = f"{len(self.table.rows)} of " if self._pattern and self.is_mounted else ""
        return (f"Rules {shown}{len(found)}" if found else "Rules",)

    def twin(self) -> Frame:
        """The same place."""
        return RulesScreen()

    def entry(self, one: RuleRow, width: int) -> Sequence[Line]:
        """Name, how often it hit, what it says."""
        return rulebook.entry(one, width, self.glyphs)

    def key(self, one: RuleRow) -> str:
        """Its name."""
        return one.card.name

    def session_changed(self) -> None:
        """Show them once they are there."""
        if self.fresh():
            self._lay()
            if self._wanted and self.table.point_at(self._wanted):
                self._wanted = ""
        self.refresh_frame()

    def _lay(self) -> None:
        every: tuple[RuleRow, ...] = self.session.known.get("rules") or ()
        words = self._pattern.casefold().split()
        self.lay([one for one in every if all(word in _text(one) for word in words)])

    def page(self, width: int) -> list[Line]:
        """The rule under the cursor."""
        chosen = self.table.chosen
        if chosen:
            return rulebook.page(chosen, width, self.glyphs)
        error = self.session.known.failure("rules")
        if error:
            return states.failed(error, "R tries again.", width, self.glyphs)
        every = self.session.known.get("rules")
        if every:
            return states.nothing_matches(self._pattern, len(every), width, self.glyphs)
        return states.busy("Counting what the rules said", width, self.glyphs)

    def action_open(self) -> None:
        """A function that it found something about."""
        chosen = self.table.chosen
        if self.table.has_focus and self.has_class("-narrow"):
            self.action_switch()
        elif chosen and len(chosen.hit) == 1:
            self.doctor.open_function(chosen.hit[0])
        elif chosen and chosen.hit:
            self.doctor.choose("Which function?", [(name, "") for name in chosen.hit], self.doctor.open_function)
        elif chosen:
            self.tell("this rule found nothing here")

    def action_attempt(self) -> None:
        """Choose a function, and show what this rule says of it."""
        chosen = self.table.chosen
        if chosen:
            names = [(row.name, row.why) for row in self.session.rows]
            title = f"{chosen.card.name} on which function?"
            self.doctor.choose(title, names, lambda name: self._try(chosen.card, name))

    def _try(self, card: RuleCard, name: str) -> None:
        def page(width: int) -> list[Line]:
            detail = self.session.detail(name)
            if detail is not None:
                return rulebook.tried(card, detail, width, self.glyphs)
            error = self.session.known.failure("detail", function=name)
            if error:
                return states.failed(error, "R in the list of rules tries again.", width, self.glyphs)
            return states.busy(f"Trying {card.name} on {name}", width, self.glyphs)

        self.app.push_screen(PageScreen(f"{card.name} on {name}", page))

    def action_filter(self) -> None:
        """Type a filter."""
        self.prompt.ask("filter", "/", self._pattern)

    def typed(self, purpose: str, text: str) -> None:
        """Filter while it is typed."""
        if purpose == "filter":
            self._pattern = text
            self._lay()
            self.refresh_frame()
        else:
            super().typed(purpose, text)

    def left(self, purpose: str) -> None:
        """Escape clears the filter."""
        if purpose == "filter":
            self.typed("filter", "")

    def action_collect(self) -> None:
        """Ask again for what could not be answered, otherwise read the account again."""
        if not self.session.known.retry_all():
            super().action_collect()


def _text(one: RuleRow) -> str:
    """What a filter looks in."""
    hit = "hit " if one.hit else ""
    return f"{hit}{one.card.name} {one.card.severity} {one.folder} {one.card.summary} {' '.join(one.covers)}".casefold()
