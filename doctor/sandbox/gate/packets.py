"""The far end of the sandbox's wire: takes every packet of the handler, and decides on connections before they open.

A connection that may open is turned round to a listener of ours inside the same namespace: the two addresses change
places and one port is exchanged, so that the kernel there is both ends of it and keeps the true address and port.
A packet that is dropped hangs as in a VPC. Source: RFC 791, RFC 793, RFC 768, RFC 1624 (checksums).
"""

import contextlib
import selectors
import socket
import struct
from collections.abc import Callable
from typing import NamedTuple

from doctor.model.gate import Way
from doctor.sandbox.gate import names
from doctor.sandbox.launcher.network import far_end

_LARGEST = 1 << 16
_TCP, _UDP = 6, 17
_SYN, _RST_ACK, _SYN_MASK = 0x02, 0x14, 0x12
_DNS = 53
_NO_OPTIONS = 5 << 4
_SIZES = {_TCP: 20, _UDP: 8}


class Packet(NamedTuple):
    """An IPv4 packet with TCP or UDP inside, as far as the gate looks into it."""

    data: bytearray
    at: int
    """Where the inner protocol begins."""
    protocol: int
    source: bytes
    destination: bytes
    source_port: int
    destination_port: int

    @classmethod
    def read(cls, data: bytes) -> "Packet | None":
        """Take a packet apart; ``None`` when it is not one of these, or a later fragment."""
        if len(data) < 20 or data[0] >> 4 != 4:  # noqa: PLR2004 -- the smallest header; version 4
            return None
        at, protocol = (data[0] & 15) * 4, data[9]
        (fragment,) = struct.unpack_from("!H", data, 6)
        if protocol not in _SIZES or len(data) < at + _SIZES[protocol] or fragment & 0x1FFF:
            return None
        ports = struct.unpack_from("!HH", data, at)
        return cls(bytearray(data), at, protocol, data[12:16], data[16:20], *ports)

    @property
    def opens(self) -> bool:
        """Whether it is the first of a TCP connection."""
        return self.data[self.at + 13] & _SYN_MASK == _SYN


def turned(packet: Packet, *, source_port: int | None = None, destination_port: int | None = None) -> bytes:
    """A TCP packet on its way back, one of its ports exchanged. The sums stand: only the port changes what they cover."""
    data, at = packet.data, packet.at
    data[12:16], data[16:20] = packet.destination, packet.source
    if source_port is not None:
        place, old, new = at, packet.source_port, source_port
    else:
        place, old, new = at + 2, packet.destination_port, destination_port or 0
    struct.pack_into("!H", data, place, new)
    (checked,) = struct.unpack_from("!H", data, at + 16)
    total = (~checked & 0xFFFF) + (~old & 0xFFFF) + new
    struct.pack_into("!H", data, at + 16, ~_folded(total) & 0xFFFF)
    return bytes(data)


def refusal(packet: Packet) -> bytes:
    """What a closed port answers to the first packet of a connection."""
    (number,) = struct.unpack_from("!I", packet.data, packet.at + 4)
    head = struct.pack(
        "!HHIIBBHHH",
        packet.destination_port,
        packet.source_port,
        0,
        (number + 1) & 0xFFFFFFFF,
        _NO_OPTIONS,
        _RST_ACK,
        0,
        0,
        0,
    )
    pseudo = packet.destination + packet.source + struct.pack("!BBH", 0, _TCP, len(head))
    whole = head[:16] + struct.pack("!H", checksum(pseudo + head)) + head[18:]
    return _wrapped(packet.destination, packet.source, _TCP, whole)


def datagram(packet: Packet, data: bytes) -> bytes:
    """The answer to a UDP packet; IPv4 allows it to go without a sum of its own."""
    head = struct.pack("!HHHH", packet.destination_port, packet.source_port, 8 + len(data), 0)
    return _wrapped(packet.destination, packet.source, _UDP, head + data)


def _wrapped(source: bytes, destination: bytes, protocol: int, data: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 0, 0, 64, protocol, 0, source, destination)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data


def checksum(data: bytes) -> int:
    """The Internet checksum."""
    data += bytes(len(data) % 2)
    return ~_folded(sum(struct.unpack(f"!{len(data) // 2}H", data))) & 0xFFFF


def _folded(total: int) -> int:
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


class Switch:
    """Decides on every packet that comes out of the wire, and puts back what the handler shall receive.

    Args:
        packets: The far end of the wire.
        port: Of the listener to which open connections are turned.
        book: The addresses of names.
        resolves: Whether a name is known.
        way: What becomes of a connection to a host (a name, or an address) and a port.
        ignored: Is told of UDP packets that are dropped: host and port.
    """

    def __init__(
        self,
        packets: socket.socket,
        port: int,
        book: names.Book,
        *,
        resolves: Callable[[str], bool],
        way: Callable[[str, int], Way],
        ignored: Callable[[str, int], None],
    ) -> None:
        self._packets = packets
        self._port = port
        self._book = book
        self._resolves = resolves
        self._way = way
        self._ignored = ignored
        self._flows: dict[tuple[bytes, int], int] = {}
        self._names: dict[str, bool] = {}
        self._stopped: dict[tuple[tuple[bytes, int], int], Way] = {}

    def serve(self, stop: socket.socket) -> None:
        """Work until ``stop`` can be read."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._packets, selectors.EVENT_READ)
            selector.register(stop, selectors.EVENT_READ)
            while all(key.fileobj is not stop for key, _ in selector.select()):
                with contextlib.suppress(BlockingIOError):
                    packet = Packet.read(self._packets.recv(_LARGEST, socket.MSG_DONTWAIT))
                    answer = self.answer(packet) if packet else None
                    if answer:
                        self._packets.sendto(answer, far_end())

    def host(self, peer: tuple[str, int]) -> tuple[str, int] | None:
        """Which host and port a connection was meant for that the listener accepted from ``peer``; ``None``: for itself."""
        address, source_port = peer
        port = self._flows.get((socket.inet_aton(address), source_port))
        return None if port is None else (self._book.host(address), port)

    def answer(self, packet: Packet) -> bytes | None:
        """What to put back on the wire for a packet; ``None``: nothing."""
        if packet.protocol == _UDP:
            return self._datagram(packet)
        if packet.source_port == self._port:
            meant = self._flows.get((packet.destination, packet.destination_port))
            return None if meant is None else turned(packet, source_port=meant)
        flow = packet.destination, packet.source_port
        if packet.opens and not self._opened(packet, flow):
            return refusal(packet) if self._stopped[flow, packet.destination_port] == "refused" else None
        return turned(packet, destination_port=self._port) if flow in self._flows else None

    def _opened(self, packet: Packet, flow: tuple[bytes, int]) -> bool:
        """Whether a connection may open: asked once, however often its first packet is sent."""
        port = packet.destination_port
        if (flow, port) not in self._stopped and self._flows.get(flow) != port:
            way = self._way(self._host(packet), port)
            if way == "open":
                self._flows[flow] = port
            else:
                self._stopped[flow, port] = way
        return (flow, port) not in self._stopped

    def _datagram(self, packet: Packet) -> bytes | None:
        if packet.destination_port != _DNS:
            self._ignored(self._host(packet), packet.destination_port)
            return None
        asked = names.question(bytes(packet.data[packet.at + 8 :]))
        if asked is None:
            return None
        known = self._names.get(asked.name)
        if known is None:
            known = self._names[asked.name] = self._resolves(asked.name)
        address = self._book.address(asked.name) if known else ""
        return datagram(packet, names.reply(asked, address))

    def _host(self, packet: Packet) -> str:
        return self._book.host(socket.inet_ntoa(packet.destination))
