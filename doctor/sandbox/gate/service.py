"""A thread that waits for whatever comes next, and is told to end."""

import selectors
import socket
import threading
from collections.abc import Callable

_CLOSING = 5


class Service:
    """One thread, one selector; the data of a registered file is called when it is ready. Whoever makes one closes it.

    What goes wrong in the thread is kept, and raised again by ``check`` where the run is driven.
    """

    def __init__(self, name: str) -> None:
        self.selector = selectors.DefaultSelector()
        self._stop, self._stopped = socket.socketpair()
        self.selector.register(self._stopped, selectors.EVENT_READ)
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._guarded, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def on(self, file: socket.socket | int, work: Callable[[], None]) -> None:
        """Call ``work`` whenever a file can be read."""
        self.selector.register(file, selectors.EVENT_READ, work)

    def patience(self) -> float | None:
        """Seconds until something is due by itself; ``None``: nothing."""
        return None

    def due(self) -> None:
        """Do what is due."""

    def _guarded(self) -> None:
        try:
            self._serve()
        except BaseException as error:  # noqa: BLE001 -- raised again by ``check``, in the thread that drives the run
            self._fault = error

    def _serve(self) -> None:
        while True:
            for key, _ in self.selector.select(self.patience()):
                if key.fileobj is self._stopped:
                    return
                key.data()
            self.due()

    def check(self) -> None:
        """Raise what went wrong in the thread, if anything did."""
        if self._fault is not None:
            raise self._fault

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self._stop.close()
        if self._thread.is_alive():
            self._thread.join(_CLOSING)
        self._stopped.close()
        self.selector.close()
