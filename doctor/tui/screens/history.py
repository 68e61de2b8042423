"""What was applied from this machine, whoever applied it when: each can still be taken back."""

from collections.abc import Sequence

from doctor.model import arns
from doctor.model.plan import Receipt
from doctor.report.lines import fix, receipt, states
from doctor.report.lines.spans import Line
from doctor.tui import keys
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.panes import PanesScreen
from doctor.tui.widgets.bindings import bindings
from doctor.tui.work import Repair

_NO_MATCH = "no match yet"


class HistoryScreen(PanesScreen[Receipt]):
    """All receipts, the newest first."""

    scope = "history"
    BINDINGS = bindings("history")

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """With how many there are."""
        found = self.session.known.get("history")
        return (f"History {len(found)}" if found else "History",)

    def twin(self) -> Frame:
        """The same place."""
        return HistoryScreen()

    def entry(self, one: Receipt, width: int) -> Sequence[Line]:
        """What became of it, and of whose change."""
        return receipt.entry(self._now(one), width, self.glyphs)

    def key(self, one: Receipt) -> str:
        """Its id."""
        return one.id

    def _repair(self, one: Receipt) -> Repair:
        return self.session.repair(f"receipt {one.id}")

    def _now(self, one: Receipt) -> Receipt:
        """The receipt as it stands since something was done with it here."""
        return self._repair(one).receipt or one

    def session_changed(self) -> None:
        """Show them once they are there, and follow what is taken back."""
        known = self.session.known
        found: tuple[Receipt, ...] = known.get("history") or ()
        works = [self._repair(one) for one in found]
        state = found, known.failure("history"), [(one.live, one.error, one.receipt) for one in works]
        if state != self._shown:
            self._shown = state
            self.lay(found)
        self.refresh_frame()

    def page(self, width: int) -> list[Line]:
        """The receipt under the cursor."""
        chosen, glyphs = self.table.chosen, self.glyphs
        if chosen is None:
            error = self.session.known.failure("history")
            if error:
                return states.failed(error, "R tries again.", width, glyphs)
            if self.session.known.get("history") is None:
                return states.busy("Reading what was applied", width, glyphs)
            return states.nothing_applied(width, glyphs)
        repair = self._repair(chosen)
        lines = receipt.page(self._now(chosen), None, width, glyphs, self.session.where)
        if repair.error:
            lines = [*states.failed(repair.error, "u tries again.", width, glyphs), (), *lines]
        if repair.running:
            lines += [(), *receipt.sending((), repair.live.lines, width, glyphs, undo=True)]
        return lines

    def _why_not(self, one: Receipt) -> str:
        """Why a receipt cannot be taken back from here; empty: it can."""
        known = self.session.overview
        if one.state == "undone":
            return "it is taken back already"
        if not self.session.allow_changes:
            return fix.READ_ONLY
        if known is None or (known.account, known.region) != (one.account, one.region) or not self.session.live:
            return f"open {one.account} {one.region} to take it back"
        return "wait until the running job is done" if self._repair(one).running else ""

    def action_undo(self) -> None:
        """Ask for the function's name, then take the receipt under the cursor back."""
        chosen = self.table.chosen
        said = self._why_not(self._now(chosen)) if chosen else "nothing is chosen"
        if chosen is None or said:
            self.tell(said)
            return
        self.prompt.ask("undo", f"Type {arns.name(chosen.function)} to take it back: ")
        self.prompt.note(_NO_MATCH)

    def typed(self, purpose: str, text: str) -> None:
        """Say whether it matches."""
        if purpose == "undo" and self.table.chosen:
            self.prompt.note("Enter sends it" if text == arns.name(self.table.chosen.function) else _NO_MATCH)
        else:
            super().typed(purpose, text)

    def accepted(self, purpose: str, text: str) -> bool:
        """Take it back, if and only if the name was typed."""
        chosen = self.table.chosen
        if purpose != "undo" or chosen is None:
            return super().accepted(purpose, text)
        if text != arns.name(chosen.function):
            return False
        self._repair(chosen).receipt = self._now(chosen)
        self.session.undo(f"receipt {chosen.id}")
        return True

    def footer_keys(self) -> list[tuple[str, str]]:
        """``u`` where it can be taken back."""
        chosen = self.table.chosen if self.is_mounted else None
        may = chosen is not None and not self._why_not(self._now(chosen))
        return [
            (key, title) for key, title in keys.footer(self.scope) if may or (key != "u" and (chosen or key != "Enter"))
        ]

    def action_collect(self) -> None:
        """Look again."""
        self.session.known.forget("history")
        self.session_changed()
