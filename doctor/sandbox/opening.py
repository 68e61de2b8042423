"""Which tier a run gets: the strongest that this machine allows, or the one that was asked for; never none."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from doctor.errors import SandboxError
from doctor.model.outcome import Enforced
from doctor.sandbox.environment import Environment, Setup
from doctor.sandbox.launcher import landlock
from doctor.sandbox.limits import Limits
from doctor.sandbox.stage import NAMED
from doctor.sandbox.tiers import NO_LANDLOCK, SIGNALS, TIERS, WORDS, Tier

if TYPE_CHECKING:  # it needs the package cryptography, which a run without a network does without
    from doctor.sandbox.gate.gate import Gate

FORCED = "DOCTOR_TIER"
"""Environment variable that names a tier, where no option does."""
_COMPILED = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xcf")
"""How compiled code begins on Linux and macOS."""


def opened(setup: Setup, limits: Limits, gate: "Gate | None") -> Environment:
    """Make the environment; whoever takes it closes it.

    Raises:
        SandboxError: No tier can be had; the reason is that of the strongest.
    """
    first: SandboxError | None = None
    ipv6 = gate is not None and gate.ipv6
    for tier in candidates(limits.tier):
        try:
            if tier == "hooks":
                _fits_hooks(setup)
            return Environment(replace(setup, walls=replace(setup.walls, tier=tier, ipv6=ipv6)), limits, gate)
        except SandboxError as error:
            first = first or error
    assert first is not None
    raise first


def candidates(wanted: Tier | None) -> Sequence[Tier]:
    """The tiers to try: the one that was asked for, by an option or by ``DOCTOR_TIER``, or all.

    Raises:
        SandboxError: There is no such tier.
    """
    name = wanted or os.environ.get(FORCED, "")
    if name and name not in TIERS:
        raise SandboxError(f"{FORCED} is {name!r}: there are {', '.join(TIERS)}")
    if not name and sys.platform != "linux":
        return ("hooks",)
    return tuple(tier for tier in TIERS if name in ("", tier))


def _fits_hooks(setup: Setup) -> None:
    """Hooks hold what an interpreter does, and nothing that is compiled.

    Raises:
        SandboxError: There is something that they would not hold.
    """
    program, walls = setup.program, setup.walls
    task = next(source for source, target in walls.mounts if target == "/var/task")
    why = ""
    if program.language not in ("python", "nodejs"):
        why = "a bootstrap of its own"
    elif program.extensions:
        why = "extensions"
    elif program.argv[0] == "/bin/sh":
        why = "a wrapper script"
    elif compiled := next((path for folder in (task, *walls.opt) for path in _compiled(Path(folder))), None):
        why = f"compiled code ({compiled.name})"
    if why:
        raise SandboxError(
            f"the function has {why}, which hooks in an interpreter cannot hold, and doctor does not run it with the network open: "
            "run it on Linux with user namespaces or seccomp notification"
        )


def _compiled(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                if file.read(4) in _COMPILED:
                    yield path


def files(tier: Tier) -> Enforced:
    """By what the file system is enforced."""
    words = WORDS[tier]
    if tier != "namespaces" and not landlock.version():
        return Enforced(dimension="files", by="", note=NO_LANDLOCK)
    signals = "" if tier == "namespaces" or landlock.version() >= landlock.SCOPED_SINCE else f"; {SIGNALS}"
    return Enforced(dimension="files", by=words.files, note=words.files_note + signals)


def outside(ran: Environment, folders: Sequence[Path]) -> Iterator[str]:
    """What a run leans on that has no IPv6 where its function has, or no namespaces."""
    if ran.no_ipv6:
        yield f"this machine gives a sandbox no IPv6 ({ran.no_ipv6}): whoever connects by it is refused here only"
    if ran.tier == "namespaces":
        return
    yield from ran.outside.refused if ran.outside else ()
    sources = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    found = {name for path in sources for name in NAMED if name in path.read_bytes()}
    for name in sorted(found):
        yield f"its code names {name.decode()}, which is elsewhere where a handler has no file system of its own"
