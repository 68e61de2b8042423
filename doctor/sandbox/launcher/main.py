"""Into new user, mount, network, process and IPC namespaces; the first process there is ``Init``."""

import contextlib
import os
import resource
import signal
import socket

from doctor.sandbox.launcher import cgroups, filesystem, kernel, network
from doctor.sandbox.launcher.channel import Channel
from doctor.sandbox.launcher.init import Init, bound
from doctor.sandbox.launcher.limiting import Limiter
from doctor.sandbox.launcher.processes import Namespace

TYPE_CHECKING = False  # typing takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any

_UID, _GID = 993, 990
"""Lambda's own user."""
_PROCESSES = 742
_BUILT, _WIRE, _NO_WIRE, _WORDS = b"+", b"w", b"-", 4096
"""What the two processes that set a sandbox up tell each other: the files are there, or why not; whether there is a wire."""
_HOSTNAME = "169.254.100.6"
"""As on Lambda, which names its machines by an address."""


def main(fd: int) -> None:
    """Serve the sandbox at the other end of the socket ``fd`` until it closes.

    The first message is the configuration; the first answer is ``ready`` with the Runtime API's listener, or
    ``failed`` with what the kernel refused.
    """
    end = socket.socket(fileno=fd)
    end.set_inheritable(False)
    control = Channel(end)
    first = control.receive()
    if first is None:
        return  # doctor is gone already
    ((config, files),) = first
    if config["tier"] != "namespaces":
        from doctor.sandbox.launcher import outside  # few need it

        outside.serve(control, config, files)
        return
    above, scratch = os.path.split(config["scratch"])
    around = os.open(above or ".", os.O_PATH | os.O_CLOEXEC)  # the path itself leads elsewhere from inside
    group = cgroups.wanted(config)
    try:
        _leave()
    except OSError as error:
        _fail(control, "namespaces", error)
        if group is not None:
            group.remove()
        return
    near, far = socket.socketpair()
    child = os.fork()
    if child == 0:
        kernel.die_with_parent(signal.SIGKILL)
        os.close(around)
        near.close()
        _first_process(control, config, group, far)
        os._exit(0)
    far.close()
    with near:
        _connect(control, config, near)
    os.waitpid(child, 0)  # ``control`` stays open: when it closes, everything is gone
    if group is not None:
        group.remove()
    if scratch:
        _remove(scratch, around)


def _remove(name: str, above: int) -> None:
    """Remove a directory with all that is in it, as far as that goes."""
    with contextlib.suppress(OSError):  # doctor has done it
        for _, folders, files, at in os.fwalk(name, topdown=False, dir_fd=above):
            for one in (*files, *folders):
                _remove_one(one, at)
        os.rmdir(name, dir_fd=above)


def _remove_one(name: str, at: int) -> None:
    with contextlib.suppress(OSError):
        try:
            os.unlink(name, dir_fd=at)
        except IsADirectoryError:
            os.rmdir(name, dir_fd=at)


def _leave() -> None:
    """Enter the new namespaces as Lambda's user, who is us outside."""
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(kernel.NEW_NAMESPACES)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{_UID} {uid} 1"), ("gid_map", f"{_GID} {gid} 1")):
        with open(f"/proc/self/{name}", "wb", buffering=0) as file:
            file.write(text.encode())


def _connect(control: Channel, config: "dict[str, Any]", first: socket.socket) -> None:
    """Set up the network while the ``first`` process sets up the files, and hand out what doctor gets of it."""
    sockets: list[socket.socket] = []
    try:
        kernel.bring_up("lo")
        host, port = config["api"]
        sockets.append(socket.create_server((host, port), backlog=64))
        no_wire, no_ipv6 = _lay_wire(sockets, ipv6=config["ipv6"]) if config["gate"] else ("", "")
    except OSError as error:
        _fail(control, "sandbox", error)
        return  # the first process sees our end closed
    refused = first.recv(_WORDS)
    if refused == _BUILT:
        control.send({"is": "ready", "no_wire": no_wire, "no_ipv6": no_ipv6}, [one.fileno() for one in sockets])
        first.send(_WIRE if config["gate"] and not no_wire else _NO_WIRE)
    elif refused:
        _fail(control, "sandbox", refused.decode())
    for one in sockets:
        one.close()


def _first_process(
    control: Channel, config: "dict[str, Any]", group: cgroups.Group | None, outer: socket.socket
) -> None:
    """Set up the files, and serve when ``outer``, the process that started this one, has set up the network."""
    try:
        socket.sethostname(_HOSTNAME)
        filesystem.build(config["mounts"], config["opt"], config["tmp_size"], config["trusted"])
    except OSError as error:
        outer.send(str(error).encode())
        return
    outer.send(_BUILT)
    wire = outer.recv(1)
    outer.close()
    if not wire:
        return
    processes = Namespace()
    Init(
        control,
        limiter=Limiter.wanted(config, processes, group),
        processes=processes,
        hold=_bound,
        # Where there is a wire, the gate sees every attempt; to ask the kernel takes half a millisecond.
        unreachable=(lambda: 0) if wire == _WIRE else network.unreachable,
    ).serve()


def _bound() -> None:
    """Lambda's own number of processes, which a user namespace counts by itself."""
    bound(resource.RLIMIT_NPROC, _PROCESSES)


def _lay_wire(sockets: list[socket.socket], *, ipv6: bool) -> tuple[str, str]:
    """Add the sockets of a wire to the gate; or say why there is none, or none for IPv6: the sandbox stays without it then."""
    try:
        sockets += network.wire()
    except OSError as error:
        return str(error), ""
    try:
        sockets += network.second_wire(sockets[-1].getsockname()[1], preferred=ipv6)
    except OSError as error:
        return "", str(error)
    return "", ""


def _fail(control: Channel, where: str, error: object) -> None:
    control.send({"is": "failed", "where": where, "error": str(error)})
