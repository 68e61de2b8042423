"""One HTTP request to AWS and its answer, in AWS's terms instead of HTTP's.

Recognising an operation, parsing its request and writing its response is moto's own code, which works from botocore's service models.
"""

import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request as HttpRequest
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from doctor.aws.embedded.addition import Handler, Parameters, Refused, Request, Result

_SIGNING_NAMES = {"monitoring": "cloudwatch", "servicequotas": "service-quotas"}
"""Signing names that differ from botocore's name of the service."""

_ERROR_STATUS = 301
Environ = dict[str, Any]
Moto = Callable[..., Any]


class MotoError(ServiceException):
    """An error that moto answered; it goes to the caller as it is, unless an addition handles it."""

    def __init__(self, code: str, message: str, response: Response) -> None:
        super().__init__(code, message)
        self.response = response


def signed_for(environ: Environ) -> tuple[str, str]:
    """Return the service (botocore's name) and region that a request was signed for; both empty if it is unsigned."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0].split("/")
    if len(scope) != 5:  # noqa: PLR2004 - key, date, region, service and "aws4_request"
        return "", ""
    return _SIGNING_NAMES.get(scope[3], scope[3]), scope[2]


class Exchange:
    """A request whose operation is known.

    Attributes:
        operation: The operation's name.
    """

    def __init__(self, environ: Environ, http: HttpRequest, model: OperationModel, uri: Parameters) -> None:
        self._environ = environ
        self._http = http
        self._model = model
        self._uri = uri
        self._protocol = determine_request_protocol(model.service_model, http.content_type)
        self.operation = model.name

    @classmethod
    def recognise(cls, environ: Environ) -> "Exchange | None":
        """Find the operation of a signed request; None if no operation of its service matches."""
        body = HttpRequest(environ).get_data()
        if environ.pop("HTTP_CONTENT_ENCODING", "") == "gzip":
            body = gzip.decompress(body)
        _put_body(environ, body)
        http = HttpRequest({**environ, "wsgi.input": io.BytesIO(body)})
        try:
            model, uri = get_service_router(signed_for(environ)[0]).match(http)
            return cls(environ, http, model, uri)
        except (NotFound, NotImplementedError):
            return None

    def answer(self, handlers: Sequence[Handler], moto: Moto, account: str, endpoint: str) -> Response:
        """Return what the first handler answers, each being given the next one and the last one moto."""
        service, region = signed_for(self._environ)
        request = Request(service, self.operation, self._parameters(), account, region, endpoint)
        try:
            return self._response(self._proceed(handlers, request, moto))
        except MotoError as error:
            return error.response
        except ServiceException as error:
            return self._response(error)
        except JsonRESTError as error:  # what moto's backends raise when an addition calls them
            return self._response(Refused(error.relative_error_type, error.message, status=error.code))

    def _parameters(self) -> Parameters:
        parameters: Parameters = PROTOCOL_PARSERS[self._protocol](self._model).parse(
            {
                "method": self._http.method,
                "values": self._http.values,
                "headers": self._http.headers,
                "body": self._http.get_data(),
                "url_path": self._http.path,
                "url_params": self._uri,
            }
        )
        return parameters

    def _proceed(self, handlers: Sequence[Handler], request: Request, moto: Moto) -> Result:
        if not handlers:
            return self._ask(moto)

        def proceed(parameters: Parameters | None = None) -> Result:
            if parameters is None or parameters is request.parameters:
                return self._proceed(handlers[1:], request, moto)
            self._rewrite(parameters)
            return self._proceed(handlers[1:], replace(request, parameters=parameters), moto)

        return handlers[0](request, proceed)

    def _ask(self, moto: Moto) -> Result:
        response = Response.from_app(moto, self._environ)
        output: Any = self._model.output_shape
        parsed: Result = create_parser(self._protocol).parse(
            {
                "status_code": response.status_code,
                "headers": HeadersDict(response.headers.items()),
                "body": response.get_data(),
            },
            output,
        )
        parsed.pop("ResponseMetadata", None)
        if response.status_code >= _ERROR_STATUS:
            error = parsed.get("Error", {})
            raise MotoError(str(error.get("Code", "")), str(error.get("Message", "")), response)
        return parsed

    def _rewrite(self, parameters: Parameters) -> None:
        """Make the request that moto will see one with these parameters."""
        wire = create_serializer(self._protocol, include_validation=False).serialize_to_request(parameters, self._model)
        body = wire["body"]
        if isinstance(body, dict):  # the query protocols leave writing the form to the HTTP client
            body = urlencode(body).encode()
        self._environ["QUERY_STRING"] = urlencode(wire["query_string"])
        _put_body(self._environ, body or b"")

    def _response(self, result: Result | ServiceException) -> Response:
        return _written(result, self._model, self._model.service_model.service_name, self._protocol)


def refuse(environ: Environ, error: Refused) -> Response:
    """Write an error for a request of which no more than its service is known."""
    service, _ = signed_for(environ)
    model = get_service_model(service)
    protocol = str(model.protocol) if str(model.protocol) in PROTOCOL_PARSERS else "json"
    return _written(error, OperationModel({}, model), service, protocol)


def _written(result: Result | ServiceException, model: OperationModel, service: str, protocol: str) -> Response:
    wire = get_serializer_class(service, protocol)(operation_model=model).serialize(result)
    status = getattr(result, "status", None) or wire["status_code"]
    return Response(wire["body"], status, dict(wire["headers"]))


def _put_body(environ: Environ, body: bytes) -> None:
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
