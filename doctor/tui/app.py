"""The way into the terminal UI. Nothing heavy is imported before it is known that there is a terminal to draw on."""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from doctor.model.report import FunctionRow, Overview
from doctor.report.lines.states import NO_TERMINAL
from doctor.tui import keys, terminal

USAGE, UNREACHABLE = 2, 4
"""Exit statuses where there is no terminal or no such snapshot, and where no account was read."""


def run(
    target: Mapping[str, Any],
    *,
    rows: Sequence[FunctionRow] = (),
    overview: Overview | None = None,
    allow_changes: bool = False,
    function: str | None = None,
    worker: Sequence[str] | None = None,
    own_keys: Mapping[str, str] | None = None,
    ascii_only: bool = False,
) -> int:
    """Open the terminal UI on an account or a snapshot, and return the exit status once it is left.

    Args:
        target: What the worker shall read; handed on as it is.
        rows: The rows of the last stored snapshot, shown at once.
        overview: The overview that belongs to them.
        allow_changes: Whether a proved fix may be applied.
        function: The function to open first.
        worker: The command that starts a worker; default: this interpreter with ``doctor.worker``.
        own_keys: The user's own keys, by action.
        ascii_only: Whether to draw with ASCII alone, whatever the terminal can show.

    Raises:
        ConfigError: the user's own keys cannot be used.
    """
    ttys = terminal.all_ttys((sys.stdin, sys.stdout, sys.stderr))
    found = terminal.detect(os.environ, ttys=ttys, ascii_only=ascii_only)
    if not found.usable:
        sys.stderr.write(NO_TERMINAL + "\n")
        return USAGE
    keys.rebind(own_keys or {})
    gc.disable()  # until the first frame is drawn: what is made for it stays, and looking through it takes a tenth of its time
    terminal.prepare(found, sys.__stderr__)
    from doctor.tui.application import DoctorApp  # textual costs 0.15 s and reads its settings when it is imported

    app = DoctorApp(
        target,
        found,
        rows=rows,
        overview=overview,
        allow_changes=allow_changes,
        function=function,
        worker=worker,
    )
    app.run(mouse=found.mouse)
    if app.return_code or not app.session.failed:
        return app.return_code or 0
    sys.stderr.write(f"doctor: {app.session.failed}\n")
    return USAGE if target.get("snapshot") else UNREACHABLE
