"""As much of HTTP/1.1 as runtimes speak: requests with headers of a megabyte, chunked bodies and trailers."""

from collections.abc import Generator
from dataclasses import dataclass, field
from http import HTTPStatus

_HEAD_LIMIT = 4 * 1024 * 1024
"""AWS's Python client sends the X-Ray cause of an error, up to a megabyte, as one header."""
_LINE_END = b"\r\n"


class Malformed(Exception):
    """What came is not HTTP; the connection is closed."""


@dataclass
class Request:
    """A request; names of headers and trailers in lower case. ``truncated``: its body was longer than is kept."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytearray = field(default_factory=bytearray)
    trailers: dict[str, str] = field(default_factory=dict)
    truncated: bool = False


def response(status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """A whole response; the connection stays open."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Parser:
    """Takes bytes as they come, gives requests as they are complete.

    Args:
        keep: Bytes of a body that are kept; the rest is read and dropped.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._buffer = bytearray()
        self._steps = self._read()
        self._done: list[Request] = []
        self.current: Request | None = None
        """A request whose head has come, but not all of its body."""
        next(self._steps)

    def feed(self, data: bytes) -> list[Request]:
        """Add bytes; return the requests that they complete.

        Raises:
            Malformed: They are not HTTP.
        """
        self._buffer += data
        self._steps.send(None)
        done, self._done = self._done, []
        return done

    def _read(self) -> Generator[None]:
        """Read requests for ever; yields whenever more bytes are needed."""
        yield
        while True:
            head = yield from self._until(_LINE_END * 2)
            self.current = request = _head(head)
            if "chunked" in request.headers.get("transfer-encoding", "").lower():
                yield from self._chunks(request)
            else:
                yield from self._body(request, _number(request.headers.get("content-length", "0"), 10))
            self._done.append(request)
            self.current = None

    def _until(self, end: bytes) -> Generator[None, None, bytes]:
        """Take what comes before ``end``."""
        while (at := self._buffer.find(end)) < 0:
            if len(self._buffer) > _HEAD_LIMIT:
                raise Malformed("a line without end")
            yield
        taken = bytes(self._buffer[:at])
        del self._buffer[: at + len(end)]
        return taken

    def _body(self, request: Request, size: int) -> Generator[None]:
        """Take ``size`` bytes of the body."""
        while size:
            while not self._buffer:
                yield
            taken = self._buffer[:size]
            del self._buffer[: len(taken)]
            size -= len(taken)
            room = self._keep - len(request.body)
            request.truncated |= len(taken) > room
            request.body += taken[: max(room, 0)]

    def _chunks(self, request: Request) -> Generator[None]:
        """Take a chunked body and the trailers after it."""
        while size := _number((yield from self._until(_LINE_END)).partition(b";")[0].decode("latin-1"), 16):
            yield from self._body(request, size)
            yield from self._until(_LINE_END)
        while line := (yield from self._until(_LINE_END)):
            request.trailers.update(_fields([line]))


def _head(head: bytes) -> Request:
    first, *lines = head.split(_LINE_END)
    parts = first.decode("latin-1").split(" ")
    if len(parts) != 3:  # noqa: PLR2004  method, target, version
        raise Malformed("not a request line")
    return Request(method=parts[0], path=parts[1], headers=_fields(lines))


def _fields(lines: list[bytes]) -> dict[str, str]:
    pairs = (line.decode("latin-1").partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _number(text: str, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:
        raise Malformed("not a length") from None
