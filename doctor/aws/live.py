"""A handler's read, asked of the real account: the same request, signed by whoever runs doctor."""

import re
import time
from datetime import UTC, datetime

import urllib3
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest

from doctor.aws.session import Aws
from doctor.iam.http_requests import HttpRequest
from doctor.model.call import Call
from doctor.model.events import ApiCall

Answered = tuple[int, dict[str, str], bytes]
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/aws4_request")
_AWS_HOST = re.compile(r"([a-z0-9-]+\.)*(amazonaws\.com(\.cn)?|api\.aws)")
_OWN = (
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "transfer-encoding",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
)
"""Headers of the connection, or of the signature, which are written anew."""
_HOP = ("connection", "transfer-encoding", "content-length", "keep-alive")
_TIMEOUT = urllib3.Timeout(connect=5, read=30)
_REFUSED = (401, 403)


def ask(aws: Aws, call: Call, sent: HttpRequest) -> Answered | str:
    """Send a read as it came, but for its signature; the answer as AWS gave it, or why there is none.

    Whoever calls has made sure that it is a read.
    """
    host = sent.headers.get("host", "")
    scope = _SCOPE.search(sent.headers.get("authorization", ""))
    if scope is None:
        return "it is not signed in its headers"
    if _AWS_HOST.fullmatch(host) is None:
        return f"{host} is no endpoint of AWS"
    region, service = scope[1], scope[2]
    base = aws.endpoint or f"https://{host}"
    kept = {name: value for name, value in sent.headers.items() if name not in _OWN}
    request = AWSRequest(sent.method, f"https://{host}{sent.target}", {**kept, "Host": host}, sent.body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(aws.credentials, service, region).add_auth(request)
    at, began = datetime.now(UTC), time.monotonic()
    try:
        answer = urllib3.PoolManager().request(
            sent.method,
            f"{base}{sent.target}",
            body=sent.body,
            headers=dict(request.headers.items()),
            timeout=_TIMEOUT,
            retries=1,
            redirect=False,
            decode_content=False,
        )
    except urllib3.exceptions.HTTPError as error:
        return f"the account did not answer: {type(error).__name__}"
    took = (time.monotonic() - began) * 1000
    aws.log.append(ApiCall(at=at, name=call.name, status=str(answer.status), took=took))
    if answer.status in _REFUSED:
        return f"AWS refused it to whoever runs doctor ({answer.status})"
    return (
        answer.status,
        {name: value for name, value in answer.headers.items() if name.lower() not in _HOP},
        answer.data,
    )
