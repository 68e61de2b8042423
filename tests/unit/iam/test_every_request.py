"""Every operation of what functions use is identified in the request that botocore makes of it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.model import Shape

from doctor.iam.http_requests import HttpRequest, identify

SERVICES = [
    "apigateway",
    "cloudfront",
    "elb",
    "elbv2",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "ses",
    "sesv2",
    "sns",
    "sqs",
    "sts",
]
SAME_REQUEST = {
    "s3:GetBucketLifecycle": "s3:GetBucketLifecycleConfiguration",
    "s3:GetBucketNotification": "s3:GetBucketNotificationConfiguration",
    "s3:ListDirectoryBuckets": "s3:ListBuckets",
    "s3:PutBucketLifecycle": "s3:PutBucketLifecycleConfiguration",
    "s3:PutBucketNotification": "s3:PutBucketNotificationConfiguration",
}
"""Operations whose request is that of another: deprecated ones, and one that differs by its host alone."""


class NotSent(Exception):
    """Ends a call before it is sent."""


def sample(shape: Shape, depth: int = 0) -> Any:
    """A value of a shape with what is required and nothing else."""
    if shape.type_name == "structure":
        members = shape.members if depth < 6 else {}
        return {name: sample(one, depth + 1) for name, one in members.items() if name in shape.required_members}
    if shape.type_name == "list":
        return [sample(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {"k": sample(shape.value, depth + 1)}
    scalars = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": True, "timestamp": 1, "blob": b"x"}
    return scalars.get(shape.type_name, "123456789012")


def sent(service: str) -> Iterator[tuple[str, AWSPreparedRequest]]:
    """Every operation with the request that would be sent; nothing leaves this process."""
    session = botocore.session.Session()
    session._credentials = Credentials("ASIADOCTORLOCAL", "x", "t")
    config = Config(parameter_validation=False, s3={"addressing_style": "path"})
    client = session.create_client(service, "eu-west-1", endpoint_url="http://127.0.0.1:9", config=config)
    caught: list[AWSPreparedRequest] = []

    def stop(request: AWSPreparedRequest, **_details: Any) -> None:
        caught.append(request)
        raise NotSent

    client.meta.events.register_first("before-send", stop)
    for operation in client.meta.service_model.operation_names:
        shape = client.meta.service_model.operation_model(operation).input_shape
        with pytest.raises(NotSent):
            getattr(client, xform_name(operation))(**(sample(shape) if shape else {}))
        yield operation, caught.pop()


def as_received(request: AWSPreparedRequest) -> HttpRequest:
    url = urlsplit(request.url)
    headers = {
        key.lower(): value.decode() if isinstance(value, bytes) else value for key, value in request.headers.items()
    }
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    target = f"{url.path}?{url.query}" if url.query else url.path
    return HttpRequest(request.method, target, headers, body.encode() if isinstance(body, str) else bytes(body))


@pytest.mark.parametrize("service", SERVICES)
def test_every_request_is_identified(service: str) -> None:
    wrong = {}
    for operation, request in sent(service):
        expected = f"{service}:{operation}"
        found = identify(as_received(request)).name
        if found != SAME_REQUEST.get(expected, expected):
            wrong[expected] = found

    assert wrong == {}
