"""Textual's Unix driver with five faults mended, each of which leaves a user with a broken or late terminal.

- SIGTERM and SIGHUP end the app, so that the terminal is restored (exit status 128 + n).
- The end of the input (a terminal that went away) ends the app; the original loop spins.
- Keys that arrive together are handled one after another: typed ahead, or over a slow line, none is lost.
- A lone Escape is told after about 15 ms, over SSH 30; the original polls every 100 ms.
- Few frames may queue, and a terminal that went away never blocks the writer.
"""

import asyncio
import os
import selectors
import signal
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Sequence
from typing import IO

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers._writer_thread import WriterThread
from textual.events import Key
from textual.message import Message
from textual.message_pump import MessagePump

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_IDLE = 0.1
_PENDING = 0.004
"""Seconds between looks while an escape sequence may be unfinished."""
_HANDLED = 0.25
"""Seconds for which the next of several keys waits at most until the one before it was handled."""
_PATIENCE = 0.05
"""Seconds for which the rest of an escape sequence is awaited."""


class Writer(WriterThread):
    """Writes frames until the terminal goes away; then it takes them and drops them."""

    frames = 2

    def __init__(self, file: IO[str]) -> None:
        super().__init__(file)
        self._queue.maxsize = self.frames
        self._gone = False

    def run(self) -> None:
        """Write what comes, flush when nothing waits."""
        while (text := self._queue.get()) is not None:
            self._put(text)
        self._put("")

    def _put(self, text: str) -> None:
        if self._gone:
            return
        try:
            self._file.write(text)
            if self._queue.qsize() == 0:
                self._file.flush()
        except (OSError, ValueError):
            self._gone = True


class Driver(linux_driver.LinuxDriver):
    """The driver of every terminal that is not Windows'."""

    def start_application_mode(self) -> None:
        """Take the terminal, and the signals that must give it back."""
        linux_driver.WriterThread = Writer  # type: ignore[attr-defined]  # the method names the class itself
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._leave, number)
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def _leave(self, number: int) -> None:
        self._app.exit(return_code=128 + number)

    def run_input_thread(self) -> None:
        """Read keys until the app ends or the terminal does."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            pending = 0.0
            while not self.exit_event.is_set():
                ready = selector.select(_PENDING if time.monotonic() < pending else _IDLE)
                if ready:
                    data = self._read()
                    if not data:
                        self._app.call_later(self._app.exit, return_code=128 + signal.SIGHUP)
                        return
                    self._tell(list(parser.feed(decode(data))))
                    pending = time.monotonic() + _PATIENCE if b"\x1b" in data[-8:] else 0.0
                for event in parser.tick():
                    self.process_message(event)

    def _tell(self, events: Sequence[Message]) -> None:
        """Pass on what was typed, one key at a time: what the first one opens must get what is typed into it."""
        for number, event in enumerate(events, 1):
            self.process_message(event)
            if isinstance(event, Key) and number < len(events):
                handled = threading.Event()
                self._loop.call_soon_threadsafe(self._app.call_later, self._follow, handled)
                handled.wait(_HANDLED)

    def _follow(self, handled: threading.Event) -> None:
        """Go the way that a key goes, from the widget that has the focus up to the app, which then may move the focus."""
        start = self._app.focused or self._app.screen
        self._hop([*start.ancestors_with_self, self._app], handled)

    def _hop(self, way: Sequence[MessagePump], handled: threading.Event) -> None:
        if way:
            way[0].call_later(self._hop, way[1:], handled)
        else:
            handled.set()

    def _read(self) -> bytes:
        """What was typed; nothing once the terminal is gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""


def mouse(app: App[None], *, on: bool) -> bool:
    """Switch mouse reporting; tell whether the driver could."""
    driver = app._driver  # noqa: SLF001 -- Textual has no public way to switch it while it runs
    if not isinstance(driver, Driver):
        return False
    driver._mouse = True  # noqa: SLF001 -- the driver's switch, which its own methods test
    if on:
        driver._enable_mouse_support()  # noqa: SLF001 -- the same
    else:
        driver._disable_mouse_support()  # noqa: SLF001 -- the same
        driver._mouse = False  # noqa: SLF001 -- the same
    return True
