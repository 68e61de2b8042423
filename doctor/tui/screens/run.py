"""Reproduce: the failing invocation, run on this machine while we watch."""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from textual.widget import Widget

from doctor.model.sourced import FAILED, FoundEvent
from doctor.report import testcase
from doctor.report.lines import run, scene, states, why
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Line
from doctor.tui import editing, export
from doctor.tui.screens.frame import Frame
from doctor.tui.session import Session
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.work import Run

_FILE = "a file"


def page(session: Session, name: str, width: int, glyphs: Glyphs) -> list[Line]:
    """How the run of a function stands, or what it showed."""
    made, detail = session.run(name), session.detail(name)
    event = session.event(name)
    head = scene.page(event, session.offered(name), detail, width, glyphs)
    if made.result:
        fixed = session.mended(name)
        mended = (why.letter(fixed[0]), fixed[1]) if fixed else None
        seen = detail.invocations if detail else ()
        cloud = next((one for one in seen if one.request_id == made.result.cloud), None)
        limits = (detail.row.memory_size, detail.row.timeout) if detail else None
        return run.page(made.result, width, glyphs, cloud=cloud, mended=mended, head=head, limits=limits)
    if made.error:
        said = [(), *run.live(made.live, width, glyphs)] if made.live.lines or made.live.phases else []
        return [*head, (), *states.failed(made.error, "r runs it again.", width, glyphs), *said]
    if made.running:
        return [*head, (), *run.live(made.live, width, glyphs)]
    return [*head, (), *scene.waiting(event, width, glyphs)]


class RunScreen(Frame):
    """A run under way, or what it showed. Leaving does not stop it."""

    scope = "reproduce"
    BINDINGS = bindings("reproduce")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.function = name
        self._shown: object = None
        self._begun = False
        self._draft = ""
        """What was edited and is no JSON yet."""

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Under the function."""
        return (self.function, "Reproduce")

    @property
    def run(self) -> Run:
        """How it stands."""
        return self.session.run(self.function)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield LineView(self._page, self.glyphs)

    def on_mount(self) -> None:
        """Start, unless there is a run to show."""
        self.rest_focus()
        self.session_changed()

    def _begin(self) -> None:
        """Run the surest event as soon as it is known; an empty one only when it is asked for."""
        run = self.run
        if self._begun or run.running or run.result or run.error:
            return
        event = self.session.event(self.function)
        unknown = self.session.known.failure("events", function=self.function)
        self._begun = event is not None or bool(unknown)
        if unknown or (event is not None and event.kind != "empty"):
            self.session.reproduce(self.function)

    def _page(self, width: int) -> list[Line]:
        return page(self.session, self.function, width, self.glyphs)

    def session_changed(self) -> None:
        """Follow the output; show the result from its top."""
        self._begin()
        made, session = self.run, self.session
        shown = made.result or made.error or made.live
        state = (shown, session.detail(self.function), session.event(self.function), session.mended(self.function))
        if state != self._shown:
            self._shown = state
            self.query_one(LineView).show(self._page, follow=made.running)
        self.refresh_frame()

    def twin(self) -> Frame:
        """The same run."""
        return RunScreen(self.function)

    def action_again(self) -> None:
        """Run it once more."""
        self.session.reproduce(self.function)

    def action_attempt(self) -> None:
        """Choose another event."""
        offered = {one.source: one for one in self.session.offered(self.function)}
        entries = [(name, "of a failed invocation" if one.kind in FAILED else "") for name, one in offered.items()]
        self.doctor.choose("Run it with", [*entries, (_FILE, "JSON")], lambda label: self._chosen(offered.get(label)))

    def _chosen(self, event: FoundEvent | None) -> None:
        if event is None:
            self.prompt.ask("event", "file with the event: ")
        else:
            self.session.choose(self.function, event)

    def action_edit(self) -> None:
        """The event in the user's own editor; then it can be run."""
        event, command = self.session.event(self.function), editing.editor(os.environ)
        if event is None or self.run.running:
            self.tell("wait until the event is known and nothing runs")
        elif not command:
            self.tell("set EDITOR to the editor that shall open it")
        else:
            with self.app.suspend():
                text, wrong = editing.edit(command, self._draft or _indented(_text(event)))
            self.app.refresh(layout=True)
            self._edited(event, text, wrong)

    def _edited(self, event: FoundEvent, text: str, wrong: str) -> None:
        """Take an edited event over, if it is one."""
        self._draft = text
        said = wrong or not_json(text)
        if said:
            self.tell(said)
            return
        self._draft = ""
        if text != _indented(_text(event)):
            source = f"edited here, from: {event.source.removeprefix('edited here, from: ')}"
            self.session.choose(
                self.function, FoundEvent(kind="given", source=source, event=msgspec.Raw(text.encode()))
            )
        self.tell("r runs it")

    def accepted(self, purpose: str, text: str) -> bool:
        """Take the event from a file, or write the run as a test."""
        if purpose == "event":
            return self._from_file(text.strip())
        if purpose == "test" and text.strip() and self.run.result:
            self.tell(export.write_test(text.strip(), self.function, self.run.result, self.session.where))
            return True
        return super().accepted(purpose, text)

    def _from_file(self, name: str) -> bool:
        try:
            text = Path(name).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.prompt.note(f"cannot be read: {getattr(error, 'strerror', None) or 'not text'}")
            return False
        wrong = not_json(text)
        if wrong:
            self.prompt.note(wrong)
            return False
        self.session.choose(
            self.function,
            FoundEvent(kind="given", source=f"the file {Path(name).name}", event=msgspec.Raw(text.encode())),
        )
        return True

    def action_save(self) -> None:
        """Write the run as a test, with its event beside it."""
        if self.run.result and self.run.result.run:
            self.prompt.ask("test", "write a test to: ", testcase.names(self.function)[0])
        else:
            self.tell("run it first: a test keeps what a run showed")

    def footer_keys(self) -> list[tuple[str, str]]:
        """``S`` once there is something to save."""
        return [(key, title) for key, title in super().footer_keys() if key != "S" or self.run.result]

    def action_fix(self) -> None:
        """Open the fixes of the function's first root."""
        said = self.doctor.open_first_fix(self.function)
        if said:
            self.tell(said)


def _text(event: FoundEvent) -> str:
    return bytes(event.event).decode()


def _indented(text: str) -> str:
    """An event as it is edited."""
    return text if not_json(text) else msgspec.json.format(text, indent=2)


def not_json(text: str) -> str:
    """Why a text is no event; empty: it is one."""
    try:
        msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    return ""
