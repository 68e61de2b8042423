"""Copying: by the system's own tool on this machine, through the terminal when it is elsewhere, and always into a file."""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from doctor.errors import UsageError
from doctor.store.home import home, write

_TOOLS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("pbcopy", (), ""),
    ("wl-copy", (), "WAYLAND_DISPLAY"),
    ("xclip", ("-selection", "clipboard"), "DISPLAY"),
    ("xsel", ("--clipboard", "--input"), "DISPLAY"),
    ("clip.exe", (), ""),
)
"""Name, arguments, and the environment variable without which it has nowhere to copy to."""
_PATIENCE = 2.0
_LONGEST = 74_000
"""Bytes of text that terminals take through OSC 52."""


def tool(environment: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> tuple[str, ...]:
    """The command that copies on this machine; empty over SSH, where it would copy on the wrong one."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return ()
    for name, arguments, needed in _TOOLS:
        found = which(name) if not needed or environment.get(needed) else None
        if found:
            return (found, *arguments)
    return ()


def copy(text: str, terminal: Callable[[str], None]) -> str:
    """Copy a text; returns which way it went, in words.

    Args:
        text: What to copy.
        terminal: Writes to the terminal.
    """
    lines = len(text.splitlines())
    what = f"copied {lines} line{'s' if lines != 1 else ''}"
    kept = _keep(text)
    command = tool(os.environ)
    if command and _ran(command, text):
        return f"{what} with {Path(command[0]).name}{kept}"
    if len(text.encode()) > _LONGEST:
        return f"too long for a terminal's clipboard{kept}"
    terminal(_osc52(text))
    return f"{what} through the terminal (OSC 52: not every terminal takes it){kept}"


def _osc52(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def _keep(text: str) -> str:
    """Write the text where it can be found whatever the terminal does; tells where."""
    try:
        path = home() / "last-copy.txt"
        write(path, text.encode())
    except UsageError:
        return ""
    return f"; also in {path}"


def _ran(command: tuple[str, ...], text: str) -> bool:
    """Whether the tool took it. Its own output must not reach the screen."""
    try:
        done = subprocess.run(
            command,
            input=text.encode(),
            stdout=subprocess.DEVNULL,  # a pipe would be kept open by xclip's own child
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
