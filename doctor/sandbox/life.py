"""One life of an environment's processes: from their start to their end, with what they write and ask."""

import contextlib
import os
import selectors
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from doctor.model.record import Record
from doctor.sandbox import extensions, texts
from doctor.sandbox.cell import Cell, pipe
from doctor.sandbox.extensions import ExtensionsApi
from doctor.sandbox.frames import Frames, Lines, Stacks
from doctor.sandbox.http import Request, response
from doctor.sandbox.launcher.init import RUNTIME
from doctor.sandbox.records import Initialization
from doctor.sandbox.runtime_api import ROOT as RUNTIME_ROOT
from doctor.sandbox.runtime_api import RuntimeApi, State
from doctor.sandbox.server import Connection, Server
from doctor.sandbox.subscriptions import Subscriptions

_READ = 1 << 16
_LOG_FD, _STACK_FD = 3, 4
STACK = "stack"
"""The source of what a runtime tells of where its handler is."""


class Program(Record):
    """What is started: the runtime, and before it the extensions."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    language: str = ""
    """``python``, ``nodejs`` or ``provided``."""
    cwd: str = "/var/task"
    initialization: Initialization = "on-demand"
    extensions: tuple[str, ...] = ()
    """Names of the executables in ``/opt/extensions``."""
    facts: Mapping[str, str]
    """What an extension is told about the function when it registers."""


class Life:
    """The processes of an environment from their start to their end; the next one starts afresh.

    Args:
        cell: Where they run.
        selector: Waits for all that they do.
        program: What is started.
        payload: Bytes that a response may have.
        subscriptions: Who wants to be told of telemetry.
        write: Takes each record that they write to the log: whose (``function``, ``extension``), when, what.
    """

    def __init__(
        self,
        cell: Cell,
        selector: selectors.BaseSelector,
        program: Program,
        *,
        payload: int,
        write: Callable[[str, datetime, str], None],
        subscriptions: Subscriptions,
    ) -> None:
        self.api = RuntimeApi(payload, snap_start=program.initialization == "snap-start")
        self.extensions = ExtensionsApi(program.extensions, program.facts, subscriptions.subscribe)
        self.subscriptions = subscriptions
        self.exit: Mapping[str, Any] | None = None
        """The launcher's message about the runtime's end: ``code``, ``oom``, ``late``."""
        self.no_exec = 0
        """The error number with which the runtime could not be started."""
        self.alive: set[str] = set()
        """Names of the processes that were started and have not ended."""
        self._cell = cell
        self._selector = selector
        self._program = program
        self._write = write
        self._waiting: Connection | None = None
        self._readers: dict[int, tuple[str, Lines | Frames | Stacks]] = {}
        self._server = Server(selector, cell.listener, self._handle, payload)
        variables = extensions.environment(program.environment)
        for name in program.extensions:
            path = f"/opt/extensions/{name}"
            self._spawn(name, [path], variables, "extension", (Lines(), Lines()))
        if not program.extensions:
            self._start_runtime()

    def _start_runtime(self) -> None:
        variables = {**self._program.environment, "_LAMBDA_TELEMETRY_LOG_FD": str(_LOG_FD)}
        readers: list[Lines | Frames | Stacks] = [Lines(), Lines(), Frames()]
        if self._program.language == "python":
            variables["_DOCTOR_STACK_FD"] = str(_STACK_FD)
            readers.append(Stacks(variables.get("_HANDLER", "")))
        self._spawn(RUNTIME, self._program.argv, variables, "function", readers)

    def _spawn(
        self,
        name: str,
        argv: Sequence[str],
        variables: Mapping[str, str],
        source: str,
        readers: Sequence[Lines | Frames | Stacks],
    ) -> None:
        """Start a program whose descriptors from 1 on are read by ``readers``."""
        ends = []
        for reader in readers:
            reading, writing = pipe()
            ends.append(writing)
            self._readers[reading] = (STACK if isinstance(reader, Stacks) else source, reader)
            self._selector.register(reading, selectors.EVENT_READ, lambda _events, fd=reading: self._read(fd))
        self.alive.add(name)
        self._cell.spawn(name, argv, variables, self._program.cwd, ends)
        for end in ends:
            os.close(end)

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take the launcher's word that a process was started (or not), or ended."""
        name = message["name"]
        if message["is"] == "exited":
            self.alive.discard(name)
            if name == RUNTIME:
                self.exit = message
            else:
                self.extensions.ended(name, texts.exit_reason(message["code"]) or "exit code 0")
        elif name == RUNTIME:
            self.no_exec = message["errno"]

    @property
    def ready(self) -> bool:
        """Everyone who must waits for an event."""
        return self.api.state is State.READY and self.extensions.ready

    @property
    def over(self) -> bool:
        """The runtime ended or never began, or an extension failed, which ends everything."""
        return self.exit is not None or self.no_exec != 0 or self.extensions.fault is not None

    @property
    def settled(self) -> bool:
        """It is ready, or never will be."""
        return self.ready or self.over or self.api.init_fault is not None

    def _handle(self, request: Request, connection: Connection) -> bytes | None:
        if not request.path.startswith(RUNTIME_ROOT):
            answer = self.extensions.handle(request, lambda data: self._server.send(connection, data))
            if self.extensions.registered and RUNTIME not in self.alive and self.exit is None:
                self._start_runtime()
            return answer
        answer = self.api.handle(request)
        if answer is None:
            self._waiting = connection
        return answer

    @property
    def snapped(self) -> bool:
        """The runtime is initialised and waits to be restored."""
        return self.api.state is State.SNAPPED

    def restore(self) -> None:
        """Tell the runtime that it was restored from its snapshot; its hooks run now."""
        self.api.state = State.RESTORED
        self._answer(response(HTTPStatus.OK))

    def _answer(self, data: bytes) -> None:
        if self._waiting is None:
            raise RuntimeError("the runtime does not wait")
        self._server.send(self._waiting, data)
        self._waiting = None

    def deliver(self, request_id: str, event: bytes) -> None:
        """Hand an event, as a whole HTTP response, to the waiting runtime."""
        self.api.begin(request_id)
        self._answer(event)

    def _read(self, fd: int) -> bool:
        """Take what is there; tell whether there may be more."""
        if fd not in self._readers:
            return False
        try:
            data = os.read(fd, _READ)
        except BlockingIOError:
            return False
        source, reader = self._readers[fd]
        for at, text in reader.feed(data) if data else reader.end():
            self._write(source, at, text)
        if not data:
            self._forget(fd)
        return bool(data)

    def drain(self) -> None:
        """Take everything it has written so far."""
        for fd in tuple(self._readers):
            while fd in self._readers and self._read(fd):
                pass

    def _forget(self, fd: int) -> None:
        del self._readers[fd]
        self._selector.unregister(fd)
        os.close(fd)

    def close(self) -> None:
        """Let go of its files and connections; its processes must be gone."""
        self.drain()
        for fd, (source, reader) in tuple(self._readers.items()):
            for at, text in reader.end():
                self._write(source, at, text)
            with contextlib.suppress(OSError):
                self._forget(fd)
        self._server.close()
        self.subscriptions.close()
