"""The one seam to AWS: who we are, ``call``, and ``read``, which is paced and tried again."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

import botocore
import botocore.session
from botocore import xform_name
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound, UnknownRegionError
from botocore.paginate import Paginator
from botocore.parsers import ResponseParserError

from doctor.aws.credentials import session_of
from doctor.aws.malformed import refuse_broken
from doctor.aws.pacing import QUOTAS, Bucket, Pacing, Stopped
from doctor.aws.refusals import LOST, AwsError, client_error, one_line, unavailable
from doctor.errors import ApplyError, AwsUnavailable, UsageError
from doctor.model.call import Call
from doctor.model.events import ApiCall
from doctor.model.redacted import Redacted
from doctor.model.snapshot import Identity
from doctor.model.target import Target
from doctor.version import __version__

__all__ = ["LOOPBACK", "Aws", "AwsError", "connect"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TIMEOUTS = (5.0, 30.0)
"""Seconds to wait for a connection, and for an answer."""
_ATTEMPTS = 4
"""How often a reading call is sent that fails for no reason of its own: 5xx, a lost connection, a broken answer."""
_PAUSE = 0.2
"""Seconds before the second attempt; doubled before each further one."""
_USER_AGENT = f"lambda-doctor/{__version__} Botocore/{botocore.__version__}"
"""Told whole, because botocore's own is put together anew for each call, which takes a tenth of the call's time."""
_NEVER = threading.Event()
_LOGGED = 20_000
_NAMING = ("name", "arn", "url", "identifier")
"""How parameters end that name what a call is about."""
Answer = dict[str, Any]


class Aws:
    """One account in one region. Thread-safe.

    Args:
        session: Whose credentials.
        region: AWS's name of the region.
        endpoint: Where AWS answers, if not where botocore thinks.
        pacing: How fast reads go.
        timeouts: Seconds to wait for a connection, and for an answer.
    """

    def __init__(
        self,
        session: botocore.session.Session,
        region: str,
        endpoint: str | None,
        pacing: Pacing | None = None,
        timeouts: tuple[float, float] = TIMEOUTS,
    ) -> None:
        self.region = region
        self.endpoint = endpoint
        self._given = endpoint  # of a configured one botocore decides by service
        self.account = ""
        self.calls = 0
        self.log: deque[ApiCall] = deque(maxlen=_LOGGED)
        """The requests that were sent last, for whoever shows them; it is taken from while it is filled."""
        self.pacing = pacing or Pacing()
        self._session = session
        self._clients: dict[tuple[str, str], BaseClient] = {}
        self._lock = threading.Lock()
        self._timeouts = timeouts

    def patient(self, seconds: float) -> "Aws":
        """The same account, whose answers are waited for so long: of a call that runs somebody's code."""
        other = Aws(self._session, self.region, self._given, self.pacing, (self._timeouts[0], seconds))
        other.account, other.endpoint = self.account, self.endpoint
        return other

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of this one's partition that Lambda is in, as far as botocore knows them."""
        partition = self._session.get_partition_for_region(self.region)
        return tuple(self._session.get_available_regions("lambda", partition))

    @property
    def loopback(self) -> bool:
        """Whether the account answers on this machine: then no read follows a host that is elsewhere."""
        return bool(self.endpoint) and urlsplit(self.endpoint).hostname in LOOPBACK

    @property
    def credentials(self) -> ReadOnlyCredentials:
        """Those that calls are signed with, for a request that is not botocore's own."""
        found = self._session.get_credentials()
        if found is None:
            raise AwsUnavailable("no AWS credentials: set AWS_PROFILE or give --profile")
        return found.get_frozen_credentials()

    def url_of(self, service: str) -> str:
        """Where a service of this account and region answers, without a slash at the end."""
        return str(self._client(Call(service=service, operation="")).meta.endpoint_url).rstrip("/")

    def call(self, call: Call) -> Answer:
        """Send one call and return the answer; again only when it was throttled, for it may not take effect twice.

        Raises:
            AwsError: AWS or the network refused.
        """
        _no_redaction(call)
        send = getattr(self._client(call), xform_name(call.operation))
        bucket = self._bucket(call)
        return self._patiently(call, send, call.parameters, bucket, _NEVER, twice=False)

    def read(self, call: Call, stop: threading.Event = _NEVER) -> Answer:
        """Send a reading call and return the answer, all pages of it as one.

        Raises:
            AwsError: AWS or the network refused, also after further attempts.
            Stopped: ``stop`` was set while the call waited for its turn.
        """
        whole: Answer = {}
        for page in self.pages(call, stop):
            extend(whole, page)
        return whole

    def pages(self, call: Call, stop: threading.Event = _NEVER) -> Iterator[Answer]:
        """The pages of an answer, each a paced call that is tried again by itself; of most calls there is one.

        Raises:
            AwsError: As for ``read``; the pages before it stand.
            Stopped: As for ``read``.
        """
        client = self._client(call)
        name = xform_name(call.operation)
        bucket = self._bucket(call)

        def send(**parameters: Any) -> Answer:
            return self._patiently(call, getattr(client, name), parameters, bucket, stop)

        if not client.can_paginate(name):
            yield send(**call.parameters)
            return
        model = client.meta.service_model.operation_model(call.operation)
        paginator: Paginator[Any] = Paginator(send, self._paging(call.service, call.operation), model)  # type: ignore[arg-type]  # the stubs take the method for its name
        try:
            yield from paginator.paginate(**call.parameters)
        except BotoCoreError as error:  # such as one token given twice, which would go on for ever
            raise AwsError(call, type(error).__name__, one_line(error), "failed") from error

    def _bucket(self, call: Call) -> Bucket:
        """The bucket that a call is paced by; each region has its own quotas."""
        elsewhere = call.region if call.region not in ("", self.region) else ""
        return self.pacing.bucket(call.service, call.operation, elsewhere)

    def _paging(self, service: str, operation: str) -> Any:
        with self._lock:
            return self._session.get_paginator_model(service).get_paginator(operation)

    def _patiently(
        self,
        call: Call,
        send: Callable[..., Any],
        parameters: Answer,
        bucket: Bucket,
        stop: threading.Event,
        *,
        twice: bool = True,
    ) -> Answer:
        """Send a call in its turn, again while it is throttled and patience lasts; a few times when it broke, if it may be sent twice."""
        attempts = 0
        while True:
            if not bucket.worth_a_try():
                raise AwsError(call, "Throttled", "not sent: its quota has been empty for too long", "throttled")
            bucket.take(stop)
            try:
                answer = self._logged(call, send, parameters, write=not twice)
            except AwsError as error:
                attempts += 1
                if error.reason == "throttled":
                    bucket.refused()
                    if bucket.exhausted or not (twice or attempts < _ATTEMPTS):
                        raise
                    continue
                bucket.went_through()
                if not (twice and error.transient) or attempts >= _ATTEMPTS:
                    raise
                if stop.wait(_PAUSE * 2 ** (attempts - 1)):
                    raise Stopped from error
            else:
                bucket.went_through()
                return answer

    def _logged(self, call: Call, send: Callable[..., Any], parameters: Answer, *, write: bool) -> Answer:
        """Send a call once and note how it was answered; of its parameters only a name is kept."""
        at, began = datetime.now(UTC), time.monotonic()
        status = "200"
        try:
            return self._once(call, send, parameters)
        except AwsError as error:
            status = error.code or error.reason
            raise
        finally:
            took = (time.monotonic() - began) * 1000
            said = ApiCall(at=at, name=call.name, about=_about(parameters), status=status, took=took, write=write)
            self.log.append(said)

    def _once(self, call: Call, send: Callable[..., Any], parameters: Answer) -> Answer:
        with self._lock:
            self.calls += 1
        try:
            return dict(send(**parameters))
        except ClientError as error:
            raise client_error(call, error) from error
        except BotoCoreError as error:
            code = type(error).__name__
            raise AwsError(call, code, one_line(error), "failed", transient=code in LOST) from error
        except (ResponseParserError, ValueError, TypeError, AttributeError, KeyError, SyntaxError) as error:
            # botocore's parsers fail in many ways on an answer that is not of the form that AWS's model describes;
            # a SyntaxError is XML's
            message = f"the answer cannot be read: {one_line(error)}"
            raise AwsError(call, "", message, "failed", transient=True) from error

    def _client(self, call: Call) -> BaseClient:
        region = call.region or self.region
        with self._lock:  # creating clients of one session is not thread-safe
            key = (call.service, region)
            if key not in self._clients:
                connect_timeout, read_timeout = self._timeouts
                self._clients[key] = self._session.create_client(
                    call.service,
                    region_name=region,
                    endpoint_url=self._given,
                    config=Config(
                        retries={"total_max_attempts": 1},  # trying again is ours: it knows the quotas
                        connect_timeout=connect_timeout,
                        read_timeout=read_timeout,
                        max_pool_connections=24,
                        user_agent=_USER_AGENT,
                        s3={"addressing_style": "path"} if self.loopback else None,
                    ),
                )
                self._clients[key].meta.events.register("before-parse", refuse_broken)
            return self._clients[key]


def _about(parameters: Answer) -> str:
    """The name, ARN or URL of what a call is about; never another value, which may be a secret."""
    named = (value for key, value in parameters.items() if key.lower().endswith(_NAMING) and isinstance(value, str))
    return next(named, "")


def extend(whole: Answer, page: Answer) -> None:
    """Add a page to the pages before it: lists go on, of everything else the first word stands."""
    for key, value in page.items():
        if isinstance(value, list) and isinstance(whole.get(key), list):
            whole[key] = [*whole[key], *value]
        else:
            whole.setdefault(key, value)


def _configured_endpoint(session: botocore.session.Session) -> str | None:
    """Where boto3 would go by itself, if not to AWS: by the environment or the profile, unless both are to be ignored.

    botocore decides this anew for each client; doctor must know it of the account, to compare and to guard.
    """
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    named = os.environ.get("AWS_ENDPOINT_URL") or session.get_scoped_config().get("endpoint_url")
    return str(named).rstrip("/") if named else None


def connect(
    target: Target, *, paced: bool = True, patience: float = 60, timeouts: tuple[float, float] = TIMEOUTS
) -> tuple[Aws, Identity]:
    """Find credentials, and ask AWS who we are.

    Args:
        target: Which account, by which credentials.
        paced: Whether AWS's quotas hold where it answers; the embedded account has none.
        patience: Seconds for which throttled reads are tried again.
        timeouts: Seconds to wait for a connection, and for an answer.

    Raises:
        AwsUnavailable: no credentials, refused ones, or no AWS at the endpoint.
        UsageError: no region, there is no such profile or region, or the endpoint is no URL.
    """
    try:
        session = session_of(target)
        region = session.get_config_variable("region")
        if not region:
            raise UsageError("no region: give --region, or set AWS_REGION")
        aws = Aws(session, region, target.endpoint or None, Pacing(QUOTAS if paced else None, patience), timeouts)
        aws.endpoint = aws.endpoint or _configured_endpoint(session)
        _known(session, aws)
        _formed(aws.endpoint)
        answer = aws.read(Call(service="sts", operation="GetCallerIdentity"))
        aws.account, arn = str(answer["Account"]), str(answer["Arn"])
    except AwsError as error:
        raise AwsUnavailable(unavailable(error, target)) from error
    except KeyError as error:
        raise AwsUnavailable("AWS did not say who we are: its answer has no account; check --endpoint-url") from error
    except (ProfileNotFound, ValueError) as error:  # an endpoint that is no URL is a ValueError
        raise UsageError(f"cannot use AWS: {one_line(error)}") from error
    except BotoCoreError as error:
        raise AwsUnavailable(f"cannot use AWS: {one_line(error)}") from error
    return aws, Identity(account=aws.account, arn=arn)


def _formed(endpoint: str | None) -> None:
    """Refuse an endpoint that no request can be sent to; botocore would find out when it sends the first.

    Raises:
        ValueError: it is no URL of HTTP, or its port is none.
    """
    url = urlsplit(endpoint or "http://none")
    try:
        formed = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError as error:
        raise ValueError(f"Invalid endpoint: {endpoint}: {error}") from error
    if not formed:
        raise ValueError(f"Invalid endpoint: {endpoint}")


def _known(session: botocore.session.Session, aws: Aws) -> None:
    """Refuse a region that AWS cannot have: a slip of the pen, of which an embedded account would make a broken one.

    One that is newer than botocore's list passes on AWS itself, when its name has the form of a partition's.

    Raises:
        UsageError: it is none.
    """
    partitions = session.get_available_partitions()
    every = [region for name in partitions for region in session.get_available_regions("lambda", name)]
    if aws.region in every:
        return
    try:
        session.get_partition_for_region(aws.region)
        possible = not aws.loopback
    except UnknownRegionError:
        possible = False
    if not possible:
        near = get_close_matches(aws.region, every, n=1)
        hint = f"did you mean {near[0]}?" if near else "check --region and AWS_REGION"
        raise UsageError(f"AWS has no region '{aws.region}'; {hint}")


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
