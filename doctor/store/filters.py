"""The filters of the function list that the user saved, by name: they outlive the session."""

import msgspec

from doctor.store.home import home, write

_FILE = "filters.json"


def saved() -> dict[str, str]:
    """The saved filters in the order in which they were saved; none when the file cannot be read: it only saves typing."""
    try:
        return msgspec.json.decode((home() / _FILE).read_bytes(), type=dict[str, str])
    except (OSError, ValueError):
        return {}


def save(name: str, pattern: str) -> dict[str, str]:
    """Keep a filter under a name, in place of the one that had it; an empty one takes the name away. Returns what is kept.

    Raises:
        UsageError: the folder of doctor's state cannot be written.
    """
    kept = {**saved(), name: pattern}
    if not pattern:
        del kept[name]
    write(home() / _FILE, msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
    return kept
