"""What holds a handler's network where there is no namespace: a supervisor of its system calls, or hooks in its interpreter."""

import contextlib
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.errors import SandboxError
from doctor.sandbox import advice
from doctor.sandbox.cell import Cell
from doctor.sandbox.gate.desk import Desk
from doctor.sandbox.gate.loopback import HERE, Loopback
from doctor.sandbox.gate.service import Service
from doctor.sandbox.gate.supervisor import Supervisor

if TYPE_CHECKING:  # it needs the package cryptography, which a run without a network does without
    from doctor.sandbox.gate.gate import Gate

_ASKED_OVER_TCP = {"RES_OPTIONS": "use-vc"}
"""The C library takes an answer by UDP from nobody but the name server that it asked, who is not there."""
DESK = "_DOCTOR_DESK"
ALONE = "_DOCTOR_ALONE"
"""Set where the system neither finds a dead parent's children nor ends them: the runtime may not fork then, and watches its parent."""
_NODE_HOOKS = Path(__file__).with_name("runtimes") / "node" / "hooks.cjs"


class Outside:
    """The threads that hold one sandbox. Whoever makes one closes it, after the sandbox.

    Args:
        cell: The sandbox; it must not have started anything yet.
        gate: Where its connections lead; ``None``: it has no network at all.

    Raises:
        SandboxError: They do not hold it, as a try has shown.
    """

    def __init__(self, cell: Cell, gate: "Gate | None") -> None:
        self._loopback = gate.loopback() if gate is not None else Loopback(None, None)
        holder: Supervisor | Desk
        if cell.tier == "seccomp":
            (filters,) = cell.take_wire()
            holder = Supervisor(filters, self._loopback, cell.launcher, cell.listener.getsockname(), cell.tmp)
            cell.variables = _ASKED_OVER_TCP
        else:
            holder = desk = Desk(self._loopback, cell.listener.getsockname())
            alone = {} if sys.platform == "linux" else {ALONE: "1"}
            cell.variables = {DESK: f"{HERE}:{desk.port}", "NODE_OPTIONS": f"--require {_NODE_HOOKS}", **alone}
        self._holder = holder
        self._services: tuple[Service, ...] = (holder, self._loopback)
        with contextlib.ExitStack() as unless_held:
            unless_held.callback(self.close)
            if cell.tier == "seccomp" and not _holds(cell):
                raise SandboxError(
                    f"this machine does not let doctor answer a handler's system calls (seccomp notification): {advice.for_seccomp()}"
                )
            unless_held.pop_all()

    @property
    def attempts(self) -> int:
        """To reach a network that is not there."""
        return self._loopback.attempts

    @property
    def refused(self) -> tuple[str, ...]:
        """What the handler was not let do, or met otherwise, here only, in words."""
        # The C library puts first what it has an address of its own for that fits, and here that is IPv4 always.
        names = self._loopback.both if self._loopback.ipv6 and isinstance(self._holder, Supervisor) else ()
        ordered = (f"{name} was tried by IPv4 first on this tier, and is by IPv6 first on Lambda" for name in names)
        return (*self._holder.refused, *ordered)

    def check(self) -> None:
        """Raise what went wrong in a thread, or that nothing held the handler, which was not started then."""
        if isinstance(self._holder, Desk) and self._holder.unheld:
            raise SandboxError(
                "this machine's Node.js takes no hooks (NODE_OPTIONS), and doctor does not run a handler with the network open; install another one"
            )
        for one in self._services:
            one.check()

    def close(self) -> None:
        """Stop."""
        with contextlib.ExitStack() as stack:
            for one in self._services:
                stack.callback(one.close)


def _holds(cell: Cell) -> bool:
    """Try: a process of the sandbox must not reach a port of this machine that listens."""
    with socket.create_server((HERE, 0)) as listener:
        return cell.probe(listener.getsockname()[1])


def held(cell: Cell, gate: "Gate | None") -> Outside | None:
    """What holds the network of a sandbox that does not do so itself; the sandbox is closed when nothing does."""
    with contextlib.ExitStack() as unless_held:
        unless_held.callback(cell.close)
        outside = Outside(cell, gate) if cell.tier != "namespaces" else None
        unless_held.pop_all()
    return outside
