"""The three tiers of isolation, from the strongest to the weakest; each says of itself what it holds and what not."""

import platform
import sys
from typing import Literal, NamedTuple, get_args

Tier = Literal["namespaces", "seccomp", "hooks"]


class Words(NamedTuple):
    """What a tier says of itself."""

    network: str
    """By what connections are held."""
    network_note: str
    """What is not held."""
    files: str
    files_note: str


WORDS: dict[Tier, Words] = {
    "namespaces": Words(
        "namespace",
        "every connection ends at doctor's gate, which opens it as the function's own network would",
        "mount namespace",
        "read-only but for /tmp; 1024 open files",
    ),
    "seccomp": Words(
        "seccomp notification",
        "every connect and every addressed send is judged by doctor's gate; UDP but the resolver's is dropped; "
        "connections within this machine are its own; a deliberate race could go around it: no security boundary",
        "Landlock",
        "written only below TMPDIR, which has no size, and elsewhere refused with EACCES; /var/task, /opt and /tmp are at other paths",
    ),
    "hooks": Words(
        "hooks in the interpreter",
        "the weakest tier: sockets of Python and Node.js themselves are judged by doctor's gate, programs that a handler starts are refused, "
        "packages with compiled parts are refused; a deliberate way around it exists: no security boundary",
        "Landlock",
        "written only below TMPDIR, which has no size, and elsewhere refused with EACCES; /var/task, /opt and /tmp are at other paths",
    ),
}
TIERS: tuple[Tier, ...] = get_args(Tier)
NO_BOUNDARY = "protects against accidents, not a security boundary"
"""Of every tier."""
SIGNALS = "signals reach the user's other processes"
"""Of a tier without namespaces, on a kernel whose Landlock has no scopes."""
NO_LANDLOCK = f"/var/task is a write-protected copy; all else is as open as it is to the user, and {SIGNALS}; /var/task, /opt and /tmp are at other paths"
"""Of files, on a kernel without Landlock."""


def untested() -> str:
    """What of this machine the sandbox was never run on; empty: it was run on one like it."""
    if sys.platform != "linux":
        return f"untested on {'macOS' if sys.platform == 'darwin' else sys.platform}"
    return "" if platform.machine() == "x86_64" else f"untested on {platform.machine()}"


def standing(tier: Tier) -> str:
    """Which tier it is, and what may not be expected of it."""
    place = TIERS.index(tier) + 1
    word = {1: ", the strongest", len(TIERS): ", the weakest"}.get(place, "")
    return "; ".join(filter(None, (f"{place} of {len(TIERS)}{word}", NO_BOUNDARY, untested())))
