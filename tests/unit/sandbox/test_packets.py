"""Packets by the byte: what the gate puts on the wire is what a kernel accepts."""

import socket
import struct

from hypothesis import given
from hypothesis import strategies as st

from doctor.model.gate import Way
from doctor.sandbox.gate import names
from doctor.sandbox.gate.packets import Packet, Switch, checksum, no_route, refusal, turned

PORTS = st.integers(1, 65535)
ADDRESSES = st.binary(min_size=4, max_size=4)
NEAR, FAR = socket.inet_aton("169.254.100.6"), socket.inet_aton("10.0.3.7")
LISTENER = 40000


def packet(
    source: bytes, source_port: int, to: bytes, port: int, *, protocol: int = 6, flags: int = 2, data: bytes = b""
) -> bytes:
    """As the kernel sends one, with whole sums."""
    if protocol == 17:
        inner = struct.pack("!HHHH", source_port, port, 8 + len(data), 0) + data
    else:
        inner = struct.pack("!HHIIBBHHH", source_port, port, 7, 0, 0x50, flags, 64, 0, 0) + data
        pseudo = source + to + struct.pack("!BBH", 0, protocol, len(inner))
        inner = inner[:16] + struct.pack("!H", checksum(pseudo + inner)) + inner[18:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(inner), 1, 0, 64, protocol, 0, source, to)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + inner


def sums_hold(data: bytes) -> bool:
    pseudo = data[12:20] + struct.pack("!BBH", 0, data[9], len(data) - 20)
    return checksum(data[:20]) in (0, 0xFFFF) and checksum(pseudo + data[20:]) in (0, 0xFFFF)


def read(data: bytes) -> Packet:
    found = Packet.read(data)
    assert found is not None
    return found


@given(ADDRESSES, ADDRESSES, st.tuples(PORTS, PORTS, PORTS), st.binary(max_size=64))
def test_a_turned_packet_comes_from_where_it_went_and_its_sums_hold(
    source: bytes, to: bytes, ports: tuple[int, int, int], data: bytes
) -> None:
    source_port, port, listener = ports
    sent = packet(source, source_port, to, port, flags=0x10, data=data)
    back = turned(read(sent), destination_port=listener)
    found = read(back)

    assert (found.source, found.source_port, found.destination, found.destination_port) == (
        to,
        source_port,
        source,
        listener,
    )
    assert sums_hold(back)
    assert back[40:] == data
    # The answer of the listener takes the same way home, from the port that was meant.
    answer = turned(read(packet(source, listener, to, source_port, flags=0x10)), source_port=port)
    assert (read(answer).source_port, read(answer).source) == (port, to)
    assert sums_hold(answer)


@given(ADDRESSES, PORTS, ADDRESSES, PORTS)
def test_a_refusal_resets_the_connection_that_was_asked_for(
    source: bytes, source_port: int, to: bytes, port: int
) -> None:
    back = refusal(read(packet(source, source_port, to, port)))
    found = read(back)

    assert (found.source, found.source_port, found.destination, found.destination_port) == (
        to,
        port,
        source,
        source_port,
    )
    assert struct.unpack_from("!I", back, 28)[0] == 8
    assert back[33] == 0x14
    assert sums_hold(back)


ADDRESSES_V6 = st.binary(min_size=16, max_size=16)


def packet_v6(source: bytes, source_port: int, to: bytes, port: int, *, flags: int = 2, data: bytes = b"") -> bytes:
    """The same of version 6."""
    inner = struct.pack("!HHIIBBHHH", source_port, port, 7, 0, 0x50, flags, 64, 0, 0) + data
    inner = inner[:16] + struct.pack("!H", checksum(pseudo_v6(source, to, len(inner), 6) + inner)) + inner[18:]
    return struct.pack("!IHBB", 6 << 28, len(inner), 6, 64) + source + to + inner


def pseudo_v6(source: bytes, to: bytes, length: int, protocol: int) -> bytes:
    """As RFC 8200 writes it."""
    return source + to + struct.pack("!IHBB", length, 0, 0, protocol)


def sums_hold_v6(data: bytes) -> bool:
    pseudo = pseudo_v6(data[8:24], data[24:40], len(data) - 40, data[6])
    return checksum(pseudo + data[40:]) in (0, 0xFFFF)


@given(ADDRESSES_V6, ADDRESSES_V6, st.tuples(PORTS, PORTS, PORTS), st.binary(max_size=64))
def test_a_packet_of_version_6_is_turned_round_and_its_sum_holds(
    source: bytes, to: bytes, ports: tuple[int, int, int], data: bytes
) -> None:
    source_port, port, listener = ports
    back = turned(read(packet_v6(source, source_port, to, port, flags=0x10, data=data)), destination_port=listener)
    found = read(back)

    assert (found.source, found.source_port, found.destination, found.destination_port) == (
        to,
        source_port,
        source,
        listener,
    )
    assert found.version == 6
    assert sums_hold_v6(back)
    assert back[60:] == data


@given(ADDRESSES_V6, PORTS, ADDRESSES_V6, PORTS)
def test_a_refusal_and_a_want_of_route_of_version_6_have_whole_sums(
    source: bytes, source_port: int, to: bytes, port: int
) -> None:
    sent = packet_v6(source, source_port, to, port)
    reset, control = refusal(read(sent)), no_route(read(sent))

    assert (reset[8:24], reset[24:40], reset[6], reset[53]) == (to, source, 6, 0x14)
    assert sums_hold_v6(reset)
    assert (control[8:24], control[24:40], control[6], control[40:42]) == (to, source, 58, b"\x01\x00")
    assert control[48:] == sent
    assert sums_hold_v6(control)


@given(ADDRESSES, PORTS, ADDRESSES, PORTS)
def test_a_want_of_route_of_version_4_quotes_the_packet(source: bytes, source_port: int, to: bytes, port: int) -> None:
    sent = packet(source, source_port, to, port)
    control = no_route(read(sent))

    assert (control[9], control[20:22], control[28:]) == (1, b"\x03\x00", sent)
    assert checksum(control[:20]) in (0, 0xFFFF)
    assert checksum(control[20:]) in (0, 0xFFFF)


@given(st.binary(max_size=80))
def test_rubbish_is_no_packet_and_no_question(data: bytes) -> None:
    found = Packet.read(data)
    assert found is None or found.protocol in (6, 17)
    names.question(data)


def switch(way: Way = "open") -> tuple[Switch, list[tuple[str, int]]]:
    asked: list[tuple[str, int]] = []

    def known(name: str) -> names.Families:
        return {"known.example": frozenset({4}), "both.example": frozenset({4, 6}), "six.example": frozenset({6})}.get(
            name, frozenset()
        )

    def decide(host: str, port: int, _version: int) -> Way:
        asked.append((host, port))
        return way

    near, _far = socket.socketpair()
    book = names.Book()
    made = Switch((near,), LISTENER, book, resolves=known, way=decide, ignored=lambda *_: None)
    near.close()
    _far.close()
    return made, asked


def test_a_connection_is_decided_once_however_often_it_is_tried() -> None:
    made, asked = switch("dropped")
    first = packet(NEAR, 5000, FAR, 443)

    assert [made.answer(read(first)) for _ in range(3)] == [None] * 3
    assert made.answer(read(packet(NEAR, 5001, FAR, 443))) is None
    assert asked == [("10.0.3.7", 443)] * 2


def test_packets_of_a_connection_that_never_opened_go_nowhere() -> None:
    made, asked = switch()

    assert made.answer(read(packet(NEAR, 5000, FAR, 443, flags=0x10))) is None
    assert made.answer(read(packet(NEAR, LISTENER, FAR, 5000, flags=0x10))) is None
    assert not asked


def test_the_listener_learns_what_was_meant() -> None:
    made, _ = switch()
    opened = made.answer(read(packet(NEAR, 5000, FAR, 5432)))

    assert opened is not None
    assert read(opened).destination_port == LISTENER
    assert made.host("10.0.3.7", 5000) == ("10.0.3.7", 5432)


def question(name: str, kind: int = 1) -> bytes:
    labels = b"".join(bytes([len(one)]) + one.encode() for one in name.split("."))
    return struct.pack("!6H", 9, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


def asked(name: str, kind: int = 1) -> bytes:
    made, _ = switch()
    answer = made.answer(read(packet(NEAR, 5353, FAR, 53, protocol=17, data=question(name, kind))))
    assert answer is not None
    assert checksum(answer[:20]) in (0, 0xFFFF)
    return answer[28:]


def test_a_known_name_has_one_address_and_an_unknown_one_none() -> None:
    assert asked("KNOWN.example")[-4:] == socket.inet_aton("198.18.0.1")
    assert asked("other.example")[3] & 15 == 3


def test_a_name_with_both_has_an_address_of_each_kind() -> None:
    assert asked("both.example")[-4:] == socket.inet_aton("198.18.0.1")
    assert asked("both.example", kind=28)[-16:] == socket.inet_pton(socket.AF_INET6, "2001:2::1")
    assert struct.unpack_from("!H", asked("six.example"), 6)[0] == 0
    assert struct.unpack_from("!H", asked("six.example", kind=28), 6)[0] == 1
    assert asked("other.example", kind=28)[3] & 15 == 3


def test_a_known_name_has_no_address_of_another_kind() -> None:
    answer = asked("known.example", kind=28)

    assert (answer[3] & 15, struct.unpack_from("!H", answer, 6)[0]) == (0, 0)


def test_every_name_has_an_address_of_its_own() -> None:
    book = names.Book()
    both = frozenset({4, 6})
    given_ = [book.addresses(f"h{number}.example", both) for number in range(600)]

    for version in both:
        assert len({one[version] for one in given_}) == 600
        assert [book.host(one[version]) for one in given_] == [f"h{number}.example" for number in range(600)]
    assert book.addresses("h0.example", both) == given_[0]
    assert book.addresses("h0.example", frozenset({6})) == {6: given_[0][6]}
    assert book.host("10.0.0.1") == "10.0.0.1"
