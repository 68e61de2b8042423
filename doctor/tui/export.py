"""A page as a text file: the plain twin of what is on the screen. A run as a test."""

import itertools
import os
import re
from collections.abc import Sequence
from pathlib import Path

from doctor.model.outcome import Reproduction
from doctor.report import testcase

_WRITTEN = "written: "


def name(crumbs: Sequence[str]) -> str:
    """A file name for a page that is not taken in the working folder."""
    stem = "doctor-" + re.sub(r"[^a-zA-Z0-9]+", "-", "-".join(crumbs[-2:])).strip("-").lower()
    names = (f"{stem}{f'-{number}' if number else ''}.txt" for number in itertools.count())
    return next(one for one in names if not Path(one).exists())


def write_test(path: str, function: str, made: Reproduction, where: str) -> str:
    """Write a run as a test, and its event beside it, readable by its owner alone; returns what to say."""
    event = Path(path).expanduser().with_name(testcase.names(function)[1])
    said = write(str(event), testcase.event(made), private=True)
    return said if not said.startswith(_WRITTEN) else write(path, testcase.test(function, made, where, event.name))


def write(path: str, text: str, *, private: bool = False) -> str:
    """Write a text into a new file; returns what to say. Nothing is ever overwritten."""
    place = Path(path).expanduser()
    try:
        with open(place, "x", encoding="utf-8", opener=_private if private else None) as file:
            file.write(text)
    except FileExistsError:
        return f"{path} is there already; nothing was written"
    except OSError as error:
        return f"{path}: cannot be written ({error.strerror})"
    return f"{_WRITTEN}{place.absolute()}"


def _private(path: str, flags: int) -> int:
    """Open a file that only its owner may read."""
    return os.open(path, flags, 0o600)
