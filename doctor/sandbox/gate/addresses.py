"""Socket addresses as the kernel has them, and who listens on this machine."""

import os
import socket
import struct
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import NamedTuple

V4, V6 = 4, 6
_LISTENING = "0A"
_UNCONNECTED = "07"
_TABLES = {"tcp": _LISTENING, "tcp6": _LISTENING, "udp": _UNCONNECTED, "udp6": _UNCONNECTED}


class Meant(NamedTuple):
    """What a socket address says."""

    version: int
    host: str = ""
    port: int = 0
    path: str | None = None
    """Of a socket of this machine; empty: one without a path."""

    @property
    def local(self) -> bool:
        """Whether it is this machine itself."""
        number = ip_address(self.host)
        return number.is_loopback or number.is_unspecified


def read(data: bytes) -> Meant | None:
    """Read a socket address; ``None``: it names nobody.

    Raises:
        struct.error: It is of no family that a sandbox may use.
    """
    (family,) = struct.unpack_from("=H", data)
    if family == socket.AF_UNSPEC:
        return None
    if family == socket.AF_UNIX:
        return Meant(0, path=data[2:].split(b"\0")[0].decode(errors="surrogateescape"))
    if family == socket.AF_INET:
        port, raw = struct.unpack_from("!H4s", data, 2)
        return Meant(V4, str(IPv4Address(raw)), port)
    if family == socket.AF_INET6:
        port, _, raw = struct.unpack_from("!HI16s", data, 2)
        number = IPv6Address(raw)
        if number.ipv4_mapped is not None:
            return Meant(V4, str(number.ipv4_mapped), port)
        return Meant(V6, str(number), port)
    raise struct.error(f"address family {family}")


def literal(host: str, port: int) -> Meant | None:
    """Read an address as text; ``None``: it is a name."""
    try:
        number = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(number, IPv6Address) and number.ipv4_mapped is not None:
        number = number.ipv4_mapped
    return Meant(number.version, str(number), port)


def listens(pids: Iterable[int], port: int) -> bool:
    """Whether one of some processes listens on a port of this machine."""
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    return bool(inodes) and any(link in inodes for pid in pids for link in _links(pid))


def _listening(port: int) -> Iterable[str]:
    """The inodes of sockets that wait on a port."""
    for table, state in _TABLES.items():
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            _, local, _, found, *_rest = line.split()
            if found == state and int(local.rpartition(":")[2], 16) == port:
                yield _rest[5]


def _links(pid: int) -> Iterable[str]:
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)  # noqa: PTH208  names only
    except OSError:
        return
    for name in names:
        try:
            yield os.readlink(f"{folder}/{name}")  # noqa: PTH115
        except OSError:
            continue
