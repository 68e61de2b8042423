"""Embedded accounts that a doctor on this machine keeps up: where, and the token that opens their control."""

import os
from pathlib import Path

import msgspec

from doctor.model.record import Record
from doctor.store.home import folder, home, write


class Served(Record):
    """One embedded account that is being served."""

    endpoint: str
    token: str
    pid: int
    incident: str
    """Name of the shipped incident that was brought to life in it."""


def _place() -> Path:
    return folder(home() / "embedded")


def announce(served: Served) -> Path:
    """Tell other commands of this user about an embedded account; delete the returned file when it ends."""
    path = _place() / f"{served.pid}.json"
    write(path, msgspec.json.encode(served))
    return path


def running() -> list[Served]:
    """The embedded accounts whose server still runs, newest first."""
    files = sorted(_place().glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    found = [msgspec.json.decode(path.read_bytes(), type=Served) for path in files]
    return [served for served in found if alive(served.pid)]


def alive(pid: int) -> bool:
    """Whether a process of that id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
