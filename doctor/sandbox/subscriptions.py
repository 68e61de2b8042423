"""The Telemetry API (2022-07-01) and the Logs API before it (2020-08-15): extensions that want the one list of events.

Events are buffered as each subscriber wants, and posted to its listener inside the sandbox. Source: "Accessing real-time
telemetry data for extensions using the Telemetry API" and its event schema reference in the Lambda developer guide.
"""

import json
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from doctor.model.record import Record
from doctor.sandbox import records
from doctor.sandbox.http import Request, response
from doctor.sandbox.journal import Journal
from doctor.sandbox.posting import Post
from doctor.sandbox.records import Telemetry
from doctor.sandbox.texts import stamp

TELEMETRY, LOGS = "/2022-07-01/telemetry", "/2020-08-15/logs"
_SCHEMAS = {TELEMETRY: ("2022-07-01", "2022-12-13", "2025-01-29"), LOGS: ("2020-08-15", "2021-03-18")}
_PREFIX = {TELEMETRY: "Telemetry", LOGS: "Logs"}
_KINDS = ("platform", "function", "extension")
_HOSTS = ("sandbox.localdomain", "sandbox")
_PORTS = range(1, 65_536)
_RETRY = 0.1
"""Seconds after which a listener that refused is tried again."""


class Buffering(Record):
    """When what was collected is sent, as AWS bounds and defaults it. Items, bytes, milliseconds."""

    items: int = 10_000
    size: int = 262_144
    timeout: int = 1_000


_BOUNDS = {
    "maxItems": ("items", 1_000, 10_000),
    "maxBytes": ("size", 262_144, 1_048_576),
    "timeoutMs": ("timeout", 25, 30_000),
}


class Invalid(Exception):
    """A subscription is not as AWS wants it."""


class Subscription(Record):
    """What one extension asked for."""

    extension: str
    api: str
    schema: str
    kinds: tuple[str, ...]
    protocol: str
    port: int
    path: str = "/"
    buffering: Buffering = Buffering()


def read(extension: str, api: str, body: bytes) -> Subscription:
    """A subscription from its request.

    Raises:
        Invalid: It is not as AWS wants it; the words say where.
    """
    try:
        asked = json.loads(body)
    except ValueError:
        raise Invalid("the body is not JSON") from None
    if not isinstance(asked, dict):
        raise Invalid("the body is not an object")
    schema = asked.get("schemaVersion", _SCHEMAS[api][0])
    if schema not in _SCHEMAS[api]:
        raise Invalid(f"schemaVersion: must be one of {', '.join(_SCHEMAS[api])}")
    kinds = asked.get("types")
    if not isinstance(kinds, list) or not kinds or any(one not in _KINDS for one in kinds):
        raise Invalid(f"types: must be one or more of {', '.join(_KINDS)}")
    protocol, port, path = _destination(asked.get("destination"))
    bounds = _buffering(asked.get("buffering") or {})
    return Subscription(
        extension=extension,
        api=api,
        schema=schema,
        kinds=tuple(dict.fromkeys(kinds)),
        protocol=protocol,
        port=port,
        path=path,
        buffering=bounds,
    )


def _destination(asked: Any) -> tuple[str, int, str]:
    """Protocol, port and path of a listener."""
    if not isinstance(asked, dict):
        raise Invalid("destination: is missing")
    if asked.get("protocol") == "TCP":
        if asked.get("port") not in _PORTS:
            raise Invalid("destination.port: must be a port")
        return "TCP", asked["port"], ""
    if asked.get("protocol") != "HTTP":
        raise Invalid("destination.protocol: must be HTTP or TCP")
    try:
        address = urlsplit(str(asked.get("URI", "")))
        port = address.port or 80
    except ValueError:
        raise Invalid("destination.URI: is no URL") from None
    if address.scheme != "http" or address.hostname not in _HOSTS:
        raise Invalid(f"destination.URI: must be http://{_HOSTS[0]}:PORT")
    return "HTTP", port, address.path or "/"


def _buffering(asked: dict[str, Any]) -> Buffering:
    found = {}
    for name, (field, least, most) in _BOUNDS.items():
        value = asked.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or not least <= value <= most:
            raise Invalid(f"buffering.{name}: must be from {least} to {most}")
        found[field] = value
    return Buffering(**found)


class _Buffer:
    """What waits to be sent to one subscriber."""

    def __init__(self, asked: Subscription, seen: int) -> None:
        self.asked = asked
        self.seen = seen
        """So many of the journal's events were looked at."""
        self.waiting: list[str] = []
        self.size = 0
        self.since = 0.0
        self.post: Post | None = None
        self.after = 0.0
        """Not before this monotonic time: the listener refused."""


class Subscriptions:
    """The subscribers of one life of an environment.

    Args:
        journal: The one list of events.
        selector: Where connections are registered.
        dial: Asks for a connection to a port inside the sandbox; ``connected`` is called with it.
        began: Number of the list's first event of this life.
    """

    def __init__(
        self, journal: Journal, selector: selectors.BaseSelector, dial: Callable[[int], None], began: int
    ) -> None:
        self.closed = False
        """Initialisation is over: nobody subscribes any more."""
        self._journal = journal
        self._selector = selector
        self._dial = dial
        self._began = began
        self._buffers: list[_Buffer] = []
        self._dialling: list[_Buffer] = []

    def subscribe(self, extension: str, request: Request) -> bytes:
        """Answer a subscription; one for the same API takes the place of the one before."""
        api = request.path
        prefix = _PREFIX[api]
        if self.closed:
            words = f"{prefix} API subscription is closed already"
            return _refused(HTTPStatus.FORBIDDEN, f"{prefix}.SubscriptionClosed", words)
        try:
            asked = read(extension, api, bytes(request.body))
        except Invalid as error:
            return _refused(HTTPStatus.BAD_REQUEST, "ValidationError", str(error))
        self._buffers = [one for one in self._buffers if (one.asked.extension, one.asked.api) != (extension, api)]
        self._buffers.append(_Buffer(asked, self._began))
        name = "platform.telemetrySubscription" if api == TELEMETRY else "platform.logsSubscription"
        self._journal.record(
            records.event(name, {"name": extension, "state": "Subscribed", "types": list(asked.kinds)})
        )
        return response(HTTPStatus.OK, b"OK", {"Content-Type": "text/plain; charset=utf-8"})

    def pump(self, *, flush: bool = False) -> None:
        """Take over what is new in the list, and send what is due; ``flush``: all of it."""
        now = time.monotonic()
        for buffer in self._buffers:
            self._take(buffer, now)
            bounds = buffer.asked.buffering
            full = len(buffer.waiting) >= bounds.items or buffer.size >= bounds.size
            due = buffer.waiting and (flush or full or now - buffer.since >= bounds.timeout / 1000)
            busy = buffer in self._dialling or (buffer.post is not None and not buffer.post.over)
            if due and not busy and now >= buffer.after:
                self._dialling.append(buffer)
                self._dial(buffer.asked.port)

    @property
    def waiting(self) -> bool:
        """Whether something is to be sent in time."""
        return any(one.waiting for one in self._buffers)

    @property
    def delivered(self) -> bool:
        """Whether nothing waits, or is under way."""
        fresh = [one for one in self._buffers if one.seen < len(self._journal.events)]
        under_way = [one for one in self._buffers if one.waiting or (one.post is not None and not one.post.over)]
        return not (self._dialling or under_way or fresh)

    def _take(self, buffer: _Buffer, now: float) -> None:
        """Add what happened since to a buffer; what is more than it may hold is dropped, and that is an event itself."""
        if buffer.post is not None and buffer.post.over:
            buffer.post = None
        fresh, buffer.seen = self._journal.events[buffer.seen :], len(self._journal.events)
        lost = lost_size = 0
        for event in fresh:
            for told in rendered(event, buffer.asked):
                text = json.dumps(told, separators=(",", ":"))
                if len(buffer.waiting) >= 2 * buffer.asked.buffering.items:
                    lost, lost_size = lost + 1, lost_size + len(text)
                    continue
                buffer.since = buffer.since if buffer.waiting else now
                buffer.waiting.append(text)
                buffer.size += len(text)
        if lost:
            what = {"reason": "Consumer seems to have fallen behind as it has not acknowledged receipt of logs."}
            self._journal.record(
                records.event("platform.logsDropped", {**what, "droppedRecords": lost, "droppedBytes": lost_size})
            )

    def connected(self, port: int, sock: socket.socket | None) -> None:
        """Send over a connection that was asked for; ``None``: nobody listens there, which is tried again."""
        buffer = next((one for one in self._dialling if one.asked.port == port), None)
        if buffer is None:
            if sock is not None:
                sock.close()
            return
        self._dialling.remove(buffer)
        if sock is None:
            buffer.after = time.monotonic() + _RETRY
            return
        batch = buffer.waiting[: buffer.asked.buffering.items]
        buffer.waiting = buffer.waiting[len(batch) :]
        buffer.size = sum(map(len, buffer.waiting))
        buffer.post = Post(
            self._selector, sock, _message(buffer.asked, batch), answered=buffer.asked.protocol == "HTTP"
        )

    def close(self) -> None:
        """Hang up."""
        for buffer in self._buffers:
            if buffer.post is not None:
                buffer.post.close()
        self._buffers.clear()
        self._dialling.clear()


def _message(asked: Subscription, batch: Sequence[str]) -> bytes:
    """A batch as the subscriber's protocol has it: one HTTP request, or a line for each event."""
    if asked.protocol == "TCP":
        return "".join(f"{one}\n" for one in batch).encode()
    body = f"[{','.join(batch)}]".encode()
    head = f"POST {asked.path} HTTP/1.1\r\nHost: {_HOSTS[0]}:{asked.port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def rendered(event: Telemetry, asked: Subscription) -> list[dict[str, Any]]:
    """An event as a subscriber gets it: as it is, or in the words of the older API; none: it did not ask for such."""
    kind = event.type.partition(".")[0]
    if kind not in asked.kinds:
        return []
    told = {"time": stamp(event.time), "type": event.type, "record": event.record}
    if asked.api == LOGS:
        return [{**told, **one} for one in _older(event, asked.schema)]
    if kind != "platform" and asked.schema > "2022-07-01":
        told["record"] = _structured(event.record)
    return [told]


def _structured(text: Any) -> Any:
    """A line of JSON as the object that it is; any other line as it is."""
    if not str(text).startswith("{"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _older(event: Telemetry, schema: str) -> list[dict[str, Any]]:
    """What the Logs API made of an event: it knew no phases of initialisation, and END was an event of its own."""
    record = event.record
    match event.type:
        case "function" | "extension" | "platform.start" | "platform.extension" | "platform.logsSubscription":
            return [{}]
        case "platform.logsDropped":
            return [{}]
        case "platform.runtimeDone" if schema == "2021-03-18":
            return [{"record": {"requestId": record["requestId"], "status": record["status"]}}]
        case "platform.report":
            request_id = record["requestId"]
            fault = [{"type": "platform.fault", "record": f"RequestId: {request_id} Error: {event.detail}"}]
            end = {"type": "platform.end", "record": {"requestId": request_id}}
            report = {"record": {"requestId": request_id, "metrics": record["metrics"]}}
            return [*(fault if event.detail else []), end, report]
    return []


def _refused(status: HTTPStatus, error_type: str, message: str) -> bytes:
    body = json.dumps({"errorType": error_type, "errorMessage": message}).encode()
    return response(status, body, {"Content-Type": "application/json"})
