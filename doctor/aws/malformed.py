"""Answers that botocore takes for empty ones although they are broken: JSON that was cut off or is of another form."""

import json
from typing import Any

from botocore.parsers import ResponseParserError

_JSON = ("json", "rest-json")
_OK = 200


def refuse_broken_json(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Raise for a JSON answer that is no JSON object: botocore would go on with nothing, and nothing is not what was said.

    A handler of botocore's event ``before-parse``.

    Raises:
        ResponseParserError: The body is not a JSON object.
    """
    protocol = operation_model.service_model.resolved_protocol
    told = operation_model.output_shape is not None and operation_model.output_shape.members
    if protocol not in _JSON or operation_model.has_streaming_output or response_dict["status_code"] != _OK or not told:
        return
    body = response_dict["body"]
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ResponseParserError(f"not JSON, or cut off: {error}") from error
    if not isinstance(answer, dict):
        raise ResponseParserError(f"not a JSON object but {type(answer).__name__}")
