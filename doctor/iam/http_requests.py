"""Which AWS call a raw HTTP request of any SDK is: service, operation and parameters, by botocore's models.

The signature's credential scope names service and region; the operation is in a header (JSON protocols), in the body
(query protocols), in the path (RPC with CBOR), or in method and path together (REST).
Source: Smithy's specification of the AWS protocols, docs "AWS Signature Version 4".
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from doctor.iam import bodies, models, routes
from doctor.iam.models import OperationModel, ServiceModel
from doctor.model.call import Call

_SCOPE = re.compile(r"Credential=[^/,\s]+/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")
_REGIONLESS_SCOPE = re.compile(r"Credential=[^/,\s]+/\d{8}/([^/,\s]+)/aws4_request")
_HOST = re.compile(r"(?:^|\.)(?P<service>[a-z0-9-]+)(?:\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com")
_BUCKET_HOST = re.compile(r"(?P<bucket>.+?)\.(?:s3[.-]|localhost(?::|$))")
_DATED = re.compile(r"\d{4}_\d{2}_\d{2}$")
"""CloudFront's model dates its operations; no SDK does."""
_RPC = re.compile(r"/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)")


class UnknownRequest(ValueError):
    """The request is no AWS call that botocore's models know; the message says what was missing."""


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came over the wire."""

    method: str
    target: str
    """Path and query, still percent-encoded."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    query: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(self.target).query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        object.__setattr__(self, "query", found)

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]


def identify(request: HttpRequest, account: str = "") -> Call:
    """Find out which call a request makes.

    Args:
        request: The request.
        account: Account of the caller, which no request tells.

    Raises:
        UnknownRequest: No model describes it.
    """
    signing_name, region = _scope(request)
    service, operation, parameters = _operation(request, _candidates(request, signing_name))
    return Call(service=service, operation=operation, parameters=parameters, account=account, region=region)


def _scope(request: HttpRequest) -> tuple[str, str]:
    """Signing name and region: from the signature, a presigned URL, or the host of an unsigned request."""
    presigned = f"Credential={request.query.get('X-Amz-Credential', [''])[0]}"
    for text in (request.headers.get("authorization", ""), presigned):
        match = _SCOPE.search(text)
        if match is not None:
            return match[2], match[1]
        match = _REGIONLESS_SCOPE.search(text)
        if match is not None:  # signed for several regions (SigV4A)
            return match[1], request.headers.get("x-amz-region-set", "").split(",")[0]
    match = _HOST.search(request.headers.get("host", ""))
    return (match["service"], match["region"] or "") if match else ("", "")


_SIGNED_OTHERWISE = {
    "s3express": ("s3", "s3control"),
    "s3-object-lambda": ("s3",),
    "s3-outposts": ("s3", "s3control"),
}
"""Signing names that services use beside their own."""
_UNSIGNED = "AssumeRoleWith"
"""STS's operations that bring another proof of identity than a signature."""


def _candidates(request: HttpRequest, signing_name: str) -> list[str]:
    """Services that the request may be for, by botocore's names."""
    named = _SIGNED_OTHERWISE.get(signing_name) or models.by_signing_name().get(signing_name, ())
    if named:
        return list(named)
    if not signing_name and dict(_form(request)).get("Action", "").startswith(_UNSIGNED):
        return ["sts"]
    prefix = request.headers.get("x-amz-target", "").rpartition(".")[0]
    found = [one for one in models.services() if prefix and models.metadata(one).target_prefix == prefix]
    if not found:
        what = f"of a service that signs as {signing_name!r}" if signing_name else "without a signature"
        raise UnknownRequest(f"a request {what}: {request.method} {request.path}")
    return found


def _operation(request: HttpRequest, services: Iterable[str]) -> tuple[str, str, dict[str, Any]]:
    known = [(service, model) for service in services if (model := models.model(service)) is not None]
    named = _by_name(request, known)
    if named is not None:
        service, model, operation = named
        return service, operation.name, _body_parameters(request, model, operation)
    routed = routes.route(request.method, _rest_path(request, services), request.query, request.headers, known)
    if routed is None:
        raise UnknownRequest(f"no operation of {', '.join(services)} is {request.method} {request.path}")
    parameters = bodies.rest(
        routed.model,
        routed.operation,
        labels=routed.labels,
        query=request.query,
        headers=request.headers,
        body=request.body,
    )
    return routed.service, _DATED.sub("", routed.operation.name), parameters


def _by_name(
    request: HttpRequest, known: Iterable[tuple[str, ServiceModel]]
) -> tuple[str, ServiceModel, OperationModel] | None:
    """The operation that a header, the path or the body names outright."""
    prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
    rpc = _RPC.fullmatch(request.path)
    form = {} if rpc or prefix else dict(_form(request))
    name = rpc["operation"] if rpc else name or form.get("Action", "")
    fitting = [
        (service, model, model.operations[name])
        for service, model in known
        if name in model.operations and (rpc or prefix in ("", model.metadata.target_prefix))
    ]
    version = form.get("Version")
    exact = [one for one in fitting if one[1].metadata.api_version == version]
    return next(iter(exact or fitting), None)


def _form(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a query protocol, in the body or (GET) in the URL."""
    if "x-www-form-urlencoded" in request.headers.get("content-type", ""):
        return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return [(name, values[0]) for name, values in request.query.items()]


def _body_parameters(request: HttpRequest, model: ServiceModel, operation: OperationModel) -> dict[str, Any]:
    kind = request.headers.get("content-type", "")
    if "cbor" in kind:
        return bodies.cbor(request.body)
    if "json" in kind:
        return json_object(request.body)
    return bodies.query(model, operation, _form(request))


def json_object(body: bytes) -> dict[str, Any]:
    """The object in a JSON body; empty for an empty body.

    Raises:
        UnknownRequest: The body is no JSON object.
    """
    try:
        found = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as error:
        raise UnknownRequest("the body is no JSON") from error
    if not isinstance(found, dict):
        raise UnknownRequest("the body is no JSON object")
    return found


def _rest_path(request: HttpRequest, services: Iterable[str]) -> str:
    """The path with the bucket in front where S3's host names it."""
    match = _BUCKET_HOST.match(request.headers.get("host", "")) if "s3" in services else None
    return f"/{match['bucket']}{request.path}" if match else request.path
