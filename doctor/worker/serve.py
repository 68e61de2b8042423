"""Read commands, run their jobs one after another, encode what they say."""

import traceback
from collections.abc import Iterator
from contextlib import suppress
from queue import SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import BinaryIO

import msgspec

from doctor.errors import DoctorError
from doctor.model.events import Event, Gated, Gauge, Line, Phase, Progress
from doctor.model.report import FunctionRow
from doctor.wire import Command, Kind, Message, command, encode
from doctor.worker.jobs import Session

_KINDS: dict[type, Kind] = {
    Progress: "progress",
    Line: "line",
    Phase: "phase",
    Gauge: "gauge",
    Gated: "gated",
    FunctionRow: "row",
}


class Answers:
    """The messages of one job, numbered."""

    def __init__(self, job: str, out: BinaryIO) -> None:
        self._job = job
        self._out = out
        self._seq = 0

    def say(self, kind: Kind, body: object) -> None:
        """Write one message."""
        message = Message(job=self._job, seq=self._seq, kind=kind, body=msgspec.Raw(msgspec.json.encode(body)))
        with suppress(BrokenPipeError):  # the screen is gone; a change that was begun is carried through all the same
            self._out.write(encode(message))
        self._seq += 1

    def event(self, event: Event | FunctionRow) -> None:
        """Write an event."""
        self.say(_KINDS[type(event)], event)


class Commands:
    """The lines of a stream, read in a thread of their own: a job can see that there will be no more of them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self.ended = Flag()
        Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: BinaryIO) -> None:
        for line in stream:
            self._lines.put(line)
        self.ended.set()
        self._lines.put(None)

    def __iter__(self) -> Iterator[bytes]:
        """The lines, as they come."""
        while (line := self._lines.get()) is not None:
            yield line


def serve(stream: BinaryIO, out: BinaryIO) -> None:
    """Carry out commands until there are no more. Every job ends in ``done`` or ``error``.

    The end of the stream while a change is being applied means: no further call.
    """
    commands = Commands(stream)
    with Session(stop=commands.ended.is_set) as session:
        for line in commands:
            try:
                one = command(line)
            except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, or not a command
                Answers("", out).say("error", f"not a command: {error}")
                continue
            _answer(session, one, Answers(one.job, out))


def _answer(session: Session, one: Command, answers: Answers) -> None:
    try:
        job = session.job(one.verb, one.arguments)
        while True:
            answers.event(next(job))
            _tell_calls(session, answers)
    except StopIteration as end:
        _tell_calls(session, answers)
        answers.say("done", end.value)
    except DoctorError as error:
        _tell_calls(session, answers)
        answers.say("error", str(error))
    except Exception as error:  # noqa: BLE001 -- the screen must hear of a defect too: it has no other way to
        traceback.print_exc()
        answers.say("error", f"a defect in doctor: {type(error).__name__}: {error}")


def _tell_calls(session: Session, answers: Answers) -> None:
    """Say what was sent to AWS meanwhile."""
    made = session.calls()
    if made:
        answers.say("calls", made)
