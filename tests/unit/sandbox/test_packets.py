"""Packets by the byte: what the gate puts on the wire is what a kernel accepts."""

import socket
import struct

from hypothesis import given
from hypothesis import strategies as st

from doctor.model.gate import Way
from doctor.sandbox.gate import names
from doctor.sandbox.gate.packets import Packet, Switch, checksum, refusal, turned

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


@given(st.binary(max_size=80))
def test_rubbish_is_no_packet_and_no_question(data: bytes) -> None:
    found = Packet.read(data)
    assert found is None or found.protocol in (6, 17)
    names.question(data)


def switch(way: Way = "open") -> tuple[Switch, list[tuple[str, int]]]:
    asked: list[tuple[str, int]] = []

    def decide(host: str, port: int) -> Way:
        asked.append((host, port))
        return way

    near, _far = socket.socketpair()
    book = names.Book()
    made = Switch(
        near, LISTENER, book, resolves=lambda name: name == "known.example", way=decide, ignored=lambda *_: None
    )
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
    assert made.host(("10.0.3.7", 5000)) == ("10.0.3.7", 5432)


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


def test_a_known_name_has_no_address_of_another_kind() -> None:
    answer = asked("known.example", kind=28)

    assert (answer[3] & 15, struct.unpack_from("!H", answer, 6)[0]) == (0, 0)


def test_every_name_has_an_address_of_its_own() -> None:
    book = names.Book()
    given_ = [book.address(f"h{number}.example") for number in range(600)]

    assert len(set(given_)) == 600
    assert [book.host(one) for one in given_] == [f"h{number}.example" for number in range(600)]
    assert book.address("h0.example") == given_[0]
    assert book.host("10.0.0.1") == "10.0.0.1"
