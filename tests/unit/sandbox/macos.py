"""Runs tests as if this were macOS: everything but its kernel. What Linux alone has is taken away, and asking for it is an error.

``python -m tests.unit.sandbox.macos ARGUMENTS`` is pytest; with ``doctor`` for the first it is doctor. What it cannot show: kqueue, how a BSD fills a backlog, what ps
writes there, which error numbers there are.
"""

import importlib.util
import os
import socket
import sys
import sysconfig
import urllib.request  # noqa: F401  it asks the system of its proxies, which this one does not answer
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_CALLS = ("unshare", "prctl", "mount", "umount2", "pivot_root", "syscall")
_LACKING = {
    os: ("memfd_create", "O_PATH", "getxattr", "pidfd_open", "sched_getaffinity", "setns", "unshare"),
    socket: ("AF_NETLINK", "AF_PACKET", "NETLINK_ROUTE"),
}
_ABSENT = ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client")
"""Packages that have no build for macOS, or come with one that has none."""
ROOT = Path(__file__).parents[3]


def pretend() -> None:
    """From here on this process is one of macOS."""
    sysconfig.get_config_vars()  # of the true system: it reads them from a file that is named for it
    sys.platform = "darwin"
    for module, names in _LACKING.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    find = importlib.util.find_spec
    importlib.util.find_spec = lambda name, *rest: None if name in _ABSENT else find(name, *rest)  # type: ignore[assignment]
    pair = socket.socketpair

    def streams_only(family: int = socket.AF_UNIX, kind: int = socket.SOCK_STREAM, *rest: int) -> Any:
        if kind == socket.SOCK_SEQPACKET:
            raise OSError(43, "Protocol not supported")
        return pair(family, kind, *rest)

    socket.socketpair = streams_only  # type: ignore[assignment]
    sys.addaudithook(_forbid)


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    """There is no /proc, and none of Linux's own system calls."""
    if event in ("open", "os.listdir", "os.scandir", "os.readlink") and str(arguments[0]).startswith("/proc"):
        raise AssertionError(f"{event} {arguments[0]}: there is no /proc on macOS")
    if event in ("ctypes.dlsym", "ctypes.call_function") and _named(arguments):
        raise AssertionError(f"{arguments[-1]}: a system call of Linux")


def _named(arguments: Iterable[object]) -> bool:
    return any(one in _CALLS for one in arguments if isinstance(one, str))


PROGRAM = f"""
import sys
sys.path.append({str(ROOT)!r})
from tests.unit.sandbox.macos import pretend
pretend()
sys.path.append(sys.argv[1])
from doctor.sandbox.launcher.forker import serve
serve(int(sys.argv[2]))
"""


def run(arguments: list[str]) -> int:
    """Run pytest, its launchers pretending too."""
    import hypothesis  # noqa: F401
    import pytest
    from cryptography import x509  # noqa: F401

    pretend()
    from doctor.sandbox import cell
    from doctor.sandbox.launchers import Launchers

    cell.launchers = Launchers(PROGRAM)  # type: ignore[attr-defined]
    if arguments[0] == "doctor":
        from doctor.cli.main import main

        return main(arguments[1:])
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
