"""Without namespaces: the launcher itself is the one who starts, watches and ends a handler's processes.

What it starts is held by a filter of system calls (seccomp) where the kernel asks us, by Landlock where the kernel has
it, and otherwise by nothing but hooks in the interpreter. Processes are told by their parents, not by a namespace.
"""

import contextlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Sequence

from doctor.sandbox.launcher import cgroups, kernel, landlock, seccomp
from doctor.sandbox.launcher.channel import Channel
from doctor.sandbox.launcher.init import Init
from doctor.sandbox.launcher.limiting import Limiter
from doctor.sandbox.launcher.processes import Started, Tree

TYPE_CHECKING = False  # typing takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any

_SHOWN = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/proc", "/dev", "/sys/devices/system/cpu")
_WRITTEN = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Hold:
    """What a child does to itself before it becomes its program.

    Args:
        readable: Paths that it may read below.
        writable: Paths that it may write below.
        asking: Where the filter is handed out; ``None``: there is none.
    """

    def __init__(self, readable: Sequence[str], writable: Sequence[str], asking: socket.socket | None) -> None:
        self._readable = [*_SHOWN, *readable]
        self._writable = [*_WRITTEN, *writable]
        self._asking = asking

    def __call__(self) -> None:
        """Hold this process.

        Raises:
            OSError: The kernel refused; the program must not start then.
        """
        if sys.platform != "linux":
            return
        kernel.die_with_parent(signal.SIGKILL)
        kernel.no_new_privileges()
        if landlock.version():
            landlock.restrict(self._readable, self._writable)
        if self._asking is not None:
            seccomp.hand_out(self._asking)


def serve(control: Channel, config: "dict[str, Any]", files: Sequence[int]) -> None:
    """Serve a sandbox until ``control`` closes, and leave nothing behind.

    Args:
        control: Where it is told what to do.
        config: How it is built.
        files: Where filters are handed out, for a sandbox that is held by them.
    """
    linux = sys.platform == "linux"
    started: dict[int, str] = {}
    processes = Tree(os.getpid()) if linux else Started(lambda: started)
    try:
        asking = _kept(files[0]) if files else None
        if linux:
            kernel.adopt_orphans()
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    except OSError as error:
        control.send({"is": "failed", "where": config["tier"], "error": str(error)})
        return
    control.send({"is": "ready", "no_wire": "", "no_ipv6": ""}, [listener.fileno()])
    listener.close()
    group = cgroups.wanted(config) if linux else None
    try:
        Init(
            control,
            limiter=Limiter.wanted(config, processes, group),
            processes=processes,
            children=started,
            hold=Hold(config["readable"], [config["tmp"]], asking),
            unreachable=lambda: 0,
        ).serve()
    finally:
        processes.send(signal.SIGKILL)
        if group is not None:
            group.remove()
        for path in filter(None, (config["stage"], config["scratch"])):
            remove(path)


def remove(path: str) -> None:
    """Remove a directory with what a handler left in it, write-protected directories included."""
    for folder, _, _ in os.walk(path):
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
    import shutil  # it takes milliseconds, which are none of a start's

    shutil.rmtree(path, ignore_errors=True)


def _kept(fd: int) -> socket.socket:
    """A descriptor out of the reach of what is started, at the one place that the filter leaves open.

    Raises:
        OSError: This machine does not allow as many descriptors.
    """
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.dup2(fd, seccomp.KEPT_FD, inheritable=False)
    os.close(fd)
    return socket.socket(fileno=seccomp.KEPT_FD)
