"""An account's answers, each asked for once and given again from memory, and faults in place of them: at HTTP's level, below botocore's parsers.

Everything above is as it is at work: clients, parsers, retries, pacing, threads. A call that was never asked goes to the
account behind, so that what is asked only because another call failed is answered too.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from doctor.aws.session import Aws

Fault = Literal[
    "500", "502", "503", "denied", "expired", "throttled", "timeout", "unconnected", "unreached", "reset", "truncated", "malformed", "empty", "html"
]  # fmt: skip
_LOST: dict[str, Callable[[str], Exception]] = {
    "timeout": lambda url: ReadTimeoutError(endpoint_url=url),
    "unconnected": lambda url: ConnectTimeoutError(endpoint_url=url),
    "unreached": lambda url: EndpointConnectionError(endpoint_url=url),
    "reset": lambda url: ConnectionClosedError(endpoint_url=url),
}
_REFUSED = {
    "500": (500, "InternalFailure"),
    "503": (503, "ServiceUnavailable"),
    "denied": (403, "AccessDeniedException"),
    "expired": (403, "ExpiredTokenException"),
    "throttled": (400, "ThrottlingException"),
}
_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>proxy</body></html>"
_CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda body: body[: len(body) // 2],
    "malformed": lambda _: b'["not", "what", "was", "asked", "for"]',
    "empty": lambda _: b"",
    "html": lambda _: _PAGE,
}


class _Body:
    """What botocore reads an answer from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


class Replayed:
    """The answers of one account.

    Attributes:
        asked: How often each operation (``service:Operation``) was asked for.
        fault: Says for an operation which fault it meets; ``None``: none.
        amended: By operation: what becomes of an answer that the account behind cannot give as AWS would.
    """

    def __init__(self, aws: Aws) -> None:
        self.asked: Counter[str] = Counter()
        self.fault: Callable[[str], Fault | None] = lambda _: None
        self.amended: dict[str, Callable[[bytes], bytes]] = {}
        self._known: dict[tuple[str, str, bytes], tuple[int, Any, bytes]] = {}
        self._http = URLLib3Session()
        self._lock = threading.Lock()
        make = aws._client

        def hooked(call: Any) -> Any:
            client = make(call)
            client.meta.events.register_first(
                "before-send", lambda request, event_name, **_: self._answer(client, event_name, request), "replayed"
            )  # the same id is registered once
            return client

        aws._client = hooked  # type: ignore[method-assign]

    @contextmanager
    def failing(self, fault: Callable[[str], Fault | None]) -> Iterator[None]:
        """Let calls fail inside the context."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = lambda _: None

    def _answer(self, client: Any, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        name = f"{client.meta.service_model.service_name}:{event_name.rpartition('.')[2]}"
        with self._lock:
            self.asked[name] += 1
        fault = self.fault(name)
        if fault in _LOST:
            raise _LOST[fault](request.url)
        if fault in _REFUSED:
            return _refusal(request.url, client.meta.service_model.resolved_protocol, *_REFUSED[fault])
        if fault == "502":
            return _response(request.url, 502, {"Content-Type": "text/html"}, _PAGE)
        status, headers, body = self._told(request)
        if name in self.amended:
            status, body = 200, self.amended[name](body)
        return _response(request.url, status, headers, _CHANGED[fault](body) if fault else body)

    def _told(self, request: AWSPreparedRequest) -> tuple[int, Any, bytes]:
        body = request.body.encode() if isinstance(request.body, str) else bytes(request.body or b"")
        target = request.headers.get("X-Amz-Target", b"")
        key = (f"{request.method} {request.url}", str(target), body)
        if key not in self._known:
            found = self._http.send(request)
            self._known[key] = found.status_code, found.headers, found.content
        return self._known[key]


def _response(url: str, status: int, headers: Any, body: bytes) -> AWSResponse:
    answer = AWSResponse(url, status, headers, _Body(body))
    answer._content = body
    return answer


def _refusal(url: str, protocol: str, status: int, code: str) -> AWSResponse:
    """An error as a protocol spells it."""
    headers = {"x-amzn-ErrorType": code, "Content-Type": "application/json"}
    error = f"<Error><Code>{code}</Code><Message>words</Message></Error>"
    bodies = {
        "rest-xml": error,
        "query": f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>",
        "ec2": f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>",
    }
    plain = json.dumps({"__type": code, "message": "words", "Type": "User"})
    return _response(url, status, headers, bodies.get(protocol, plain).encode())
