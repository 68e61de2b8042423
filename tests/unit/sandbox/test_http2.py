"""HTTP/2 by the examples of its own documents, and by what any client may send."""

import contextlib
import socket
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.iam.http_requests import HttpRequest
from doctor.sandbox.gate.hpack import Decoder, Undecodable, encoded, unsqueezed
from doctor.sandbox.gate.http2 import PREFACE, Conversation
from doctor.sandbox.gate.views import Answer

REQUEST = [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "www.example.com")]
WITH_CACHE = [*REQUEST, ("cache-control", "no-cache")]
CUSTOM = [
    (":method", "GET"),
    (":scheme", "https"),
    (":path", "/index.html"),
    (":authority", "www.example.com"),
    ("custom-key", "custom-value"),
]
PLAIN = (
    "828684410f7777772e6578616d706c652e636f6d",
    "828684be58086e6f2d6361636865",
    "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
)
SQUEEZED = (
    "828684418cf1e3c2e5f23a6ba0ab90f4ff",
    "828684be5886a8eb10649cbf",
    "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
)


@pytest.mark.parametrize("blocks", [PLAIN, SQUEEZED])
def test_the_examples_of_rfc_7541_read_as_it_says(blocks: tuple[str, ...]) -> None:
    decoder = Decoder()

    assert [decoder.read(bytes.fromhex(one)) for one in blocks] == [REQUEST, WITH_CACHE, CUSTOM]


FIELDS = st.lists(st.tuples(st.text("abc-:", min_size=1), st.text(st.characters(codec="latin-1"), max_size=300)))


@given(FIELDS)
def test_what_is_encoded_is_read_again(fields: list[tuple[str, str]]) -> None:
    assert Decoder().read(encoded(fields)) == fields


@given(st.binary(max_size=60))
def test_rubbish_is_read_or_refused(data: bytes) -> None:
    for read in (Decoder().read, unsqueezed):
        try:
            read(data)
        except Undecodable:
            continue


def frame(kind: int, flags: int, number: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3) + struct.pack("!BBI", kind, flags, number) + payload


def talk(*frames: bytes, answer: Answer | None, window: bytes = b"") -> tuple[list[HttpRequest], dict[int, bytes], str]:
    """Send frames; the requests that were understood, the bodies that came back by stream, and the last word."""
    ours, theirs = socket.socketpair()
    asked: list[HttpRequest] = []
    said: list[str] = []

    def respond(request: HttpRequest) -> Answer | None:
        asked.append(request)
        return answer

    def serve() -> None:
        said.append(Conversation(theirs, respond, 1 << 20).serve())
        theirs.close()

    server = threading.Thread(target=serve)
    server.start()
    with contextlib.suppress(ConnectionError):  # the server may hang up in the middle
        ours.sendall(PREFACE + frame(4, 0, 0) + b"".join(frames))
    received = bytearray()
    bodies: dict[int, bytes] = {}
    if window:
        ours.settimeout(0.3)
        try:
            while data := ours.recv(1 << 16):
                received += data
        except TimeoutError:
            ours.sendall(window)
    ours.settimeout(5)
    with contextlib.suppress(ConnectionError):
        ours.sendall(frame(7, 0, 0, bytes(8)))
        while data := ours.recv(1 << 16):
            received += data
    server.join()
    ours.close()
    while received:
        size, kind, number = int.from_bytes(received[:3]), received[3], int.from_bytes(received[5:9])
        if kind == 0:
            bodies[number] = bodies.get(number, b"") + bytes(received[9 : 9 + size])
        del received[: 9 + size]
    return asked, bodies, said[0]


POST = encoded([(":method", "POST"), (":path", "/a?b"), (":authority", "h.example"), ("x-amz-target", "T.Op")])


def test_a_request_in_pieces_is_one_request() -> None:
    """Padding, priority and a continuation included."""
    head = b"\x03" + bytes(5) + POST[:10] + bytes(3)
    frames = (
        frame(1, 0x28, 1, head),
        frame(9, 0x4, 1, POST[10:]),
        frame(0, 0, 1, b"one "),
        frame(0, 0x9, 1, b"\x02two\0\0"),
    )
    (asked,), bodies, why = talk(*frames, answer=Answer(200, {"Connection": "x", "A": "b"}, b"answer"))

    assert (asked.method, asked.target, asked.headers["host"], asked.body) == ("POST", "/a?b", "h.example", b"one two")
    assert (bodies, why) == ({1: b"answer"}, "")


def test_an_answer_waits_for_room() -> None:
    """The other side takes 65,535 bytes before it is asked for more."""
    body = b"x" * 200_000
    more = frame(8, 0, 0, struct.pack("!I", 200_000)) + frame(8, 0, 1, struct.pack("!I", 200_000))
    _, bodies, _ = talk(frame(1, 0x5, 1, POST), answer=Answer(200, {}, body), window=more)

    assert bodies == {1: body}


def test_several_requests_share_a_connection() -> None:
    frames = [frame(1, 0x5, number, POST) for number in (1, 3, 5)]
    asked, bodies, _ = talk(*frames, frame(6, 0, 0, bytes(8)), frame(2, 0, 3, bytes(5)), answer=Answer(200, {}, b"y"))

    assert len(asked) == 3
    assert bodies == {1: b"y", 3: b"y", 5: b"y"}


def test_a_body_that_is_too_large_is_said_to_be() -> None:
    frames = [frame(1, 0x4, 1, POST), *(frame(0, 0, 1, bytes(16_384)) for _ in range(65))]

    assert "more than 1 MB" in talk(*frames, answer=Answer(200))[2]


def test_what_is_not_http_2_is_said_to_be() -> None:
    assert talk(frame(1, 0x5, 1, b"\x80"), answer=None)[2] == "what the handler sent is not HTTP/2"
