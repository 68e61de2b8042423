"""A front before an embedded account: latency, Lambda's quotas, faults on demand, and a count of every call.

It listens on loopback only and answers for AWS like this: a call over its quota gets Lambda's own
``TooManyRequestsException``; a call for which a fault was asked gets the fault; every other call goes to the account behind.
"""

import http.client
import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

Fault = Literal["500", "503", "denied", "throttled", "timeout", "reset", "truncated", "malformed", "empty"]
QUOTAS = {"lambda:GetFunction": 100.0, "lambda:GetPolicy": 15.0, "lambda": 15.0}
"""Calls a second. Each bucket holds what it gains in a second."""
_LAMBDA = (
    (re.compile(r"/2015-03-31/functions/[^/]+/?$"), "GetFunction"),
    (re.compile(r"/2015-03-31/functions/[^/]+/policy$"), "GetPolicy"),
    (re.compile(r"/2015-03-31/functions/?$"), "ListFunctions"),
    (re.compile(r"/functions/[^/]+/([a-z-]+)/?$"), ""),
    (re.compile(r"/2015-03-31/([a-z-]+)/?$"), ""),
    (re.compile(r"/2018-10-31/(layers)"), ""),
    (re.compile(r"/2016-08-19/(account-settings)"), ""),
)
_XML = ("iam", "sts", "sns", "s3", "ec2", "rds", "elasticache", "elasticloadbalancing", "route53")
_SKIPPED = ("connection", "transfer-encoding", "content-length", "keep-alive")


@dataclass
class Bucket:
    """A quota: as many calls as flow in, and one second's worth at once."""

    rate: float
    level: float = 0
    at: float = 0

    def take(self) -> bool:
        now = time.monotonic()
        self.level = min(self.rate, self.level + (now - self.at) * self.rate) if self.at else self.rate
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass
class Front:
    """What the front does and has counted.

    Attributes:
        backend: Host and port of the account behind.
        latency: Seconds that every answer takes longer.
        quotas: Whether Lambda's quotas hold.
        fault: Says for a call, by service and operation, which fault it gets; ``None``: none.
        patience: Seconds for which a call that times out is held.
    """

    backend: str
    latency: float = 0.0
    quotas: bool = False
    fault: Callable[[str], Fault | None] = lambda _: None
    patience: float = 1.0
    answered: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    endpoint: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _buckets: dict[str, Bucket] = field(default_factory=lambda: {name: Bucket(rate) for name, rate in QUOTAS.items()})

    def admit(self, call: str) -> bool:
        """Count a call; ``False`` when it is over its quota."""
        service = call.split(":", 1)[0]
        bucket = call if call in self._buckets else service
        with self._lock:
            self.operations[call] += 1
            admitted = not self.quotas or bucket not in self._buckets or self._buckets[bucket].take()
            (self.answered if admitted else self.refused)[bucket] += 1
        return admitted

    def bound(self) -> tuple[float, float]:
        """Seconds that the answered calls take at their quotas: one bucket after the other, and side by side."""
        each = [self.answered[name] / rate for name, rate in QUOTAS.items()]
        return sum(each), max(each)


@contextmanager
def serve(front: Front) -> Iterator[Front]:
    """Answer on a port of this machine's while the context lasts; ``front.endpoint`` names it."""
    handler = type("Handler", (_Handler,), {"front": front})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    front.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call_of(method: str, path: str, headers: Any, body: bytes) -> str:
    """``service:Operation`` of a request, or for REST services other than Lambda its service and path."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("Authorization", ""))
    service = scope[1] if scope else ""
    target = headers.get("X-Amz-Target", "")
    if target:
        return f"{service}:{target.rsplit('.', 1)[-1]}"
    if service == "lambda":
        return f"lambda:{_lambda(urlsplit(path).path)}"
    form = parse_qs(body.decode("utf-8", "replace")) if b"Action=" in body else {}
    if "Action" in form:
        return f"{service}:{form['Action'][0]}"
    plain = re.sub(r"/[a-z0-9]{10}(?=/|$)", "/ID", urlsplit(path).path)
    return f"{service}:{method} {plain}?{urlsplit(path).query.split('=')[0]}"


def _lambda(path: str) -> str:
    for pattern, name in _LAMBDA:
        found = pattern.search(path)
        if found:
            return name or found[1]
    return path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front: Front

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 -- http.server's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = call_of(self.command, self.path, self.headers, body)
        time.sleep(self.front.latency)
        if not self.front.admit(call):
            self._refuse(429, "TooManyRequestsException", "Rate exceeded")
            return
        fault = self.front.fault(call)
        if fault is None or fault in ("truncated", "malformed", "empty"):
            self._forward(body, fault)
        else:
            self._fail(fault)

    def _fail(self, fault: Fault) -> None:
        if fault == "timeout":
            time.sleep(self.front.patience)
        if fault in ("timeout", "reset"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "denied":
            self._refuse(403, "AccessDeniedException", "not authorized to perform this action")
        elif fault == "throttled":
            self._refuse(400, "ThrottlingException", "Rate exceeded")
        else:
            self._refuse(int(fault), "InternalFailure", "the server is at fault")

    def _refuse(self, status: int, code: str, message: str) -> None:
        if b"xml" in self._language():
            error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            body = f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>".encode()
            if self._service() == "s3":
                body = error.encode()
            elif self._service() == "ec2":
                body = f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>".encode()
        else:
            body = json.dumps({"__type": code, "message": message, "Type": "User"}).encode()
        self._send(status, [("x-amzn-ErrorType", code), ("Content-Type", "application/json")], body)

    def _service(self) -> str:
        return call_of(self.command, self.path, self.headers, b"").split(":", 1)[0]

    def _language(self) -> bytes:
        """Whether the caller speaks XML, by its service."""
        return b"xml" if self._service() in _XML else b"json"

    def _forward(self, body: bytes, fault: Fault | None) -> None:
        behind = http.client.HTTPConnection(self.front.backend, timeout=60)
        headers = {key: value for key, value in self.headers.items() if key.lower() != "connection"}
        behind.request(self.command, self.path, body, headers)
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        kept = [(key, value) for key, value in answer.getheaders() if key.lower() not in _SKIPPED]
        if fault == "truncated":
            content = content[: len(content) // 2]
        elif fault == "malformed":
            content = b'["not", "what", "was", "asked", "for"]'
        elif fault == "empty":
            content = b""
        self._send(answer.status, kept, content)

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
