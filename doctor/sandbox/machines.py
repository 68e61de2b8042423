"""Whether a function's compiled code means the same on this machine: its own architecture may be another."""

import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from doctor.code.native.elf import HEADER, MAGIC, read
from doctor.errors import SandboxError
from doctor.model.function import Function

_NAMES = {"aarch64": "arm64", "AMD64": "x86_64"}


def here() -> str:
    """This machine's architecture, as Lambda calls it."""
    machine = platform.machine()
    return _NAMES.get(machine, machine)


def check(function: Function, folders: Sequence[Path]) -> str:
    """Say what a run leans on where the function's architecture is not this machine's; empty: it is.

    A file that loads on neither is the function's own fault, and shows here too.

    Args:
        function: Its configuration.
        folders: Its unpacked package and layers.

    Raises:
        SandboxError: A file of theirs loads on one of the two only.
    """
    wanted, own = function.architectures[0], here()
    if wanted == own:
        return ""
    for path, machine in _compiled(folders):
        if machine == wanted:
            raise SandboxError(
                f"cannot reproduce here: {path} is compiled for {wanted}, and this machine is {own}; run it on one of {wanted}"
            )
        if machine == own:
            raise SandboxError(
                f"cannot reproduce here: {path} is compiled for {own}, which loads here and not on the function's {wanted}"
            )
    return f"the function is of {wanted} and this machine of {own}; none of its files is compiled"


def _compiled(folders: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Each file for Linux's loader below a folder, and for which machine it is."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                with path.open("rb") as file:
                    head = file.read(HEADER)
                if head.startswith(MAGIC):
                    yield path.relative_to(folder), read(head).machine
