"""AWS's console in a browser, or its address on the clipboard where no browser is."""

import os
import subprocess
import webbrowser
from collections.abc import Callable, Mapping
from typing import Any

from doctor.report.console import link
from doctor.tui import clipboard

_OPENERS = ("xdg-open", "open", "wslview")
"""Programs that leave the terminal alone: ``webbrowser`` would start a text browser in it."""


def console_link(arn: str, target: Mapping[str, Any], terminal: Callable[[str], None]) -> str:
    """Open a resource's page; returns what to say.

    Args:
        arn: The resource.
        target: The account that is looked at.
        terminal: Writes to the terminal.
    """
    if target.get("demo"):
        return "the embedded account has no console"
    address = link(arn)
    if not address:
        return "this has no page in the console"
    if _local() and _opened(address):
        return f"opened {address}"
    return f"{address}: {clipboard.copy(address, terminal)}"


def _local() -> bool:
    """Whether a browser that is started here is seen by whoever pressed the key."""
    remote = os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY")
    return not remote and bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.name != "posix")


def _opened(address: str) -> bool:
    for name in _OPENERS:
        try:
            subprocess.Popen(
                [name, address],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            continue
        return True
    return os.name != "posix" and webbrowser.open(address)
