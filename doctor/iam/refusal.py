"""What AWS answers to a call that its policies do not allow: the text, the error code, and the form of each protocol.

Sources: IAM User Guide, "Troubleshoot access denied error messages"; Smithy's specification of the AWS protocols;
the services' own guides for the codes that differ.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple
from uuid import uuid4
from xml.sax.saxutils import escape

from doctor.iam import models
from doctor.iam.http_requests import HttpRequest
from doctor.model.call import Call
from doctor.model.decision import Decision, LayerName

_LAYERS: dict[LayerName, str] = {
    "identity": "identity-based policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource-based policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
    "endpoint": "VPC endpoint policy",
}
_TELLS_POLICY = ("identity", "boundary", "session", "scp", "rcp")
"""Layers of which an explicit deny names the policy."""
_CODES = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError", "sqs": "AccessDenied"}
_THROTTLES = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "ec2": ("RequestLimitExceeded", 503),
    "kinesis": ("ProvisionedThroughputExceededException", 400),
    "lambda": ("TooManyRequestsException", 429),
    "s3": ("SlowDown", 503),
    "sns": ("Throttling", 400),
    "sqs": ("RequestThrottled", 403),
    "sts": ("Throttling", 400),
}
_JSON, _XML, _CBOR = "application/x-amz-json-1.0", "text/xml", "application/cbor"
_FORBIDDEN, _BAD_REQUEST = 403, 400


class Written(NamedTuple):
    """An error as it goes over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    code: str


def text(decision: Decision) -> str:
    """AWS's sentence for a denied request."""
    service = decision.action.partition(":")[0]
    action = decision.action.lower() if service == "sqs" else decision.action
    resource = f'"{decision.resource}"' if service == "s3" else decision.resource
    where = "" if service == "s3" and decision.resource == "*" else f" on resource: {resource}"
    return f"User: {decision.principal} is not authorized to perform: {action}{where} {_reason(decision, action)}"


def _reason(decision: Decision, action: str) -> str:
    for match in decision.denies if decision.explicit else ():
        statement = match.statement
        if match.certain:
            named = statement.layer in _TELLS_POLICY and statement.policy.startswith("arn:")
            policy = f": {statement.policy}" if named else ""
            return (
                f"with an explicit deny in a{'n' * (statement.layer == 'identity')} {_LAYERS[statement.layer]}{policy}"
            )
    layer: LayerName = next(iter(decision.blockers), "identity")
    return f"because no {_LAYERS[layer]} allows the {action} action"


def refusal(call: Call, decision: Decision, request: HttpRequest) -> Written:
    """The answer to a request that was denied, in the protocol that it came in."""
    protocol = _protocol(call.service, request)
    by_protocol = "AccessDeniedException" if protocol in ("json", "rest-json", "cbor") else "AccessDenied"
    code = _CODES.get(call.service, by_protocol)
    status = _BAD_REQUEST if protocol in ("json", "cbor") else _FORBIDDEN
    return write(call.service, request, code, text(decision), status)


def throttle(call: Call, request: HttpRequest) -> Written:
    """What a service answers to one call too many."""
    code, status = _THROTTLES.get(call.service, ("ThrottlingException", _BAD_REQUEST))
    return write(call.service, request, code, "Rate exceeded", status)


def write(service: str, request: HttpRequest, code: str, message: str, status: int) -> Written:
    """An error in the protocol that a request of a service came in."""
    protocol, number = _protocol(service, request), str(uuid4())
    headers = {"x-amzn-RequestId": number}
    if protocol == "cbor":
        headers |= {"Content-Type": _CBOR, "smithy-protocol": "rpc-v2-cbor"}
        return Written(status, headers, _cbor({"__type": code, "message": message}), code)
    if protocol in ("json", "rest-json"):
        headers |= {"Content-Type": _JSON if protocol == "json" else "application/json", "x-amzn-ErrorType": code}
        if service == "sqs":  # its older error codes go beside the modelled ones
            headers["x-amzn-query-error"] = f"{code};Sender"
        return Written(status, headers, json.dumps({"__type": code, "message": message}).encode(), code)
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service == "s3":
        headers["x-amz-request-id"] = number
        body = f"<Error>{error}<RequestId>{number}</RequestId></Error>"
    elif protocol == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{number}</RequestID></Response>"
    else:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>{number}</RequestId></ErrorResponse>"
        )
    return Written(status, {**headers, "Content-Type": _XML}, body.encode(), code)


def _protocol(service: str, request: HttpRequest) -> str:
    """The protocol of a request: services change theirs, and SDKs of any age are in use."""
    kind = request.headers.get("content-type", "")
    if "cbor" in kind:
        return "cbor"
    if "x-amz-target" in request.headers:
        return "json"
    known = models.metadata(service).protocol if service in models.services() else ""
    if "x-www-form-urlencoded" in kind:
        return "ec2" if known == "ec2" else "query"
    return known or "rest-json"


def _cbor(texts: Mapping[str, str]) -> bytes:
    """A map of texts (RFC 8949)."""
    return bytes([0xA0 | len(texts)]) + b"".join(_cbor_text(one) for pair in texts.items() for one in pair)


def _cbor_text(value: str) -> bytes:
    raw = value.encode()
    return b"\x79" + len(raw).to_bytes(2) + raw
