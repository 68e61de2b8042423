"""AWS's own emulator of the runtime interface, where its binary is: what the local Lambda is compared with.

It ships inside the package ``aws-sam-cli``, which is never a dependency: ``DOCTOR_RIE`` names the binary.
"""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

BINARY = "DOCTOR_RIE"
_INVOKE = "/2015-03-31/functions/function/invocations"
_PATIENCE = 20


def binary() -> Path | None:
    """Where it is; ``None``: it was not given, or does not exist."""
    given = os.environ.get(BINARY, "")
    return Path(given) if given and Path(given).is_file() else None


class Emulator:
    """A running emulator with a Python handler."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self._port = port
        self.process = process

    def invoke(self, event: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """What it answers. One that has only just begun to listen may hang up once: nothing was run then."""
        try:
            return self._sent(event, headers or {})
        except ConnectionResetError:
            return self._sent(event, headers or {})

    def _sent(self, event: bytes, headers: Mapping[str, str]) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        with contextlib.closing(connection):
            connection.request("POST", _INVOKE, event, dict(headers))
            return connection.getresponse().read()


@contextlib.contextmanager
def emulator(code: Path, handler: str, *, timeout: int = 5, memory: int = 256) -> Iterator[Emulator]:
    """Start it, and end it with all that it started."""
    program = binary()
    assert program is not None
    invoked, api = _free(), _free()
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info[0]}.{sys.version_info[1]}",
        "LAMBDA_TASK_ROOT": str(code),
    }
    addresses = [
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{invoked}",
        "--runtime-api-address",
        f"127.0.0.1:{api}",
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [program, *addresses, "--log-level", "error", sys.executable, "-m", "awslambdaric", handler],
            cwd=code,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(invoked, process)
            yield Emulator(invoked, process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.0002)
    raise RuntimeError("the emulator did not start")
