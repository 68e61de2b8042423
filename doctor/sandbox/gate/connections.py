"""The connections that opened: TLS by the run's own authority, and HTTP, one request after another."""

import contextlib
import socket
import ssl
from collections.abc import Callable
from http import HTTPStatus

from doctor.iam.http_requests import HttpRequest
from doctor.sandbox.gate.certificates import Authority
from doctor.sandbox.gate.http2 import Conversation
from doctor.sandbox.gate.views import Answer
from doctor.sandbox.http import Malformed, Parser, Request

_READ = 1 << 18
_KEEP = 64 * 1024 * 1024
_PATIENCE = 60
"""Seconds in which a handler must begin to speak; later it may be silent for as long as it likes."""
_TLS_HELLO = b"\x16"
_NO_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_OWN_HEADERS = {"connection", "content-length", "transfer-encoding", "keep-alive", "date", "server"}

Respond = Callable[[HttpRequest], Answer | None]
"""Answers a request; ``None``: nobody does, and the connection is closed."""


def serve(connection: socket.socket, host: str, authority: Authority, respond: Respond) -> str:
    """Serve one connection until its end.

    Returns:
        Empty, or why nothing could be answered, in words.
    """
    with contextlib.closing(connection):
        try:
            connection.settimeout(_PATIENCE)
            first = connection.recv(1, socket.MSG_PEEK)
            connection.settimeout(None)
        except TimeoutError:
            return "the handler waited for the other side to speak first"
        except OSError:
            return ""  # the handler hung up, or was killed
        if first != _TLS_HELLO:
            return _spoken(connection, respond)
        try:
            tls = _context(host, authority).wrap_socket(connection, server_side=True)
        except OSError as error:  # an SSLError, or the connection broke
            return _untrusted(error)
        with tls:
            if tls.selected_alpn_protocol() != "h2":
                return _spoken(tls, respond)
            with contextlib.suppress(OSError):  # it hung up, or was killed
                return Conversation(tls, respond, _KEEP).serve()
            return ""


def _context(host: str, authority: Authority) -> ssl.SSLContext:
    """A server under the name that the client asks for."""

    def named(tls: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        if name:
            tls.context = authority.context(name)

    context = authority.context(host)
    context.sni_callback = named
    return context


def _untrusted(error: OSError) -> str:
    """Why TLS did not come about."""
    reason = (error.reason if isinstance(error, ssl.SSLError) else "") or "the handler broke off"
    return (
        "the handler does not trust the certificate that doctor showed it"
        if "ALERT" in reason
        else f"TLS failed: {reason}"
    )


def _spoken(connection: socket.socket, respond: Respond) -> str:
    """Read requests and answer them, until the handler hangs up."""
    parser, continued = Parser(_KEEP), False
    with contextlib.suppress(OSError):  # it hung up, or was killed
        while data := connection.recv(_READ):
            try:
                requests = parser.feed(data)
            except Malformed:
                return "what the handler sent is not HTTP/1.1"
            for request in requests:
                continued = False
                if request.truncated:
                    return f"it sent more than {_KEEP >> 20} MB in one request"
                answer = respond(_request(request))
                if answer is None:
                    return ""
                connection.sendall(_written(answer, request.method))
            if not continued and _waits(parser.current):
                continued = True
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    return ""


def _waits(request: Request | None) -> bool:
    """Whether a client holds its body back until it is asked for it."""
    return request is not None and request.headers.get("expect", "").lower() == "100-continue"


def _request(request: Request) -> HttpRequest:
    return HttpRequest(request.method, request.path, request.headers, bytes(request.body))


def _written(answer: Answer, method: str) -> bytes:
    phrase = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else ""
    lines = [f"HTTP/1.1 {answer.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items() if name.lower() not in _OWN_HEADERS]
    if method == "HEAD":
        length = next((value for name, value in answer.headers.items() if name.lower() == "content-length"), "0")
        return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode("latin-1")
    if answer.status not in _NO_BODY:
        lines.append(f"Content-Length: {len(answer.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body
