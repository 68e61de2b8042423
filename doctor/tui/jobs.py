"""Jobs in worker processes: one child for each job that may be cancelled, one that is kept for the others.

A child speaks JSON lines (``doctor.wire``). Ending a child cancels its job, always. An apply or an undo is never ended:
its child has a session of its own, so that it outlives the screen; closing its input tells it to make no further call.
"""

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import IO, Any, get_args

import msgspec

from doctor import wire
from doctor.model.events import ApiCall, Event
from doctor.model.plan import Receipt, Verification
from doctor.model.report import FunctionDetail, FunctionRow, Overview
from doctor.report.lines import states

COMMAND = (sys.executable, "-m", "doctor.worker")
STOPPED = "Stopped."
STILL_AT_WORK = "The worker no longer answers, but is still at work; see 'doctor history' for what it sends"
_CHUNK = 1 << 18
_GRACE = 1.0
"""Seconds between asking a child to end and ending it."""
_GLANCE = 0.01
"""Seconds between two looks at whether it has ended."""
QUESTIONS: frozenset[wire.Verb] = frozenset(get_args(wire.Question))
_NICE = 10
_KEPT = QUESTIONS | {"load"}
_APART: frozenset[wire.Verb] = frozenset({"apply", "undo"})


class Settled(msgspec.Struct, frozen=True):
    """The result of ``apply``."""

    receipt: Receipt
    verification: Verification


@cache
def decoder(verb: wire.Verb) -> "msgspec.json.Decoder[Any]":
    """What reads the result of a verb; made when it is first needed, as are the types: the first frame does without them."""
    from doctor.model import answers
    from doctor.model.outcome import Reproduction
    from doctor.model.plan import Rehearsal
    from doctor.model.sourced import FoundEvent
    from doctor.model.trace import Traced

    types: dict[wire.Verb, Any] = {
        "load": Overview,
        "detail": FunctionDetail,
        "network": answers.Reaching,
        "trace": Traced,
        "permissions": answers.Permitting,
        "can": answers.Asked,
        "incidents": tuple[answers.Incident, ...],
        "rules": tuple[answers.RuleRow, ...],
        "compare": answers.Comparison,
        "events": tuple[FoundEvent, ...],
        "history": tuple[Receipt, ...],
        "regions": tuple[answers.RegionCount, ...],
        "reproduce": Reproduction,
        "rehearse": Rehearsal,
        "apply": Settled,
        "undo": Receipt,
    }
    return msgspec.json.Decoder(types[verb])


_ROW = msgspec.json.Decoder(FunctionRow)
_EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_CALLS = msgspec.json.Decoder(list[ApiCall])
_TEXT = msgspec.json.Decoder(str)


def _spawn(command: Sequence[str], errors: IO[bytes], *, apart: bool) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, start_new_session=apart)


def _stand_back(pid: int) -> None:
    """Let the screen go first: what reads and computes must not make a key wait. A local run keeps its rank, it is timed."""
    with contextlib.suppress(OSError):  # it has ended already
        os.setpriority(os.PRIO_PROCESS, pid, _NICE)


class WorkerDied(Exception):
    """A child ended before its job did; the text is one line."""


@dataclass(frozen=True, kw_only=True)
class Handlers:
    """Who is told what a job says; exactly one of ``done`` and ``failed`` is called, once."""

    done: Callable[[Any], None]
    failed: Callable[[str], None]
    event: Callable[[Event], None] = lambda _: None
    row: Callable[[FunctionRow], None] = lambda _: None
    calls: Callable[[list[ApiCall]], None] = lambda _: None


class Child:
    """A worker process; it works on one job at a time.

    It is a plain ``subprocess.Popen``: asyncio's own subprocess kills its child when it is collected, and a child that
    changes an account must outlive the screen.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", reader: asyncio.StreamReader, errors: IO[bytes], *, apart: bool
    ) -> None:
        self._process = process
        self._apart = apart
        self._reader = reader
        self._errors = errors
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self.busy = False

    @classmethod
    async def start(cls, command: Sequence[str], *, apart: bool) -> "Child":
        """Start one; raises ``OSError`` when that is impossible."""
        errors = tempfile.TemporaryFile()  # noqa: SIM115 -- it lives as long as the child
        process = await asyncio.to_thread(_spawn, command, errors, apart=apart)
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), process.stdout)
        return cls(process, reader, errors, apart=apart)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    async def answers(self, command: wire.Command) -> AsyncIterator[wire.Message]:
        """Send a command and yield its answers, the last one included; raises ``WorkerDied``."""
        await asyncio.to_thread(self._send, wire.encode(command))
        kind = ""
        while kind not in ("done", "error"):
            message = wire.message(await self._line())
            if message.job == command.job:
                kind = message.kind
                yield message

    def _send(self, line: bytes) -> None:
        """Write a command; that the child is gone shows when its answer is read."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    async def _line(self) -> bytes:
        """The next line, from large reads: a burst of rows wakes the screen a few times only."""
        while not self._lines:
            chunk = await self._reader.read(_CHUNK)
            if not chunk:
                raise WorkerDied(await self._obituary())
            *whole, self._rest = (self._rest + chunk).split(b"\n")
            self._lines.extend(filter(None, whole))
        return self._lines.popleft()

    async def _obituary(self) -> str:
        """How it ended: it closed its output, so that it ends now, or is made to, unless it changes an account."""
        await self._wait()
        if self.alive and self._apart:
            return STILL_AT_WORK
        self._process.kill()
        status = self._process.wait()
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        return states.worker_died(status, "".join(last))

    async def _wait(self) -> None:
        """Give it a moment to end by itself."""
        for _ in range(round(_GRACE / _GLANCE)):
            if not self.alive:
                return
            await asyncio.sleep(_GLANCE)

    def hang_up(self) -> None:
        """Close its input: nothing more is asked, and an apply makes no further call."""
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    async def end(self) -> None:
        """End it: ask, and after a second insist."""
        if self.alive:
            self._process.terminate()
            await self._wait()
        if self.alive:
            self._process.kill()
            self._process.wait()
        self.hang_up()


@dataclass(kw_only=True, eq=False)
class Job:
    """One job: running until ``over``."""

    verb: wire.Verb
    command: wire.Command
    handlers: Handlers
    child: Child | None = None
    stopping: bool = False
    over: bool = False

    @property
    def apart(self) -> bool:
        """Whether it changes an account, so that it is never ended from here."""
        return self.verb in _APART


class Jobs:
    """All jobs of the screen. Its methods belong to the event loop's thread."""

    def __init__(self, command: Sequence[str], crashed: Callable[[BaseException], None]) -> None:
        self._argv = command
        self._crashed = crashed
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept: list[Child] = []
        self.running: list[Job] = []
        """Jobs that are not over, oldest first."""

    def start(self, verb: wire.Verb, arguments: Mapping[str, Any], handlers: Handlers) -> Job:
        """Start a job; its handlers are called from the event loop."""
        command = wire.Command(job=str(next(self._numbers)), verb=verb, arguments=dict(arguments))
        job = Job(verb=verb, command=command, handlers=handlers)
        self.running.append(job)
        self._spawn(self._run(job))
        return job

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error:
            self._crashed(error)

    async def _child_for(self, job: Job) -> Child:
        if job.verb not in _KEPT:
            return await Child.start(self._argv, apart=job.apart)
        self._kept = [child for child in self._kept if child.alive]
        idle = [child for child in self._kept if not child.busy]
        if not idle:
            idle = [await Child.start(self._argv, apart=False)]
            _stand_back(idle[0].pid)
            self._kept += idle
        return idle[0]

    async def _run(self, job: Job) -> None:
        """Carry a job to its end; whatever goes wrong with the child is told as one line."""
        failure = ""
        try:
            job.child = await self._child_for(job)
            job.child.busy = True
            async for message in job.child.answers(job.command):
                self._tell(job, message)
        except WorkerDied as died:
            failure = STOPPED if job.stopping else str(died)
        except OSError as error:
            failure = f"The worker cannot be started: {error}"
        except msgspec.MsgspecError as error:
            failure = f"The worker cannot be understood: {error}"
        if job.child:
            job.child.busy = False
            if job.verb not in _KEPT:
                job.child.hang_up()
        if failure:
            self._over(job, partial(job.handlers.failed, failure))

    def _tell(self, job: Job, message: wire.Message) -> None:
        handlers = job.handlers
        match message.kind:
            case "row":
                handlers.row(_ROW.decode(message.body))
            case "calls":
                handlers.calls(_CALLS.decode(message.body))
            case "done":
                self._over(job, partial(handlers.done, decoder(job.verb).decode(message.body)))
            case "error":
                self._over(job, partial(handlers.failed, _TEXT.decode(message.body)))
            case _:
                handlers.event(_EVENT.decode(message.body))

    def _over(self, job: Job, tell: Callable[[], None]) -> None:
        job.over = True
        self.running.remove(job)
        tell()

    def stop(self, job: Job) -> None:
        """Cancel a job by ending its child; of an apply only the next call is kept from being made."""
        if job.over or job.child is None:
            return
        job.stopping = True
        if job.apart:
            job.child.hang_up()
        else:
            self._spawn(job.child.end())

    async def close(self) -> None:
        """End every child but those that change an account."""
        children = {job.child for job in self.running if job.child and not job.apart} | set(self._kept)
        for job in self.running:
            job.stopping = True
        await asyncio.gather(*(child.end() for child in children))
