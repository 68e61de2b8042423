"""The far end of the sandbox's wire: takes every packet of the handler, and decides on connections before they open.

A connection that may open is turned round to a listener of ours inside the same namespace: the two addresses change
places and one port is exchanged, so that the kernel there is both ends of it and keeps the true address and port.
A packet that is dropped hangs as in a VPC. Source: RFC 791, RFC 8200, RFC 793, RFC 768, RFC 792, RFC 4443,
RFC 1624 (checksums).
"""

import contextlib
import selectors
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from doctor.model.gate import Way
from doctor.sandbox.gate import names
from doctor.sandbox.gate.names import Families
from doctor.sandbox.launcher.network import far_end

_LARGEST = 1 << 16
_TCP, _UDP = 6, 17
_SYN, _RST_ACK, _SYN_MASK = 0x02, 0x14, 0x12
_DNS = 53
_NO_OPTIONS = 5 << 4
_SIZES = {_TCP: 20, _UDP: 8}
_V4, _V6 = 4, 6
_FAMILIES = {_V4: socket.AF_INET, _V6: socket.AF_INET6}
_ADDRESSES = {_V4: (12, 16, 20), _V6: (8, 24, 40)}
"""Where the source begins, the destination, and where that ends."""
_NO_ROUTE = {_V4: (1, 3), _V6: (58, 1)}
"""The protocol of control messages, and the type of "destination unreachable" in it; its code 0 is "no route"."""


class Packet(NamedTuple):
    """A packet with TCP or UDP inside, as far as the gate looks into it."""

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
        version = data[0] >> 4 if data else 0
        if version not in _ADDRESSES or len(data) < _ADDRESSES[version][-1]:
            return None
        source, destination, end = _ADDRESSES[version]
        # A packet of version 6 with headers in between is nobody's first.
        at, protocol = ((data[0] & 15) * 4, data[9]) if version == _V4 else (end, data[6])
        fragment = struct.unpack_from("!H", data, 6)[0] & 0x1FFF if version == _V4 else 0
        if protocol not in _SIZES or len(data) < at + _SIZES[protocol] or fragment:
            return None
        ports = struct.unpack_from("!HH", data, at)
        return cls(bytearray(data), at, protocol, data[source:destination], data[destination:end], *ports)

    @property
    def version(self) -> int:
        """Of IP."""
        return self.data[0] >> 4

    @property
    def address(self) -> str:
        """Where it goes, as text."""
        return socket.inet_ntop(_FAMILIES[self.version], self.destination)

    @property
    def opens(self) -> bool:
        """Whether it is the first of a TCP connection."""
        return self.data[self.at + 13] & _SYN_MASK == _SYN


def turned(packet: Packet, *, source_port: int | None = None, destination_port: int | None = None) -> bytes:
    """A TCP packet on its way back, one of its ports exchanged. The sums stand: only the port changes what they cover."""
    data, at = packet.data, packet.at
    source, destination, end = _ADDRESSES[packet.version]
    data[source:destination], data[destination:end] = packet.destination, packet.source
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
    whole = head[:16] + struct.pack("!H", checksum(_pseudo(packet, _TCP, len(head)) + head)) + head[18:]
    return _wrapped(packet, _TCP, whole)


def no_route(packet: Packet) -> bytes:
    """What a router says that has no way on: the first packet of a connection fails at once."""
    protocol, kind = _NO_ROUTE[packet.version]
    head = struct.pack("!BBHI", kind, 0, 0, 0) + packet.data
    covered = (_pseudo(packet, protocol, len(head)) if packet.version == _V6 else b"") + head
    return _wrapped(packet, protocol, head[:2] + struct.pack("!H", checksum(covered)) + head[4:])


def datagram(packet: Packet, data: bytes) -> bytes:
    """The answer to a UDP packet; IPv4 allows it to go without a sum of its own."""
    head = struct.pack("!HHHH", packet.destination_port, packet.source_port, 8 + len(data), 0)
    return _wrapped(packet, _UDP, head + data)


def _pseudo(packet: Packet, protocol: int, length: int) -> bytes:
    """What a sum covers beside the data of an answer. Version 6 writes it longer, by zeros alone, which add nothing."""
    return packet.destination + packet.source + struct.pack("!BBH", 0, protocol, length)


def _wrapped(packet: Packet, protocol: int, data: bytes) -> bytes:
    """An answer to a packet."""
    addresses = packet.destination + packet.source
    if packet.version == _V6:
        return struct.pack("!IHBB", _V6 << 28, len(data), protocol, 64) + addresses + data
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 0, 0, 64, protocol, 0) + addresses
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
        wires: The far ends of the wire, one for each version of IP.
        port: Of the listeners to which open connections are turned.
        book: The addresses of names.
        resolves: Which addresses a name has.
        way: What becomes of a connection to a host (a name, or an address) and a port.
        ignored: Is told of UDP packets that are dropped: host and port.
    """

    def __init__(
        self,
        wires: Sequence[socket.socket],
        port: int,
        book: names.Book,
        *,
        resolves: Callable[[str], Families],
        way: Callable[[str, int, int], Way],
        ignored: Callable[[str, int], None],
    ) -> None:
        self._wires = wires
        self._port = port
        self._book = book
        self._resolves = resolves
        self._way = way
        self._ignored = ignored
        self._flows: dict[tuple[bytes, int], int] = {}
        self._names: dict[str, Families] = {}
        self._stopped: dict[tuple[tuple[bytes, int], int], Way] = {}

    def serve(self, stop: socket.socket) -> None:
        """Work until ``stop`` can be read."""
        with selectors.DefaultSelector() as selector:
            for one in self._wires:
                selector.register(one, selectors.EVENT_READ, one)
            selector.register(stop, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    self._take(key.data)

    def _take(self, wire: socket.socket) -> None:
        """Take a packet from a wire, and put the answer back."""
        with contextlib.suppress(BlockingIOError):
            packet = Packet.read(wire.recv(_LARGEST, socket.MSG_DONTWAIT))
            answer = self.answer(packet) if packet else None
            if packet and answer:
                wire.sendto(answer, far_end(packet.version))

    def host(self, address: str, source_port: int) -> tuple[str, int] | None:
        """Which host and port a connection was meant for that a listener accepted from there; ``None``: for itself."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        port = self._flows.get((socket.inet_pton(family, address), source_port))
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
            says = _SAYS.get(self._stopped[flow, packet.destination_port])
            return says(packet) if says else None
        return turned(packet, destination_port=self._port) if flow in self._flows else None

    def _opened(self, packet: Packet, flow: tuple[bytes, int]) -> bool:
        """Whether a connection may open: asked once, however often its first packet is sent."""
        port = packet.destination_port
        if (flow, port) not in self._stopped and self._flows.get(flow) != port:
            way = self._way(self._book.host(packet.address), port, packet.version)
            if way == "open":
                self._flows[flow] = port
            else:
                self._stopped[flow, port] = way
        return (flow, port) not in self._stopped

    def _datagram(self, packet: Packet) -> bytes | None:
        if packet.destination_port != _DNS or packet.version != _V4:
            self._ignored(self._book.host(packet.address), packet.destination_port)
            return None
        asked = names.question(bytes(packet.data[packet.at + 8 :]))
        if asked is None:
            return None
        known = self._names.get(asked.name)
        if known is None:
            known = self._names[asked.name] = self._resolves(asked.name)
        return datagram(packet, names.reply(asked, self._book.addresses(asked.name, known)))


_SAYS: Mapping[Way, Callable[[Packet], bytes]] = {"refused": refusal, "unreachable": no_route}
"""What answers the first packet of a connection that does not open; nobody: it hangs."""
