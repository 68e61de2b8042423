"""The one seam to AWS: who we are, and ``call``."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import xform_name
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from doctor.errors import ApplyError, AwsUnavailable, DoctorError
from doctor.model.call import Call, Gap, Reason
from doctor.model.redacted import Redacted
from doctor.model.snapshot import Identity
from doctor.model.target import Target
from doctor.version import __version__

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_DENIED = ("AccessDenied", "Unauthorized", "AuthorizationError", "OptInRequired")
_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown")
_ABSENT = ("NotFound", "NoSuch", "NonExistent", "DoesNotExist", "QueueDoesNotExist")
_UNSUPPORTED = ("404", "501", "UnknownOperation", "NotImplemented", "UnsupportedOperation", "InvalidAction")


class AwsError(DoctorError):
    """One call failed. ``reason`` is the gap it leaves, ``code`` is AWS's."""

    def __init__(self, call: Call, code: str, message: str, reason: Reason) -> None:
        super().__init__(f"{call.name}: {code}: {message}" if code else f"{call.name}: {message}")
        self.call = call
        self.code = code
        self.message = message
        self.reason = reason

    def gap(self, resource: str = "") -> Gap:
        """The gap that this failure leaves on a resource."""
        words = f"{self.code}: {self.message}" if self.code else self.message
        return Gap(reason=self.reason, call=self.call, resource=resource, error=words)


class Aws:
    """One account in one region. Thread-safe."""

    def __init__(self, session: boto3.Session, region: str, endpoint: str | None) -> None:
        self.region = region
        self.endpoint = endpoint
        self.account = ""
        self.calls = 0
        self._session = session
        self._clients: dict[str, BaseClient] = {}
        self._lock = threading.Lock()
        self._config = Config(
            retries={"mode": "standard", "total_max_attempts": 4},
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=16,
            user_agent_extra=f"lambda-doctor/{__version__}",
        )

    @property
    def loopback(self) -> bool:
        """Whether the account answers on this machine: then no read follows a host that is elsewhere."""
        return bool(self.endpoint) and urlsplit(self.endpoint).hostname in LOOPBACK

    def call(self, call: Call) -> dict[str, Any]:
        """Send one call and return the answer.

        Raises:
            AwsError: AWS or the network refused.
        """
        _no_redaction(call)
        return self._send(call, lambda client: getattr(client, xform_name(call.operation))(**call.parameters))

    def read(self, call: Call) -> dict[str, Any]:
        """Send a reading call and return the answer, all pages of it.

        Raises:
            AwsError: AWS or the network refused.
        """

        def send(client: BaseClient) -> Any:
            name = xform_name(call.operation)
            if client.can_paginate(name):
                return client.get_paginator(name).paginate(**call.parameters).build_full_result()
            return getattr(client, name)(**call.parameters)

        return self._send(call, send)

    def _send(self, call: Call, send: Callable[[BaseClient], Any]) -> dict[str, Any]:
        try:
            with self._lock:
                self.calls += 1
            return dict(send(self._client(call.service)))
        except ClientError as error:
            raise _client_error(call, error) from error
        except ResponseParserError as error:
            raise AwsError(call, "", f"the answer cannot be read: {_one_line(error)}", "unsupported") from error
        except BotoCoreError as error:
            raise AwsError(call, type(error).__name__, _one_line(error), "failed") from error

    def _client(self, service: str) -> BaseClient:
        with self._lock:  # creating clients of one session is not thread-safe
            if service not in self._clients:
                self._clients[service] = self._session.client(
                    service,  # type: ignore[call-overload]
                    region_name=self.region,
                    endpoint_url=self.endpoint,
                    config=self._config,
                )
            return self._clients[service]


def connect(target: Target) -> tuple[Aws, Identity]:
    """Find credentials, and ask AWS who we are.

    Raises:
        AwsUnavailable: no region, no credentials, refused ones, or no AWS at the endpoint.
    """
    try:
        core = botocore.session.Session(profile=target.profile or None)
        session = boto3.Session(botocore_session=core)
        region = target.region or session.region_name
        if not region:
            raise AwsUnavailable("no region: give --region, or set AWS_REGION")
        endpoint = target.endpoint or core.get_config_variable("endpoint_url")
        aws = Aws(session, region, endpoint)
        answer = aws.call(Call(service="sts", operation="GetCallerIdentity"))
    except AwsError as error:
        raise AwsUnavailable(_unavailable(error, target)) from error
    except (BotoCoreError, ValueError) as error:
        raise AwsUnavailable(f"cannot use AWS: {_one_line(error)}") from error
    aws.account = str(answer["Account"])
    return aws, Identity(account=aws.account, arn=str(answer["Arn"]))


def _unavailable(error: AwsError, target: Target) -> str:
    if error.code == "NoCredentialsError":
        return "no AWS credentials: set AWS_PROFILE or give --profile, or try 'doctor check --demo' without any"
    if error.code in (EndpointConnectionError.__name__, "ConnectTimeoutError"):
        return f"AWS does not answer: {error.message}"
    whose = f" of profile {target.profile}" if target.profile else ""
    return f"the credentials{whose} are refused: {error.code}: {error.message}"


def _client_error(call: Call, error: ClientError) -> AwsError:
    answer = error.response.get("Error", {})
    code, message = str(answer.get("Code", "")), _one_line(answer.get("Message") or error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) or 0)
    return AwsError(call, code, message, _reason(code, status))


def _reason(code: str, status: int) -> Reason:
    table: tuple[tuple[tuple[str, ...], Reason], ...] = (
        (_DENIED, "denied"),
        (_THROTTLED, "throttled"),
        (_ABSENT, "absent"),
    )
    for marks, reason in table:
        if any(mark in code for mark in marks):
            return reason
    return "unsupported" if code in _UNSUPPORTED or status == 501 else "failed"  # noqa: PLR2004 -- HTTP: not implemented


def _no_redaction(call: Call) -> None:
    """Refuse a call whose parameters hold a redacted value: the marker must never be written to an account."""

    def look(value: Any) -> None:
        if isinstance(value, Redacted):
            raise ApplyError(f"{call.name}: a parameter was redacted when it was read; it cannot be sent")
        if isinstance(value, dict):
            for one in value.values():
                look(one)
        elif isinstance(value, list | tuple):
            for one in value:
                look(one)

    look(call.parameters)


def _one_line(words: object) -> str:
    return " ".join(str(words).split())
