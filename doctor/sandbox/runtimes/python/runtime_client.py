"""The transport of AWS's Python runtime client in plain Python, for interpreters that its compiled one does not fit.

``awslambdaric`` imports it by this name; the rest of the client, all that a handler can notice, is AWS's own.
"""

import http.client
import os
import sys
from http import HTTPStatus
from typing import Any, Dict, Optional, Tuple  # noqa: UP035  Python 3.9 runs this

_ROOT = "/2018-06-01/runtime/invocation/"
_DEADLINE = "Lambda-Runtime-Deadline-Ms"
_connection = http.client.HTTPConnection(os.environ.get("AWS_LAMBDA_RUNTIME_API", ""))


def initialize_client(_user_agent: str) -> None:
    """Nothing to do: the connection opens with the first request."""


def next() -> Tuple[bytes, Dict[str, Any]]:  # noqa: A001, UP006  AWS's client calls it so
    """Wait for an event; return it with its headers."""
    _connection.request("GET", _ROOT + "next")
    response = _connection.getresponse()
    body = response.read()
    if response.status != HTTPStatus.OK:
        raise RuntimeError("Failed to get next")
    headers: Dict[str, Any] = dict(response.getheaders())  # noqa: UP006
    headers[_DEADLINE] = int(headers[_DEADLINE])
    return body, headers


def post_invocation_result(
    invoke_id: str,
    body: bytes,
    content_type: str,
    _invocation_id: Optional[str] = None,  # noqa: UP045
) -> None:
    """Answer the event."""
    _post(invoke_id + "/response", body, {"Content-Type": content_type}, "response")


def post_error(
    invoke_id: str,
    body: str,
    xray_fault: str,
    _invocation_id: Optional[str] = None,  # noqa: UP045
) -> None:
    """Answer the event with an error."""
    # A header given as text must be Latin-1; AWS's compiled client writes what it is given, as UTF-8.
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault.encode()}
    _post(invoke_id + "/error", body.encode(), headers, "error")


def _post(path: str, body: bytes, headers: Dict[str, Any], kind: str) -> None:  # noqa: UP006
    _connection.request("POST", _ROOT + path, body, headers)
    response = _connection.getresponse()
    response.read()
    if response.status != HTTPStatus.ACCEPTED:
        success = "success" if kind == "response" else "failure"
        sys.stderr.write(
            f"LAMBDA_RUNTIME Failed to post handler {success} response. Http response code: {response.status}. \n"
        )
        raise RuntimeError(f"Failed to post invocation {kind}")
