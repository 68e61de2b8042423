"""The child process behind an embedded account, as its parent sees it."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from doctor.errors import EmbeddedError

_START_TIMEOUT = 20.0  # seconds until the child has a socket; it takes 0.1 s on an idle machine
_STOP_TIMEOUT = 5.0  # seconds from the end of its standard input to its own
_DYING = 0.5  # seconds between a connection's reset and the end of the process behind it


class Child:
    """The server's process; it ends when its standard input does, so it never outlives this one.

    Args:
        region: The account's main region.
        port: The loopback port, or 0 for any.
        account: The account's id.
        bare: Whether to leave the additions out.
    """

    def __init__(self, region: str, port: int, account: str, *, bare: bool) -> None:
        # -P: nothing in the working directory, which may hold a stranger's project, can pose as one of our modules
        command = [sys.executable, "-P", "-m", "doctor.aws.embedded.server", "--region", region, "--port", str(port)]
        command += ["--bare"] if bare else []
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**_inherited(), "MOTO_ACCOUNT_ID": account, "PYTHONPATH": _python_path()},
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def announcement(self) -> dict[str, Any]:
        """Return the one line that the child prints when it listens."""
        watchdog = threading.Timer(_START_TIMEOUT, self._process.kill)
        watchdog.start()
        try:
            assert self._process.stdout
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if line:
            ready: dict[str, Any] = json.loads(line)
            return ready
        reason = self.failure()
        self.stop()
        raise EmbeddedError(reason or "the embedded account did not start")

    def failure(self) -> str | None:
        """Return why the child is gone in one line, or None while it runs."""
        try:
            code = self._process.wait(_DYING)
        except subprocess.TimeoutExpired:
            return None
        if self._stderr.closed:
            return "the embedded account was stopped"
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        return f"the embedded account ended with status {code}: {lines[-1] if lines else 'it said nothing'}"

    def stop(self) -> None:
        """End the process by ending its standard input, and by force if that does not help."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        try:
            self._process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()


def _inherited() -> dict[str, str]:
    """Return our environment without what would change how moto answers."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MOTO_", "AWS_"))}


def _python_path() -> str:
    """Return a module search path on which the child finds the doctor that is running, checkout or installation."""
    ours = str(Path(__file__).parents[3])
    return os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))
