"""The one process from which the launcher of every sandbox is forked: an interpreter is started once, not for each.

It has loaded what launchers need and does nothing else. It ends when doctor does, however that ends; the sandboxes end
by sockets of their own, so that it may go before them.
"""

import atexit
import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import doctor
from doctor.errors import SandboxError

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from doctor.sandbox.launcher.forker import serve; serve(int(sys.argv[2]))"
_READ = 1 << 16
_LAST = 2
"""Seconds for it to end by itself: a few milliseconds when all is well."""
_TRIES = 2
"""The second with a new process: somebody may have ended the first."""


class Launchers:
    """Starts launchers. Its methods may be called from any thread.

    Args:
        program: Python text that the process runs; its arguments are where ``doctor`` lies and the number of its socket.
    """

    def __init__(self, program: str = _PROGRAM) -> None:
        self._program = program
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._socket: socket.socket | None = None

    def start(self) -> None:
        """Begin to start the process, if it does not run: who will need a sandbox soon says so, and goes on meanwhile."""
        with self._lock:
            self._asking()

    def fork(self, control: socket.socket, grace: float) -> int:
        """Fork a launcher that serves the socket; return its process id, or 0: there is none, and will be none.

        Raises:
            SandboxError: That took longer than ``grace`` seconds.
        """
        with self._lock:
            for _ in range(_TRIES):
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    asking = self._asking()
                    socket.send_fds(asking, [b"fork"], [control.fileno()])
                    if not select.select([asking], [], [], grace)[0]:
                        self._end()
                        raise SandboxError(
                            f"the sandbox did not start within {grace:g} s on this machine; try again when it is less busy"
                        )
                    if told := asking.recv(16):
                        return int(told)
                self._end()
        return 0

    def _asking(self) -> socket.socket:
        """The socket of the running process; a process that was forked from doctor's has one of its own."""
        if self._socket is None or self._owner != os.getpid():
            self._socket, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            self._owner = os.getpid()
            with far:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", "-c", self._program, _package_root(), str(far.fileno())],
                    pass_fds=[far.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    # Nothing in a sandbox needs the user's environment, with its credentials: none of it goes there.
                    env={name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"},
                    start_new_session=True,
                )
        return self._socket

    def close(self) -> None:
        """End the process; launchers that still live go on without it."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._owner == os.getpid() and self._process is not None and self._socket is not None:
            self._socket.close()
            try:
                self._process.wait(_LAST)  # it ends what a launcher that was killed has left
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._socket = None


def _package_root() -> str:
    """The directory that holds the package ``doctor``."""
    return str(Path(doctor.__file__).resolve().parent.parent)


def ended(control: socket.socket, seconds: float) -> bool:
    """Wait until nobody holds the other end of a launcher's socket, who holds it to the end of its life."""
    until = time.monotonic() + seconds
    while select.select([control], [], [], max(until - time.monotonic(), 0))[0]:
        try:
            if not control.recv(_READ):
                return True
        except ConnectionResetError:
            return True
    return False


launchers = Launchers()
"""This process's own."""
atexit.register(launchers.close)
