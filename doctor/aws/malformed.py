"""Answers that botocore takes for empty ones although they are broken: JSON that was cut off or is of another form, no XML, a web page."""

import json
import re
from typing import Any

import msgspec
from botocore.parsers import ResponseParserError

_OBJECT = dict[str, msgspec.Raw]
_JSON = ("json", "rest-json")
_XML = "rest-xml"
_OK = 200
_PAGE = re.compile(rb"\s*<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)


def refuse_broken(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Raise for an answer that is no JSON object, no XML at all, or a page as a proxy gives it: botocore would go on with nothing, which was not said.

    A handler of botocore's event ``before-parse``.

    Raises:
        ResponseParserError: The body is not a JSON object, is a web page, or is empty where there should be XML.
    """
    protocol = operation_model.service_model.resolved_protocol
    told = operation_model.output_shape is not None and operation_model.output_shape.members
    if operation_model.has_streaming_output or response_dict["status_code"] != _OK or not told:
        return
    body = response_dict["body"]
    if protocol == _XML and not body and any(not shape.serialization.get("location") for shape in told.values()):
        raise ResponseParserError("an empty answer")
    if protocol not in _JSON:
        if _PAGE.match(body):
            raise ResponseParserError("a web page")
        return
    if _is_object(body):
        return
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ResponseParserError(f"not JSON, or cut off: {error}") from error
    if not isinstance(answer, dict):
        raise ResponseParserError(f"not a JSON object but {type(answer).__name__}")


def _is_object(body: bytes) -> bool:
    """Tell at a tenth of the cost of Python's own parser, which has the last word where this one finds a fault."""
    try:
        msgspec.json.decode(body, type=_OBJECT)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
