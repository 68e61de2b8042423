"""The sandbox's own network, by the kernel alone: one wire, whose far end is a socket that takes and gives whole packets.

A pair of virtual Ethernet devices joins the handler's address with a packet socket. All that the handler sends, but to
its own loopback, comes out of that socket, which is handed to the gate outside; nothing else hangs on the wire, so
nothing leaves. Source: rtnetlink(7), packet(7), veth(4).
"""

import array
import contextlib
import fcntl
import os
import socket
import struct

from doctor.sandbox.launcher import kernel

NEAR = "169.254.100.6"
"""The handler's address, as on Lambda."""
NEAR_V6 = "2001:2:0:ffff::6"
"""The same by IPv6, in the range that RFC 5180 sets aside for test networks."""
NO_V6 = "fec0::6"
"""Its address where the function has no IPv6: of a kind that RFC 3879 gave up, which no library takes by choice."""
NAME_SERVER = "169.254.78.1"
_HANDLER_END, _GATE_END = "net0", "gate0"
_HARDWARE = b"\x02\x00\x00\x00\x00\x01"
_MTU = 16_000
_ETH_P = {4: 0x0800, 6: 0x86DD}
_NO_ARP = 0x80
_NEW_LINK, _SET_LINK, _NEW_ADDRESS, _NEW_ROUTE = 16, 19, 20, 24
_REQUEST_ACK_CREATE = 0x1 | 0x4 | 0x400 | 0x200
_ERROR = 2
_INFO_KIND, _INFO_DATA, _VETH_PEER = 1, 2, 1
_NO_CHECK, _FOR_EVER = 0x02, 0xFFFFFFFF
_ADDRESS, _NAME, _LINK_MTU, _LINK_INFO, _OF_FAMILY = 1, 3, 4, 18, 26
_GENERATE, _NONE = 8, b"\x01"
"""IFLA_INET6_ADDR_GEN_MODE: a device makes itself an address of IPv6, or does not."""
_MAIN_TABLE, _STATIC, _SCOPE_LINK, _UNICAST = 254, 4, 253, 1
_SIOCETHTOOL, _ETHTOOL_STXCSUM = 0x8946, 0x17


def wire() -> tuple[socket.socket, socket.socket]:
    """Lay the wire; return the packet socket at its far end, and a listener on the handler's address for the gate.

    Raises:
        OSError: The kernel has no such devices, or refuses them.
    """
    size = _attribute(_LINK_MTU, struct.pack("=I", _MTU))
    peer = _link(_attribute(_NAME, _GATE_END.encode() + b"\0") + size)
    kind = _attribute(_INFO_KIND, b"veth") + _attribute(_INFO_DATA, _attribute(_VETH_PEER, peer))
    near = (
        _attribute(_NAME, _HANDLER_END.encode() + b"\0")
        + _attribute(_ADDRESS, _HARDWARE)
        + size
        + _attribute(_LINK_INFO, kind)
    )
    _ask(_NEW_LINK, _link(near))
    index = socket.if_nametoindex(_HANDLER_END)
    address = socket.inet_aton(NEAR)
    body = struct.pack("=BBBBI", socket.AF_INET, 32, 0, 0, index)
    _ask(_NEW_ADDRESS, body + _attribute(2, address) + _attribute(1, address))
    _whole_checksums()
    for name in (_HANDLER_END, _GATE_END):
        with contextlib.suppress(OSError):  # there is no IPv6 in this kernel
            own = _attribute(_OF_FAMILY, _attribute(socket.AF_INET6, _attribute(_GENERATE, _NONE)))
            _ask(_SET_LINK, struct.pack("=BxHiII", socket.AF_UNSPEC, 0, socket.if_nametoindex(name), 0, 0) + own)
        kernel.bring_up(name, _NO_ARP)
    _route(socket.AF_INET, index, _attribute(7, address))
    return _packets(4), socket.create_server((NEAR, 0), backlog=256)


def second_wire(port: int, *, preferred: bool) -> tuple[socket.socket, socket.socket]:
    """The same for IPv6, over a wire that is laid.

    Args:
        port: Of the first listener; this one has the same.
        preferred: Whether the handler has IPv6. Where it has not, its address is deprecated and of no use outside: name
            lookups then put IPv4 first, as without any, and the gate sees who tries, to refuse as Lambda's kernel does.

    Raises:
        OSError: The kernel has no IPv6.
    """
    index, near = socket.if_nametoindex(_HANDLER_END), NEAR_V6 if preferred else NO_V6
    address = socket.inet_pton(socket.AF_INET6, near)
    lives = struct.pack("=IIII", _FOR_EVER if preferred else 0, _FOR_EVER, 0, 0)
    body = struct.pack("=BBBBI", socket.AF_INET6, 128, _NO_CHECK, 0, index)
    _ask(_NEW_ADDRESS, body + _attribute(2, address) + _attribute(1, address) + _attribute(6, lives))
    _route(socket.AF_INET6, index)
    return _packets(6), socket.create_server((near, port, 0, index), family=socket.AF_INET6, backlog=256)


def _route(family: int, index: int, *more: bytes) -> None:
    """Send everything over the wire."""
    scope = _SCOPE_LINK if family == socket.AF_INET else 0
    route = struct.pack("=8BI", family, 0, 0, 0, _MAIN_TABLE, _STATIC, scope, _UNICAST, 0)
    _ask(_NEW_ROUTE, route + _attribute(4, struct.pack("=I", index)) + b"".join(more))


def _packets(version: int) -> socket.socket:
    """What comes out of the wire, of one version of IP."""
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    packets.bind((_GATE_END, _ETH_P[version]))
    return packets


def far_end(version: int) -> tuple[str, int, int, int, bytes]:
    """Where a packet of a version of IP is sent so that the handler's end receives it."""
    return _GATE_END, _ETH_P[version], 0, 0, _HARDWARE


def _link(attributes: bytes) -> bytes:
    return struct.pack("=BxHiII", socket.AF_UNSPEC, 0, 0, _NO_ARP, _NO_ARP) + attributes


def _attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def _ask(kind: int, body: bytes) -> None:
    """Send one request to the kernel and wait for its word."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as link:
        link.bind((0, 0))
        link.send(struct.pack("=IHHII", 16 + len(body), kind, _REQUEST_ACK_CREATE, 1, 0) + body)
        answer = link.recv(4096)
    (said,) = struct.unpack_from("=H", answer, 4)
    (number,) = struct.unpack_from("=i", answer, 16)
    if said == _ERROR and number:
        raise OSError(-number, f"network device: {os.strerror(-number)}")


def _whole_checksums() -> None:
    """Have the kernel write checksums out, which it leaves to the hardware otherwise: there is none on this wire."""
    value = array.array("B", struct.pack("=II", _ETHTOOL_STXCSUM, 0))
    request = struct.pack("16sP8x", _HANDLER_END.encode(), value.buffer_info()[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCETHTOOL, request)


def unreachable() -> int:
    """How many packets found no route, or no name server: the attempts to reach the network."""
    total = 0
    for line in _lines("/proc/net/snmp6"):
        name, value = line.split()
        total += int(value) if name in ("Ip6OutNoRoutes", "Udp6NoPorts") else 0
    lines = _lines("/proc/net/snmp")
    for names, values in zip(lines[::2], lines[1::2], strict=False):
        table = dict(zip(names.split(), values.split(), strict=False))
        total += int(table.get("OutNoRoutes", "0")) + int(table.get("NoPorts", "0"))
    return total


def _lines(path: str) -> list[str]:
    with open(path) as file:
        return file.read().splitlines()
