"""An execution environment: initialised once, invoked one event at a time, frozen in between, reset after a fault.

Source: "Understanding the Lambda execution environment lifecycle" in the Lambda developer guide.
"""

import selectors
import time
from collections.abc import Callable, Generator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from doctor.errors import SandboxError
from doctor.model.events import Event, Job
from doctor.model.function import LoggingConfig
from doctor.model.measured import Import
from doctor.model.record import Record
from doctor.model.telemetry import LogLine
from doctor.sandbox import endings, records, texts
from doctor.sandbox.calibration import calibrated
from doctor.sandbox.cell import Cell, Walls
from doctor.sandbox.delivery import NOBODY, Caller, Delivery, delivery
from doctor.sandbox.endings import Ending
from doctor.sandbox.imports import tree
from doctor.sandbox.journal import Journal
from doctor.sandbox.life import STACK, Life, Program
from doctor.sandbox.limits import Limits
from doctor.sandbox.outside import held
from doctor.sandbox.records import Figures, InitPhase
from doctor.sandbox.subscriptions import Subscriptions

if TYPE_CHECKING:  # it needs the package cryptography, which a run without a network does without
    from doctor.sandbox.gate.gate import Gate

_MB = 1024 * 1024
_TICK = 0.25
_FINE_TICK = 0.02
"""While something waits to be sent: less than the shortest time that a subscriber may ask for."""
_REASONS = {"timeout": "timeout", "success": "spindown"}
"""What extensions are told when their environment is reset; else ``failure``."""


class Setup(Record):
    """What an environment is made for. Timeout in seconds, memory in MB."""

    function_name: str
    function_arn: str
    version: str
    runtime_version: str
    timeout: float
    memory_size: int
    logging: LoggingConfig = LoggingConfig()
    walls: Walls
    program: Program


class Invocation(Record):
    """One invocation, whole."""

    request_id: str
    ending: Ending
    figures: Figures
    log: tuple[LogLine, ...]
    """Its lines, those of the initialisation before it included."""


class Environment:
    """One execution environment. Whoever makes one closes it: every process in it ends then.

    Args:
        setup: What it is made for.
        limits: Lambda's own limits.
        gate: What the handler's network leads to, where the setup has a wire for it.

    Raises:
        SandboxError: This machine does not allow the isolation.
    """

    def __init__(self, setup: Setup, limits: Limits, gate: "Gate | None" = None) -> None:
        self.imports: Import | None = None
        """What the handler's module imports, when the runtime was asked to measure it."""
        self.journal = Journal(setup.logging, limits.log_style, setup.memory_size)
        self.unreachable = 0
        """Attempts to reach the network, as the kernel counted them."""
        self._setup, self._limits = setup, limits
        self._life: Life | None = None
        self._used = False
        self._held = self._peak = 0
        self.calibrated = calibrated(None, setup.memory_size, 0)
        self._restore_duration: float | None = None
        self._measured: dict[str, Any] = {}
        self.by: dict[str, Any] = {}
        """By what memory and processor share are held, as the launcher tells it."""
        self._gate, self.tier = gate, setup.walls.tier
        self._cell = Cell(setup.walls)
        self.outside = held(self._cell, gate)
        """What holds the network where the sandbox does not."""
        self.no_network, self.no_ipv6 = self._cell.no_wire, self._cell.no_ipv6 if setup.walls.ipv6 else ""
        """Why the handler has no network, or no IPv6, although there is a gate; empty: it has, or was to have none."""
        if gate is not None and self.outside is None and (wire := self._cell.take_wire()):
            gate.open(*wire)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._cell.control, selectors.EVENT_READ, lambda _events: self._hear())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process, and let go of everything."""
        self._cell.close()
        for one in (self.outside, self._gate):
            if one is not None:
                one.close()
        if self._life is not None:
            self._life.close()
            self._life = None
        self._selector.close()

    def invoke(self, event: bytes, caller: Caller = NOBODY) -> Job[Invocation]:
        """Run one event, initialising first where that is due.

        Args:
            event: The event as JSON text.
            caller: What its caller added.

        Raises:
            SandboxError: The sandbox itself was ended from outside.
        """
        began = len(self.journal.log)
        init_duration = None
        if not self._used:
            self._used = True
            init_duration = yield from self._cold_start()
            if init_duration is not None:
                yield from self._calibrate()
        started = time.monotonic()
        deadline = started + self._setup.timeout
        sent = delivery(event, caller, self._setup.function_arn, self._setup.timeout)
        request_id = sent.request_id
        self.journal.time(started, self._setup.timeout)
        ending = None
        if self._life is None:
            ending = yield from self._initialise("invoke", deadline, request_id)
        self.journal.record(records.start(request_id, self._setup.version))
        if ending is None:
            ending = yield from self._run(sent, deadline)
        ending, figures = yield from self._finish(request_id, ending, started, init_duration)
        return Invocation(request_id=request_id, ending=ending, figures=figures, log=tuple(self.journal.log[began:]))

    def _calibrate(self) -> Generator[Event, None, None]:
        """Leave the handler as much above what lies idle here as it has above that on Lambda."""
        if self._limits.logged is not None:
            yield from self._stand()
            self.calibrated = calibrated(self._limits.logged, self._setup.memory_size, self._held)
            if self.calibrated.limit and self._limits.memory != "none":
                self._cell.limit(self.calibrated.limit * _MB)

    def _cold_start(self) -> Generator[Event, None, float | None]:
        """Initialise before the first invocation; the milliseconds it took, or ``None`` when it failed."""
        started = time.monotonic()
        kind = self._setup.program.initialization
        phase: InitPhase = "snap-start" if kind == "snap-start" else "init"
        limit = self._limits.init_timeout
        if kind != "on-demand":
            limit = max(self._limits.snap_start_timeout, self._setup.timeout)
        self.journal.time(started, limit)
        ending = yield from self._initialise(phase, started + limit, "")
        return None if ending or self._restore_duration is not None else (time.monotonic() - started) * 1000

    def _initialise(self, phase: InitPhase, deadline: float, request_id: str) -> Generator[Event, None, Ending | None]:
        """Start the runtime and wait until it asks for an event; how it ended, when it does not."""
        setup, started = self._setup, time.monotonic()
        began, kind = len(self.journal.events), setup.program.initialization
        self.journal.record(records.init_start(phase, setup.runtime_version, setup.function_name, setup.version, kind))
        self.journal.phase("init", "started")
        life = self._life = self._born(began)
        self._cell.deadline(deadline)
        in_time = yield from self._until(lambda: life.snapped or life.settled, deadline)
        self._cell.deadline(None)
        life.extensions.closed = life.subscriptions.closed = True
        for name, events in life.extensions.names.items():
            self.journal.record(records.extension(name, events, life.extensions.fault))
        duration = (time.monotonic() - started) * 1000
        life.drain()
        ending = self._fate(life, request_id) if in_time else self._late(request_id)
        status, error_type = (ending.status, ending.error_type) if ending else ("success", "")
        self.journal.record(*records.init_done(phase, status, duration, error_type, kind))
        self.journal.phase("init", status, duration)
        if life.snapped and not ending:
            ending = yield from self._restore(life)
        if ending:
            yield from self._reset(_REASONS.get(ending.status, "failure"))
        return ending

    def _born(self, began: int) -> Life:
        """New processes; subscribers are told what happened since that many events."""
        subscriptions = Subscriptions(self.journal, self._selector, self._cell.dial, began)
        return Life(
            self._cell,
            self._selector,
            self._setup.program,
            payload=self._limits.payload,
            write=self._write,
            subscriptions=subscriptions,
        )

    def _write(self, source: str, at: datetime, text: str) -> None:
        """Take a record that a process wrote: the handler's go to the log, what was measured does not."""
        measured = tree(text) if source == "function" else None
        if source == STACK:
            self.journal.doing = self._cell.as_on_lambda(text)
        elif measured is None:
            self.journal.write(source, at, self._cell.as_on_lambda(text))
        else:
            self.imports = measured

    def _restore(self, life: Life) -> Generator[Event, None, Ending | None]:
        """Go on as if restored from a snapshot; how that ended, when the runtime does not ask for an event then."""
        started = time.monotonic()
        version = {"runtimeVersion": self._setup.runtime_version, "runtimeVersionArn": ""}
        self.journal.record(records.event("platform.restoreStart", version))
        self.journal.phase("restore", "started")
        life.restore()
        in_time = yield from self._until(lambda: life.settled, started + self._limits.restore_timeout)
        life.drain()
        duration = (time.monotonic() - started) * 1000
        ending = self._fate(life, "") if in_time else endings.not_restored()
        status, error_type = (ending.status, ending.error_type) if ending else ("success", "")
        self.journal.record(*records.restored(status, duration, error_type))
        self.journal.phase("restore", status, duration)
        self._restore_duration = None if ending else duration
        return ending

    def _run(self, sent: Delivery, deadline: float) -> Generator[Event, None, Ending]:
        """Deliver the event to the waiting runtime; how the invocation ended."""
        life = self._life
        if life is None:
            raise SandboxError("the runtime ended between two invocations; invoke it again")
        self.journal.phase("invoke", "started")
        self._cell.go(deadline)
        life.deliver(sent.request_id, sent.for_runtime())
        life.extensions.tell("INVOKE", sent.for_extensions())
        in_time = yield from self._until(lambda: life.ready or life.over, deadline)
        life.drain()
        if not in_time:
            return self._late(sent.request_id)
        return self._fate(life, sent.request_id) or endings.after_exit(sent.request_id, 0, oom=False)

    def _late(self, request_id: str) -> Ending:
        return endings.timed_out(request_id, self._setup.timeout, self._limits.log_style)

    def _fate(self, life: Life, request_id: str) -> Ending | None:
        """What became of a runtime process; ``None``: it waits for its first event."""
        api, program = life.api, self._setup.program.argv[0]
        if life.extensions.fault:
            return endings.extension_failed(request_id, *life.extensions.fault)
        if life.no_exec:
            return endings.without_entrypoint(request_id, program, texts.exec_error(life.no_exec))
        if api.init_fault:
            return endings.after_init_fault(api.init_fault)
        if api.answer and (life.ready or api.answer.too_large):
            return endings.answered(api.answer)
        if api.fault and life.ready:
            return endings.failed(api.fault)
        if life.exit is not None and life.exit["late"]:
            return self._late(request_id)
        if life.exit is not None:
            said, code, oom = api.fault or api.answer, life.exit["code"], life.exit["oom"]
            body = said.body if said else b""
            return endings.after_exit(request_id, code, oom=oom, said=body, raised=api.fault is not None)
        return None

    def _finish(
        self, request_id: str, ending: Ending, started: float, init_duration: float | None
    ) -> Generator[Event, None, tuple[Ending, Figures]]:
        """Measure and freeze, write END and REPORT, and reset where that is due."""
        elapsed = (time.monotonic() - started) * 1000
        ending = endings.as_on_lambda((yield from self._measure(request_id, ending)), self._cell.as_on_lambda)
        figures = Figures(
            duration=ending.seconds * 1000 if ending.kind == "timed_out" else elapsed,
            init_duration=init_duration,
            restore_duration=self._restore_duration,
            memory_size=self._setup.memory_size,
            max_memory_used=self.calibrated.of(self._peak, self._setup.memory_size),
        )
        self._restore_duration = None
        self.journal.record(
            records.done(request_id, ending.status, ending.error_type, figures.duration, len(ending.payload))
        )
        self.journal.record(records.report(request_id, ending.status, ending.error_type, figures, ending.detail))
        self.journal.phase("invoke", ending.status, figures.duration)
        yield from self.journal.pending()
        if ending.resets or (self._life and self._life.over):
            yield from self._reset(_REASONS.get(ending.status, "failure"))
        return ending, figures

    def _measure(self, request_id: str, ending: Ending) -> Generator[Event, None, Ending]:
        """Take the last figures. A peak over the limit, however short, is a kill, also when the answer was quicker."""
        yield from self._stand()
        life = self._life
        if life is None or not self._measured.get("killing"):
            return ending
        yield from self._until(lambda: life.over, time.monotonic() + self._limits.grace)
        if life.exit is None:
            return ending
        return endings.after_exit(request_id, life.exit["code"], oom=True)

    def _stand(self) -> Generator[Event, None, None]:
        """Have everything stand still, and take what it holds then."""
        self._measured = {}
        self._cell.stand()
        yield from self._until(lambda: bool(self._measured), time.monotonic() + self._limits.grace)

    def shutdown(self) -> Job[None]:
        """End as Lambda ends an environment that nobody uses: extensions are told, and have two seconds."""
        yield from self._reset("spindown")

    def _reset(self, reason: str) -> Generator[Event, None, None]:
        """End every process, extensions last and after a word; ``/tmp`` stays."""
        life = self._life
        if life is None:
            return
        if listeners := life.extensions.listeners("SHUTDOWN"):
            self._cell.thaw()
            budget = self._limits.shutdown
            facts = {"shutdownReason": reason, "deadlineMs": int((time.time() + budget) * 1000)}
            names = {one.name for one in listeners}
            life.subscriptions.pump(flush=True)
            yield from self._until(lambda: self._told(life), time.monotonic() + budget)
            yield from self._until(lambda: all(one.waits or one.gone for one in listeners), time.monotonic() + budget)
            life.extensions.tell("SHUTDOWN", facts)
            yield from self._until(lambda: not names & life.alive, time.monotonic() + budget)
        self._cell.kill()
        if not (yield from self._until(lambda: not life.alive, time.monotonic() + self._limits.grace)):
            raise SandboxError(
                "a process of the handler could not be killed; it may hang in the kernel of this machine"
            )
        life.close()
        self._life = None
        yield from self.journal.pending()

    def _told(self, life: Life) -> bool:
        """Send what subscribers were not told yet; whether they were told all."""
        life.subscriptions.pump(flush=True)
        return life.subscriptions.delivered

    def _until(self, condition: Callable[[], bool], deadline: float) -> Generator[Event, None, bool]:
        """Serve everything until the condition holds; ``False``: the deadline came first."""
        yield from self.journal.pending()
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            waiting = self._life is not None and self._life.subscriptions.waiting
            ready = self._selector.select(min(left, _FINE_TICK if waiting else _TICK))
            for key, events in ready:
                key.data(events)
            for one in (self._gate, self.outside):
                if one is not None:
                    one.check()
            if self._life is not None:
                self._life.subscriptions.pump()
            if self.outside is not None:
                self.unreachable = self.outside.attempts
            if not ready:
                self.journal.gauge(self._held)
            yield from self.journal.pending()
        return True

    def _hear(self) -> None:
        """Take what the launcher says."""
        for message in self._cell.read():
            self._peak = max(self._peak, message.get("peak", 0))
            self.unreachable = max(self.unreachable, message.get("no_route", 0))
            self.by = message.get("by", self.by)
            match message["is"]:
                case "spawned" | "exited" if self._life:
                    self._life.hear(message)
                case "memory":
                    self._held = message["held"]
                    self.journal.gauge(self._held)
                case "measured":
                    self._measured = message
                case "dialed":
                    self._dialed(message)

    def _dialed(self, message: dict[str, Any]) -> None:
        """A connection to a listener of an extension, or none."""
        sock = next(iter(message["sockets"]), None)
        if self._life is not None:
            self._life.subscriptions.connected(message["port"], sock)
        elif sock is not None:
            sock.close()
