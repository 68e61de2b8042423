"""Open the terminal UI: the last snapshot of the target at once, a fresh one behind it."""

import msgspec
from msgspec.structs import replace

from doctor.model.target import Target


def open_screen(
    target: Target, *, function: str | None = None, allow_changes: bool = False, ascii_only: bool = False
) -> int:
    """Run the terminal UI until it is left."""
    from doctor.config import load
    from doctor.shelf import demo
    from doctor.store.snapshots import index, read_index
    from doctor.tui.app import run

    raw = msgspec.to_builtins(target)
    known = read_index(demo() / "index.json") if target.demo else index(raw)
    if known is not None and target.demo:
        known = (replace(known[0], snapshot=str(demo())), known[1])
    overview, rows = known if known is not None else (None, [])
    own = load().keys
    return run(
        raw,
        rows=rows,
        overview=overview,
        allow_changes=allow_changes,
        function=function,
        own_keys=own,
        ascii_only=ascii_only,
    )
