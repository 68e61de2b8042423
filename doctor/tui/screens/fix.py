"""Fix: prove it here, type the function's name, apply it, see it verified, take it back."""

from collections.abc import Iterable

from textual.widget import Widget

from doctor.model.finding import Finding
from doctor.model.plan import Proved
from doctor.report import copies
from doctor.report.lines import fix, forms, receipt, run, states, why
from doctor.report.lines.layout import divider, measure
from doctor.report.lines.spans import Line
from doctor.tui import keys
from doctor.tui.screens.frame import Frame
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.work import Repair

_SENDING = ("apply", "undo")
_DEAD = "no match yet"


class FixScreen(Frame):
    """The fixes of one finding, for one function."""

    scope = "fix"
    BINDINGS = bindings("fix")

    def __init__(self, name: str, finding: Finding) -> None:
        super().__init__()
        self.function = name
        self._finding = finding
        self._shown: object = None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Under the function."""
        return (self.function, f"Fix {why.letter(self.repair.chosen)}")

    @property
    def repair(self) -> Repair:
        """How far it has come."""
        return self.session.repair(self._finding.fingerprint)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield LineView(self._page, self.glyphs)

    def on_mount(self) -> None:
        """Show how far it has come."""
        self.rest_focus()
        self.session_changed()

    def _page(self, width: int) -> list[Line]:
        repair, glyphs = self.repair, self.glyphs
        lines: list[Line] = []
        if repair.error:
            sending = repair.job is not None and repair.job.apart
            now = "What was sent before it is in 'doctor history'." if sending else "Enter tries again."
            lines += [*states.failed(repair.error, now, width, glyphs), ()]
        if repair.receipt and not repair.running:
            lines += [*receipt.page(repair.receipt, repair.verification, width, glyphs, self.session.where), ()]
        lines += fix.page(
            self._finding, repair.chosen, repair.rehearsal, width, glyphs, form=repair.form, rehearsed=repair.rehearsals
        )
        if repair.running and repair.job and repair.job.apart:
            steps = repair.rehearsal.plan.steps if repair.rehearsal else ()
            undo = repair.job.verb == "undo"
            return [*lines, (), *receipt.sending(steps, repair.live.lines, width, glyphs, undo=undo)]
        if repair.running:
            return [*lines, (), *run.live(repair.live, width, glyphs)]
        return [*lines, (), *self._next(width)] if self._has_steps() else lines

    def _has_steps(self) -> bool:
        return bool(self._finding.problem.fixes[self.repair.chosen].steps)

    def _next(self, width: int) -> list[Line]:
        """What stands between this page and the account."""
        repair, session = self.repair, self.session
        context = session.context(())
        account = f"{context.account} {context.region}"
        title = divider("APPLY", measure(width), self.glyphs, account)
        if repair.rehearsal is None:
            return [title, ((" Enter proves it first: in the model, then by running it here.", "text"),)]
        allowed = session.allow_changes
        said = fix.confirmation(
            repair.rehearsal, self.function, width, allowed=allowed, live=session.live, index=repair.chosen
        )
        return [title, *said]

    def session_changed(self) -> None:
        """Follow the job; show what came of it from the top."""
        repair = self.repair
        state = (repair.live, repair.error, repair.receipt, repair.rehearsal, repair.running)
        if state != self._shown:
            self._shown = state
            self._view.show(self._page, follow=repair.running)
            if repair.rehearsal and not (repair.running or repair.receipt or repair.error):
                self._view.reveal("PROVED ")
        self.refresh_frame()

    @property
    def _view(self) -> LineView:
        return self.query_one(LineView)

    @property
    def may_apply(self) -> bool:
        """Whether typing the name would send anything."""
        repair, session = self.repair, self.session
        return (
            isinstance(repair.rehearsal, Proved)
            and session.allow_changes
            and session.live
            and not repair.running
            and not self._applied
        )

    @property
    def _applied(self) -> bool:
        """Whether something of ours is in the account."""
        made = self.repair.receipt
        return made is not None and made.state != "undone"

    @property
    def may_undo(self) -> bool:
        """Whether there is something of ours to take back."""
        return self._applied and self.session.allow_changes and not self.repair.running

    def twin(self) -> Frame:
        """The same fix."""
        return FixScreen(self.function, self._finding)

    def copies(self) -> list[copies.Copy]:
        """The steps in each form, the one on the screen first."""
        repair = self.repair
        plan = repair.rehearsal.plan if repair.rehearsal else None
        steps = plan.steps if plan else self._finding.problem.fixes[repair.chosen].steps
        named = sorted(forms.FORMS[1:], key=lambda form: form != repair.form) if steps else []
        made = [copies.Copy(form, forms.text(form, steps, plan.owner if plan else None)) for form in named]
        return [*made, copies.Copy("policy to ask for", copies.to_ask_for(steps)), *super().copies()]

    def action_choose(self, step: int) -> None:
        """The next or previous fix."""
        self._choose((self.repair.chosen + step) % len(self._finding.problem.fixes))

    def action_pick(self, letter: str) -> None:
        """A fix by its letter."""
        wanted = [index for index in range(len(self._finding.problem.fixes)) if why.letter(index) == letter]
        if wanted:
            self._choose(wanted[0])
        else:
            self.tell(f"there is no fix {letter}")

    def _choose(self, index: int) -> None:
        if not self.repair.running:
            self.repair.chosen = index
            self._view.show(self._page)
            self.refresh_frame()

    def action_tab(self, step: int) -> None:
        """The steps in the next or previous form."""
        self._form((forms.FORMS.index(self.repair.form) + step) % len(forms.FORMS))

    def action_show_tab(self, number: str) -> None:
        """The steps in a form by its number."""
        self._form(int(number) - 1)

    def _form(self, index: int) -> None:
        if not self._has_steps():
            self.tell("this fix is done by hand")
            return
        self.repair.form = forms.FORMS[index]
        self._view.show(self._page)

    def action_prove(self) -> None:
        """Rehearse the chosen fix; once it is proved, ask for the name."""
        if self.may_apply:
            self._ask("apply", f"Type {self.function} to apply fix {why.letter(self.repair.chosen)}:")
        elif self.repair.running:
            self.tell("wait until the running job is done")
        elif not self._has_steps():
            self.tell("this fix is done by hand")
        elif self.repair.rehearsal is None:
            self.session.rehearse(self.function, self._finding.fingerprint)
        else:
            self.tell(self._why_not())

    def _why_not(self) -> str:
        if self._applied:
            return "this fix was applied; u takes it back"
        if not isinstance(self.repair.rehearsal, Proved):
            return "this fix was not proved: it cannot be applied from here"
        if not self.session.live:
            return "the account behind this snapshot cannot be reached from here"
        return fix.READ_ONLY

    def action_undo(self) -> None:
        """Ask for the name, then take the fix back."""
        if self.may_undo:
            self._ask("undo", f"Type {self.function} to take it back:")
        elif self.repair.receipt and not self.session.allow_changes:
            self.tell(fix.READ_ONLY)
        else:
            self.tell("nothing was applied from here")

    def _ask(self, purpose: str, label: str) -> None:
        self.prompt.ask(purpose, label + " ")
        self.prompt.note(_DEAD)

    def typed(self, purpose: str, text: str) -> None:
        """Say whether it matches."""
        if purpose in _SENDING:
            self.prompt.note("Enter sends it" if text == self.function else _DEAD)
        else:
            super().typed(purpose, text)

    def accepted(self, purpose: str, text: str) -> bool:
        """Send, if and only if the name was typed."""
        if purpose not in _SENDING:
            return super().accepted(purpose, text)
        if text != self.function:
            return False
        if purpose == "apply":
            self.session.apply(self.function, self._finding.fingerprint)
        else:
            self.session.undo(self._finding.fingerprint)
        return True

    def footer_keys(self) -> list[tuple[str, str]]:
        """Enter proves, then applies; ``u`` is shown while there is something to undo."""
        done = self._applied or not self._has_steps() or self.repair.rehearsal is not None
        titles = {"Enter": "apply" if self.may_apply else "prove"}
        dead = set() if self.may_undo else {"u"}
        dead |= {"Enter"} if self.repair.running or (done and not self.may_apply) else set()
        dead |= set() if self._has_steps() else {"[ ]"}
        dead |= {"A,B"} if len(self._finding.problem.fixes) == 1 else set()
        return [(key, titles.get(key, title)) for key, title in keys.footer(self.scope) if key not in dead]
