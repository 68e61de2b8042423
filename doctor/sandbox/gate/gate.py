"""Opens the gate on a sandbox's wire, and closes it: threads of this process, sockets of the sandbox's network."""

import socket
import threading
from collections.abc import Callable

from doctor.sandbox.gate.certificates import Authority
from doctor.sandbox.gate.connections import serve
from doctor.sandbox.gate.keeper import Keeper
from doctor.sandbox.gate.loopback import Loopback
from doctor.sandbox.gate.names import Book
from doctor.sandbox.gate.packets import Switch

_CLOSING = 5


class Gate:
    """Everything between a handler and a keeper. Whoever opens one closes it.

    Its threads never decide anything: the keeper does. What goes wrong in one of them is kept, and raised again by
    ``check`` where the run is driven, for a gate that died would look like a network that hangs.

    Args:
        keeper: Decides, and records.
    """

    def __init__(self, keeper: Keeper) -> None:
        self.authority = Authority()
        self._keeper = keeper
        self._fault: BaseException | None = None
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._stop: socket.socket | None = None

    @property
    def ipv6(self) -> bool:
        """Whether the function has IPv6."""
        return self._keeper.ipv6

    def open(self, *sockets: socket.socket) -> None:
        """Begin to serve.

        Args:
            sockets: For each version of IP the far end of the sandbox's wire and a listener on the handler's own address,
                all on one port; closed with the gate.
        """
        wires, listeners = sockets[::2], sockets[1::2]
        self._stop, stopped = socket.socketpair()
        keeper = self._keeper
        switch = Switch(
            wires,
            listeners[0].getsockname()[1],
            Book(),
            resolves=keeper.families,
            way=keeper.way,
            ignored=keeper.ignored,
        )
        self._sockets += [*sockets, stopped]
        self._start(switch.serve, stopped)
        for listener in listeners:
            self._start(self._accept, listener, switch)

    def loopback(self) -> Loopback:
        """Doors to it on this machine's own loopback, for a sandbox without a wire; who asks for them closes them."""
        self._stop, stopped = socket.socketpair()
        self._sockets.append(stopped)
        return Loopback(self._keeper, lambda connection, host, port: self._start(self._serve, connection, host, port))

    def _accept(self, listener: socket.socket, switch: Switch) -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return  # it was closed
            meant = switch.host(*peer[:2])
            if meant is None:
                connection.close()  # the handler found the listener on its own address
            else:
                self._start(self._serve, connection, *meant)

    def _serve(self, connection: socket.socket, host: str, port: int) -> None:
        keeper, handle = self._keeper, connection.dup()  # TLS takes the first one over
        with self._lock:
            self._sockets.append(handle)
        with handle:
            if not keeper.answers(host, port):
                connection.close()
            elif why := serve(connection, host, self.authority, lambda asked: keeper.answer(host, port, asked)):
                keeper.unanswered(host, port, why)
        with self._lock:
            self._sockets.remove(handle)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        def guarded() -> None:
            try:
                work(*arguments)
            except BaseException as error:  # noqa: BLE001 -- raised again by ``check``, in the thread that drives the run
                self._fault = self._fault or error

        thread = threading.Thread(target=guarded, name="doctor-gate", daemon=True)
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def check(self) -> None:
        """Raise what went wrong in a thread of the gate, if anything did."""
        if self._fault is not None:
            raise self._fault

    def close(self) -> None:
        """Stop serving, hang up everywhere, and wait for the threads. What went wrong until then is raised by ``check``."""
        if self._stop is None:
            return
        self._stop.close()
        with self._lock:
            sockets, threads = tuple(self._sockets), tuple(self._threads)
        for one in sockets:
            if one.type == socket.SOCK_STREAM and one.fileno() >= 0:
                _hang_up(one)
        for thread in threads:
            thread.join(_CLOSING)
        for one in sockets:
            one.close()
        self._stop = None


def _hang_up(one: socket.socket) -> None:
    """Wake whoever waits on a socket in another thread."""
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker
