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
    found = [read for path in _place().glob("*.json") if (read := _read(path))]
    return [served for _, served in sorted(found, key=lambda one: one[0], reverse=True) if alive(served.pid)]


def _read(path: Path) -> tuple[float, Served] | None:
    """When an account was announced, and what was; ``None`` when its server just ended, or the file is not ours."""
    try:
        return path.stat().st_mtime, msgspec.json.decode(path.read_bytes(), type=Served)
    except (OSError, ValueError):
        return None


def alive(pid: int) -> bool:
    """Whether a process of that id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
