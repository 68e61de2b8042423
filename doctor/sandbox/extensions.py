"""The Extensions API (2020-01-01): who registered, who waits, and what each is told.

Source: "Using the Lambda Extensions API to create extensions" in the Lambda developer guide; error types as AWS's own
emulator has them. What it wants to be told of telemetry is for ``doctor.sandbox.subscriptions``.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from doctor.sandbox.http import Request, response
from doctor.sandbox.subscriptions import LOGS, TELEMETRY

_ROOT = "/2020-01-01/extension/"
_NAME = "lambda-extension-name"
_IDENTIFIER = "lambda-extension-identifier"
_ERROR_TYPE = "lambda-extension-function-error-type"
_MOST = 10
_JSON = {"Content-Type": "application/json"}
_HIDDEN = (
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
)


def environment(runtime: Mapping[str, str]) -> dict[str, str]:
    """What an extension sees of the runtime's variables."""
    return {name: value for name, value in runtime.items() if not name.startswith("_") and name not in _HIDDEN}


class Refused(Exception):
    """A request is answered with 403 and this type of error."""


class Extension:
    """One that registered. ``waits`` while it asks for its next event."""

    def __init__(self, name: str, events: Sequence[str]) -> None:
        self.name = name
        self.events = frozenset(events)
        self.identifier = str(uuid4())
        self.waits: Callable[[bytes], None] | None = None
        self.gone = False


class ExtensionsApi:
    """The extensions of one life of an environment.

    Args:
        external: Names of the executables in ``/opt/extensions``; others that register are threads of the runtime.
        facts: What a registration is answered: ``functionName``, ``functionVersion``, ``handler``, ``accountId``.
        subscribe: Answers a subscription of the extension of a name to telemetry.
    """

    def __init__(
        self, external: Sequence[str], facts: Mapping[str, str], subscribe: Callable[[str, Request], bytes]
    ) -> None:
        self.external = tuple(external)
        self.closed = False
        """Initialisation is over: nobody registers any more."""
        self.fault: tuple[str, str] | None = None
        """Type and words of the first fatal error; it wins over later ones."""
        self._facts = facts
        self._subscribe = subscribe
        self._registered: dict[str, Extension] = {}

    @property
    def registered(self) -> bool:
        """Whether every executable has registered, so that the runtime may start."""
        names = {one.name for one in self._registered.values()}
        return all(name in names for name in self.external)

    @property
    def ready(self) -> bool:
        """Whether everyone who must waits for an event: all at first, those who take INVOKE later."""
        concerned = [one for one in self._registered.values() if not self.closed or "INVOKE" in one.events]
        return self.registered and all(one.waits or one.gone for one in concerned)

    @property
    def names(self) -> dict[str, list[str]]:
        """Those that registered, with the events that each takes."""
        return {one.name: sorted(one.events) for one in self._registered.values()}

    def listeners(self, event: str) -> list[Extension]:
        """Who is alive and takes this event."""
        return [one for one in self._registered.values() if event in one.events and not one.gone]

    def tell(self, event: str, facts: Mapping[str, Any]) -> None:
        """Send an event to all who take it and wait."""
        body = json.dumps({"eventType": event, **facts}).encode()
        for one in self.listeners(event):
            if one.waits:
                send, one.waits = one.waits, None
                send(response(HTTPStatus.OK, body, {**_JSON, "Lambda-Extension-Event-Identifier": str(uuid4())}))

    def ended(self, name: str, words: str) -> None:
        """An executable's process ended, which is fatal at any time but during shutdown."""
        for one in self._registered.values():
            one.gone |= one.name == name
        self.fault = self.fault or ("Extension.Crash", words)

    def handle(self, request: Request, send: Callable[[bytes], None]) -> bytes | None:
        """Answer a request; ``None``: it waits for an event, which ``send`` takes to it."""
        path = request.path.removeprefix(_ROOT)
        if request.path == "/ping":
            return response(HTTPStatus.OK, b"pong")
        try:
            if request.path in (TELEMETRY, LOGS):
                return self._subscribe(self._known(request).name, request)
            match request.method, path:
                case "POST", "register":
                    return self._register(request)
                case "GET", "event/next":
                    self._known(request).waits = send
                    return None
                case "POST", "init/error":
                    return self._failed(request, "Extension.InitError")
                case "POST", "exit/error":
                    return self._failed(request, "Extension.ExitError")
        except Refused as refused:
            return _answer(HTTPStatus.FORBIDDEN, str(refused), f"{request.method} {request.path} was refused")
        return response(HTTPStatus.NOT_FOUND, b"404 page not found\n")

    def _register(self, request: Request) -> bytes:
        name = request.headers.get(_NAME, "")
        names = {one.name for one in self._registered.values()}
        if not name or name in names:
            raise Refused("Extension.InvalidExtensionName" if not name else "Extension.AlreadyRegistered")
        if self.closed:
            raise Refused("Extension.RegistrationClosed")
        if len(names) >= _MOST:
            raise Refused("Extension.TooManyExtensions")
        one = Extension(name, _events(request.body, internal=name not in self.external))
        self._registered[one.identifier] = one
        facts = dict(self._facts)
        if "accountId" not in request.headers.get("lambda-extension-accept-feature", ""):
            facts.pop("accountId", None)
        return response(
            HTTPStatus.OK, json.dumps(facts).encode(), {**_JSON, "Lambda-Extension-Identifier": one.identifier}
        )

    def _known(self, request: Request) -> Extension:
        identifier = request.headers.get(_IDENTIFIER)
        if not identifier:
            raise Refused("Extension.MissingExtensionIdentifier")
        try:
            UUID(identifier)
        except ValueError:
            raise Refused("Extension.InvalidExtensionIdentifier") from None
        if identifier not in self._registered:
            raise Refused("Extension.UnknownExtensionIdentifier")
        return self._registered[identifier]

    def _failed(self, request: Request, kind: str) -> bytes:
        self._known(request)
        words = request.headers.get(_ERROR_TYPE)
        if not words:
            raise Refused("MissingHeader")
        self.fault = self.fault or (kind, words)
        return response(HTTPStatus.ACCEPTED, b'{"status":"OK"}\n', _JSON)


def _events(body: bytes | bytearray, *, internal: bool) -> list[str]:
    """The events that a registration asks for; a thread of the runtime is not told of the shutdown."""
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError):
        raise Refused("InvalidRequestFormat") from None
    allowed = {"INVOKE"} if internal else {"INVOKE", "SHUTDOWN"}
    if not isinstance(events, list) or not set(events) <= allowed:
        raise Refused("Extension.InvalidEventType")
    return events


def _answer(status: HTTPStatus, error_type: str, message: str) -> bytes:
    return response(status, json.dumps({"errorType": error_type, "errorMessage": message}).encode(), _JSON)
