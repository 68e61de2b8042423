"""The forms of the events that services send, as far as handlers ask for their fields.

See https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html and the pages of the services behind it.
"""

from doctor.model.record import Record
from doctor.model.sources import Api, Integration


class Form(Record):
    """What events of one kind hold, records inside them included."""

    always: frozenset[str]
    sometimes: frozenset[str] = frozenset()
    """Fields that are left out when there is nothing to say."""
    empty: frozenset[str] = frozenset()
    """Fields of ``always`` that are null when there is nothing to say."""
    text: frozenset[str] = frozenset()
    """Fields that are text, also where the text is JSON."""


_RECORD = frozenset({"Records", "eventSource", "awsRegion"})
_REQUEST = frozenset({"headers", "requestContext", "isBase64Encoded"})
_QUERY = frozenset({"queryStringParameters", "pathParameters", "stageVariables"})
_MULTIPLE = frozenset({"multiValueHeaders", "multiValueQueryStringParameters"})
_BODY = frozenset({"body"})
_VERSION_2 = _REQUEST | {"version", "routeKey", "rawPath", "rawQueryString"}

FORMS: dict[str, Form] = {
    "sqs": Form(always=_RECORD | {"body", "messageId", "attributes", "messageAttributes"}, text=_BODY),
    "kinesis": Form(always=_RECORD | {"kinesis", "data", "partitionKey"}, text=frozenset({"data"})),
    "dynamodb": Form(always=_RECORD | {"dynamodb", "Keys"}, sometimes=frozenset({"NewImage", "OldImage"})),
    "sns": Form(always=frozenset({"Records", "Sns", "EventSource", "Message"}), text=frozenset({"Message"})),
    "s3": Form(always=_RECORD | {"s3", "bucket", "object"}),
    "events": Form(always=frozenset({"version", "id", "detail", "detail-type", "source", "account", "resources"})),
    "kafka": Form(always=frozenset({"records", "eventSource", "headers", "value", "topic"})),
    "payload 1.0": Form(
        always=_REQUEST | _QUERY | _MULTIPLE | _BODY | {"httpMethod", "path", "resource"},
        empty=_QUERY | _BODY | {"multiValueQueryStringParameters"},
        text=_BODY,
    ),
    "payload 2.0": Form(always=_VERSION_2, sometimes=_QUERY | _BODY | {"cookies"}, text=_BODY),
    "websocket": Form(
        always=frozenset({"requestContext", "isBase64Encoded"}),
        sometimes=_BODY | _QUERY | _MULTIPLE | {"headers"},
        text=_BODY,
    ),
    "elasticloadbalancing": Form(
        always=_BODY | {"requestContext", "httpMethod", "path", "isBase64Encoded"},
        sometimes=_MULTIPLE | {"headers", "queryStringParameters"},
        text=_BODY,
    ),
}
"""By service, and for APIs and function URLs by the version of their payload's format."""
_JUDGED_ALONE = frozenset({"Records", "records", "body", "detail", "detail-type", "Sns", "s3", "kinesis", "dynamodb"})
JUDGED = _JUDGED_ALONE | _REQUEST | _QUERY | _MULTIPLE | {"httpMethod", "rawPath", "rawQueryString", "routeKey"}
"""The fields whose names are events' and hardly anything else's."""


def form_of_way(api: Api, way: Integration) -> str:
    """The name of the form in which an API sends by one integration; empty: a template of its owner's makes it."""
    if way.integration_type != "AWS_PROXY":
        return ""
    if api.protocol_type == "WEBSOCKET":
        return "websocket"
    return f"payload {way.payload_format_version or '1.0'}"
