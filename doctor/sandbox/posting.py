"""One delivery to a listener inside the sandbox, without threads: sent as it is taken, and its answer waited for."""

import selectors
import socket

_READ = 1 << 16


class Post:
    """A message on its way.

    Args:
        selector: Where its socket is registered, with the function to call as data.
        sock: A connection; it is closed when the message is through.
        message: What is sent.
        answered: Whether an answer is waited for.
    """

    def __init__(
        self, selector: selectors.BaseSelector, sock: socket.socket, message: bytes, *, answered: bool
    ) -> None:
        self.over = False
        self._selector = selector
        self._sock = sock
        self._unsent = memoryview(message)
        self._answered = answered
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_WRITE, lambda _events: self._go())

    def _go(self) -> None:
        try:
            if self._unsent:
                self._unsent = self._unsent[self._sock.send(self._unsent) :]
                if not self._unsent:
                    self._selector.modify(self._sock, selectors.EVENT_READ, lambda _events: self._go())
                    if not self._answered:
                        self._sock.shutdown(socket.SHUT_WR)
                return
            self._sock.recv(_READ)  # whatever it says: a batch that was taken is not sent twice
            self.close()
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.close()

    def close(self) -> None:
        """Hang up."""
        if not self.over:
            self.over = True
            self._selector.unregister(self._sock)
            self._sock.close()
