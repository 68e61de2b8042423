"""A page as a text file: the plain twin of what is on the screen."""

import itertools
import re
from collections.abc import Sequence
from pathlib import Path


def name(crumbs: Sequence[str]) -> str:
    """A file name for a page that is not taken in the working folder."""
    stem = "doctor-" + re.sub(r"[^a-zA-Z0-9]+", "-", "-".join(crumbs[-2:])).strip("-").lower()
    names = (f"{stem}{f'-{number}' if number else ''}.txt" for number in itertools.count())
    return next(one for one in names if not Path(one).exists())


def write(path: str, text: str) -> str:
    """Write a page into a new file; returns what to say. Nothing is ever overwritten."""
    place = Path(path).expanduser()
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return f"{path} is there already; nothing was written"
    except OSError as error:
        return f"{path}: cannot be written ({error.strerror})"
    return f"written: {place.absolute()}"
