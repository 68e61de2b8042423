"""Open the terminal UI: the last snapshot of the target at once, a fresh one behind it."""

import msgspec

from doctor.model.target import Target


def open_screen(target: Target, *, function: str | None = None, allow_changes: bool = False) -> int:
    """Run the terminal UI until it is left."""
    from doctor.store.snapshots import index
    from doctor.tui.app import run

    raw = msgspec.to_builtins(target)
    known = index(raw)
    overview, rows = known if known is not None else (None, [])
    return run(raw, rows=rows, overview=overview, allow_changes=allow_changes, function=function)
