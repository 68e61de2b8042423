"""A text in the user's own editor, in a file that nobody else may read and that is gone afterwards."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_USUAL = ("nano", "vim", "vi")


def editor(environment: Mapping[str, str]) -> list[str]:
    """The command of the user's editor; empty: there is none."""
    named = environment.get("VISUAL") or environment.get("EDITOR")
    if named:
        return shlex.split(named)
    found = next(filter(None, map(shutil.which, _USUAL)), None)
    return [found] if found else []


def edit(command: list[str], text: str) -> tuple[str, str]:
    """The text as it was left, and what went wrong; the terminal must be the editor's meanwhile."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        path = Path(folder) / "event.json"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run([*command, str(path)], env=dict(os.environ), check=False)
        except OSError as error:
            return text, f"{command[0]}: {error.strerror}"
        if done.returncode:
            return text, f"{command[0]} ended with {done.returncode}: nothing was taken over"
        try:
            return path.read_text(encoding="utf-8"), ""
        except (OSError, UnicodeDecodeError) as error:
            return text, f"what {command[0]} left cannot be read: {error}"
