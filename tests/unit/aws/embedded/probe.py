"""What the tests of the embedded account share: clients on it, and one-line ways to make things in it."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from doctor.aws.embedded.account import Embedded

ROLE = "arn:aws:iam::123456789012:role/role"
_ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=20)


def package(text: str = "def handler(event, context): ...") -> bytes:
    """Return a deployment package with one module."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return buffer.getvalue()


def fetch(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Return the status and the body of a plain HTTP request, a POST if it has a body."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=20)
    try:
        connection.request("GET" if body is None else "POST", address.path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class Account:
    """An embedded account, plain or with additions, and its clients."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded
        self._session = boto3.session.Session(
            aws_access_key_id="embedded", aws_secret_access_key="embedded", region_name=embedded.region
        )
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self.embedded.endpoint, config=_ONCE)
        return self._clients[service]

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        """Return the answer, or the error's code if it is one."""
        try:
            answer = getattr(self.client(service), operation)(**parameters)
        except ClientError as error:
            return error.response["Error"]["Code"]
        except ResponseParserError:
            return "unreadable"
        del answer["ResponseMetadata"]
        return answer

    def lambda_(self, operation: str, **parameters: Any) -> Any:
        return self.call("lambda", operation, FunctionName="f", **parameters)

    def role(self) -> None:
        self.call("iam", "create_role", RoleName="role", AssumeRolePolicyDocument=json.dumps({"Statement": []}))

    def function(self, name: str = "f", **parameters: Any) -> Any:
        self.role()
        given = {"Runtime": "python3.12", "Handler": "app.handler", "Code": {"ZipFile": package()}} | parameters
        return self.call("lambda", "create_function", FunctionName=name, Role=ROLE, **given)

    def queue(self, name: str = "q") -> str:
        self.call("sqs", "create_queue", QueueName=name)
        return f"arn:aws:sqs:{self.embedded.region}:123456789012:{name}"


@dataclass(frozen=True)
class Case:
    """One thing that AWS does, that an addition makes the embedded account do, and that moto does not do."""

    addition: str
    expected: Any
    probe: Callable[[Account], Any]

    def observe(self, account: Account) -> Any:
        """Return what the account does. A probe that stumbles over a missing answer has observed just that."""
        try:
            return self.probe(account)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            return f"stumbled: {error!r}"


class Cases:
    """A table of cases; each is a function that observes, under the addition it is about and what AWS would do."""

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def case(self, addition: str, expected: Any) -> Callable[[Callable[[Account], Any]], Callable[[Account], Any]]:
        def register(probe: Callable[[Account], Any]) -> Callable[[Account], Any]:
            self.rows.append(pytest.param(Case(addition, expected, probe), id=probe.__name__))
            return probe

        return register
