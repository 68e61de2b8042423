"""The WSGI application: our own paths, then the additions, then moto."""

import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.wrappers import Response

from doctor.aws.embedded import assigned
from doctor.aws.embedded.addition import Refused
from doctor.aws.embedded.additions import additions_to, all_additions, handlers_to
from doctor.aws.embedded.control import Control
from doctor.aws.embedded.exchange import Exchange, refuse, signed_for
from doctor.aws.embedded.wire import CONTROL_PATH, PREFIX, RECORDED_HEADER

_RECORDED = "HTTP_" + RECORDED_HEADER.upper().replace("-", "_")  # as WSGI spells it
_MOTO_PREFIX = "/moto-api"
_NO_ROUTE = b"<!doctype html>"  # how werkzeug's own 404 begins, as opposed to one of moto's


class QuietRequestHandler(MotoRequestHandler):
    """Moto's request handler, without a line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Application:
    """The embedded account, as a WSGI application.

    Args:
        endpoint: The URL that it answers at, for the URLs it hands out.
        token: What a control request must carry.
        account: The account's id.
        region: The region that ``identify`` names.
        bare: Plain moto, without additions.
    """

    def __init__(self, endpoint: str, token: str, account: str, region: str, *, bare: bool) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._endpoint = endpoint
        self._account = account
        self._bare = bare
        self._control = Control(token, account, region, additions=lambda: () if bare else all_additions())
        self._lock = threading.RLock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one HTTP request."""
        return self._answerer(environ)(environ, start_response)

    def _answerer(self, environ: dict[str, Any]) -> Response:
        path = environ.get("PATH_INFO", "")
        if path == CONTROL_PATH:
            with self._lock:
                return self._control.answer(environ)
        # Moto's own way in can reset the account without a token: it stays shut, and is answered like a path of ours that is not there.
        if path.startswith((PREFIX, _MOTO_PREFIX)):
            return self._download(path)
        return self._aws(environ)

    def _aws(self, environ: dict[str, Any]) -> Response:
        service, region = signed_for(environ)
        header = "" if self._bare else environ.get(_RECORDED, "")
        with assigned.values(header, service, self._account, region):
            try:
                response = self._amended(service, environ) or Response.from_app(self._moto, environ)
            except (NotImplementedError, ModuleNotFoundError) as error:  # some services need packages of their own
                return _not_implemented(environ, str(error))
        if service and response.status_code == HTTPStatus.NOT_FOUND and response.get_data().startswith(_NO_ROUTE):
            return _not_implemented(environ, f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return response

    def _amended(self, service: str, environ: dict[str, Any]) -> Response | None:
        """Return what the additions answer, or None where only moto has something to say."""
        by_operation = {} if self._bare else handlers_to(service)
        exchange = Exchange.recognise(environ) if by_operation else None
        if exchange is None or exchange.operation not in by_operation:
            return None
        with self._lock:  # the check of a RevisionId and the change behind it are one step
            return exchange.answer(by_operation[exchange.operation], self._moto, self._account, self._endpoint)

    def _download(self, path: str) -> Response:
        kind, _, name = path.removeprefix(PREFIX).partition("/")
        serve = next((one.downloads[kind] for one in additions_to("lambda") if kind in one.downloads), None)
        content = serve(name) if serve else None
        if content is None:
            return Response("not found", 404)
        return Response(content, 200, content_type="application/zip")


def _not_implemented(environ: dict[str, Any], what: str) -> Response:
    """Say so in the service's own protocol. A 501 is not tried again, as the 500 of an unhandled exception would be."""
    return refuse(environ, Refused("NotImplemented", f"the embedded account cannot do this: {what}", status=501))
