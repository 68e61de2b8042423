"""A directory for the time of a run, which nothing that ends doctor leaves behind."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_HEIR = 'read -r _; rm -rf -- "$1"'
"""Waits for the end of a pipe that doctor holds, which comes with doctor's own end at the latest."""


@contextmanager
def scratch(prefix: str = "doctor-") -> Iterator[Path]:
    """A new directory, removed at the end, also when doctor is killed: a sandbox removes it only once there is one."""
    with (
        TemporaryDirectory(prefix=prefix) as place,
        subprocess.Popen(
            ("/bin/sh", "-c", _HEIR, "sh", place),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ),
    ):
        yield Path(place)
