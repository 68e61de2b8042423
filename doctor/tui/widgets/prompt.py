"""One line to type in: a filter, a search, a place to go to, a name that confirms."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from doctor.report.lines.spans import clean
from doctor.tui.widgets.bindings import bindings


class Prompt(Horizontal):
    """Hidden until asked; says what is typed, what was accepted, and when it is left."""

    BINDINGS = bindings("prompt")

    class Typed(Message):
        """The text changed."""

        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    class Accepted(Typed):
        """Enter was pressed."""

    class Left(Message):
        """Escape was pressed."""

        def __init__(self, purpose: str) -> None:
            super().__init__()
            self.purpose = purpose

    def __init__(self) -> None:
        super().__init__(classes="-hidden")
        self._purpose = ""
        self._earlier: dict[str, list[str]] = {}
        self._recalled = 0

    def compose(self) -> ComposeResult:
        """Label, line, note; none of them reads markup."""
        yield Static("", classes="prompt--label", markup=False)
        yield Input(compact=True, select_on_focus=False)
        yield Static("", classes="prompt--note", markup=False)

    @property
    def purpose(self) -> str:
        """What is asked for at present; empty while hidden."""
        return self._purpose

    @property
    def text(self) -> str:
        """What was typed."""
        return self.query_one(Input).value

    def ask(self, purpose: str, label: str, text: str = "") -> None:
        """Show the line and take the keys."""
        self._purpose = purpose
        self._recalled = 0
        self.query_one(".prompt--label", Static).update(f" {clean(label)}")
        self.note("")
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)
        self.remove_class("-hidden")
        line.focus()

    def note(self, text: str) -> None:
        """Say something at the end of the line: ``3 of 841``."""
        self.query_one(".prompt--note", Static).update(f" {clean(text)} " if text else "")

    def hide(self) -> None:
        """Give the keys back; the screen decides who gets them."""
        self._purpose = ""
        self.add_class("-hidden")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what is typed while it is typed."""
        event.stop()
        if self._purpose:
            self.post_message(self.Typed(self._purpose, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter, from the line itself."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Accept what is typed, and remember it."""
        earlier = self._earlier.setdefault(self._purpose, [])
        if self.text and self.text not in earlier[-1:]:
            earlier.append(self.text)
        self.post_message(self.Accepted(self._purpose, self.text))

    def action_recall(self) -> None:
        """Bring back what was typed before, older with each press."""
        earlier = self._earlier.get(self._purpose, [])
        if earlier:
            self._recalled = min(self._recalled + 1, len(earlier))
            self.query_one(Input).value = earlier[-self._recalled]
            self.query_one(Input).action_end()

    def action_leave(self) -> None:
        """Leave without accepting."""
        self.post_message(self.Left(self._purpose))
