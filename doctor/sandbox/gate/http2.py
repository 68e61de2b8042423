"""HTTP/2 from the server's side, for SDKs that speak nothing else to some services: the JavaScript SDK to Kinesis.

Source: RFC 9113. Requests are answered one after another; nothing is pushed, and priorities are not heeded.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from doctor.iam.http_requests import HttpRequest
from doctor.sandbox.gate.hpack import Decoder, Undecodable, encoded
from doctor.sandbox.gate.views import Answer

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RST, _SETTINGS, _PING, _GOAWAY, _WINDOW, _CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
_END_STREAM, _ACK, _END_HEADERS, _PADDED, _PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20
_INITIAL_WINDOW = 4
_DEFAULT_WINDOW = 65_535
_OUR_WINDOW = 1 << 24
_FRAME = 16_384
_READ = 1 << 18
_CONNECTION_FIELDS = {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length"}


@dataclass
class _Stream:
    """One request, and what of its answer waits for room."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    block: bytearray = field(default_factory=bytearray)
    body: bytearray = field(default_factory=bytearray)
    ends: bool = False
    unsent: bytearray | None = None
    window: int = _DEFAULT_WINDOW


class Conversation:
    """One connection.

    Args:
        connection: It, its preface not yet read.
        respond: Answers a request; ``None``: nobody does, and the connection is closed.
        keep: Bytes that a request's body may have.
    """

    def __init__(self, connection: socket.socket, respond: Callable[[HttpRequest], Answer | None], keep: int) -> None:
        self._connection = connection
        self._respond = respond
        self._keep = keep
        self._decoder = Decoder()
        self._streams: dict[int, _Stream] = {}
        self._window = self._initial = _DEFAULT_WINDOW

    def serve(self) -> str:
        """Answer until either side hangs up; empty, or why nothing could be answered.

        Raises:
            OSError: The connection broke.
        """
        settings = struct.pack("!HI", _INITIAL_WINDOW, _OUR_WINDOW)
        self._send(_SETTINGS, 0, 0, settings)
        self._send(_WINDOW, 0, 0, struct.pack("!I", _OUR_WINDOW))
        for kind, flags, number, payload in self._frames():
            if kind == _GOAWAY:
                return ""
            try:
                self._take(kind, flags, number, payload)
            except (Undecodable, struct.error, IndexError):
                return "what the handler sent is not HTTP/2"
            stream = self._streams.get(number)
            if stream is not None and len(stream.body) > self._keep:
                return f"it sent more than {self._keep >> 20} MB in one request"
            if stream is not None and stream.ends and stream.unsent is None and not self._answer(number, stream):
                return ""
            self._flush()
        return ""

    def _frames(self) -> Iterator[tuple[int, int, int, bytes]]:
        """Type, flags, stream and payload of each frame, the preface before them left out."""
        buffer, need = bytearray(), len(PREFACE)
        started = False
        while data := self._connection.recv(_READ):
            buffer += data
            while len(buffer) >= need:
                if not started:
                    started, need = True, 9
                    del buffer[: len(PREFACE)]
                    continue
                size = int.from_bytes(buffer[:3])
                if len(buffer) < 9 + size:
                    break
                kind, flags, number = struct.unpack_from("!BBI", buffer, 3)
                payload = bytes(buffer[9 : 9 + size])
                del buffer[: 9 + size]
                yield kind, flags, number & 0x7FFFFFFF, payload

    def _take(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        """Do what one frame says."""
        if kind in (_HEADERS, _CONTINUATION):
            self._headers(self._streams.setdefault(number, _Stream(window=self._initial)), kind, flags, payload)
        elif kind == _DATA and number in self._streams:
            self._data(number, self._streams[number], flags, payload)
        elif kind == _WINDOW:
            self._more_room(number, *struct.unpack("!I", payload))
        elif kind == _SETTINGS and not flags & _ACK:
            self._settings(payload)
        elif kind == _PING and not flags & _ACK:
            self._send(_PING, _ACK, 0, payload)
        elif kind == _RST:
            self._streams.pop(number, None)

    def _headers(self, stream: _Stream, kind: int, flags: int, payload: bytes) -> None:
        if kind == _HEADERS:
            payload = _unpadded(payload, flags)[5 if flags & _PRIORITY else 0 :]
            stream.ends |= bool(flags & _END_STREAM)
        stream.block += payload
        if flags & _END_HEADERS:
            stream.fields += self._decoder.read(bytes(stream.block))
            stream.block.clear()

    def _data(self, number: int, stream: _Stream, flags: int, payload: bytes) -> None:
        stream.body += _unpadded(payload, flags)
        stream.ends |= bool(flags & _END_STREAM)
        if payload:
            for one in (0, number):
                self._send(_WINDOW, 0, one, struct.pack("!I", len(payload)))

    def _more_room(self, number: int, more: int) -> None:
        if number == 0:
            self._window += more
        elif number in self._streams:
            self._streams[number].window += more

    def _settings(self, payload: bytes) -> None:
        for name, value in struct.iter_unpack("!HI", payload):
            if name == _INITIAL_WINDOW:
                for stream in self._streams.values():
                    stream.window += value - self._initial
                self._initial = value
        self._send(_SETTINGS, _ACK, 0, b"")

    def _answer(self, number: int, stream: _Stream) -> bool:
        """Answer a whole request; ``False``: nobody does."""
        fields = dict(stream.fields)
        headers = {name: value for name, value in fields.items() if not name.startswith(":")}
        headers.setdefault("host", fields.get(":authority", ""))
        answer = self._respond(
            HttpRequest(fields.get(":method", ""), fields.get(":path", ""), headers, bytes(stream.body))
        )
        if answer is None:
            return False
        told = [(name, value) for name, value in answer.headers.items() if name.lower() not in _CONNECTION_FIELDS]
        self._send(_HEADERS, _END_HEADERS, number, encoded([(":status", str(answer.status)), *told]))
        stream.unsent = bytearray(answer.body)
        return True

    def _flush(self) -> None:
        """Send of the answers what the other side has room for."""
        for number, stream in tuple(self._streams.items()):
            while stream.unsent is not None:
                room = min(len(stream.unsent), _FRAME, self._window, stream.window)
                if room <= 0 and stream.unsent:
                    break
                part = bytes(stream.unsent[:room])
                del stream.unsent[:room]
                self._window -= room
                stream.window -= room
                self._send(_DATA, 0 if stream.unsent else _END_STREAM, number, part)
                if not stream.unsent:
                    del self._streams[number]
                    break

    def _send(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        self._connection.sendall(len(payload).to_bytes(3) + struct.pack("!BBI", kind, flags, number) + payload)


def _unpadded(payload: bytes, flags: int) -> bytes:
    return payload[1 : len(payload) - payload[0]] if flags & _PADDED else payload
