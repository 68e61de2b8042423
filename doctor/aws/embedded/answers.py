"""Answers a handler's AWS calls in the place of AWS: an embedded account with the resources of a snapshot, without their data."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from msgspec.structs import replace

from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.restore import sources, triggers
from doctor.aws.embedded.restore.clients import Clients
from doctor.errors import EmbeddedError
from doctor.model import arns
from doctor.model.snapshot import Snapshot
from doctor.model.sources import Bucket, Key, Stream, Topic
from doctor.model.triggers import EventRule, LogGroup, Queue, Table

_TIMEOUT = 60
_ANSWERING = (Bucket, EventRule, Key, LogGroup, Queue, Stream, Table, Topic)

Answered = tuple[int, dict[str, str], bytes]
Send = Callable[[str, str, Mapping[str, str], bytes], Answered]
"""Sends a method, a target, headers and a body; gives status, headers and body."""


class Copy(NamedTuple):
    """An account that answers, and ARNs of the snapshot's resources that are in it."""

    send: Send
    resources: frozenset[str]

    def holds(self, arn: str) -> bool:
        """Whether a resource, or what holds it, is there."""
        return any(arn == one or arn.startswith((f"{one}/", f"{one}:")) for one in self.resources)


@contextmanager
def answering(snapshot: Snapshot) -> Iterator[Copy]:
    """An account of its own, which ends with the context: what a handler writes there reaches nobody.

    Raises:
        EmbeddedError: It does not start.
    """
    scope = snapshot.scope
    with Embedded.start(region=scope.region, account=scope.account) as embedded:
        resources = frozenset(_restored(Clients(embedded), snapshot))
        yield Copy(lambda *request: _sent(embedded.endpoint, *request), resources)


def _restored(clients: Clients, snapshot: Snapshot) -> Iterator[str]:
    """Make what a handler may talk to, one by one; ARNs of what is there: not what was half read, or is of another region."""
    wanted = {arn: one for arn, one in snapshot.resources.items() if isinstance(one, _ANSWERING)}
    # A dead-letter queue comes before its source.
    for arn, one in sorted(
        wanted.items(), key=lambda pair: isinstance(pair[1], Queue) and bool(pair[1].redrive_policy)
    ):
        alone = replace(snapshot, resources={arn: one})
        if arns.region(arn) in ("", clients.embedded.region):
            with suppress(BotoCoreError, ClientError):
                sources.restore(clients, alone, Path())
                triggers.restore(clients, alone, Path())
                yield arn


def _sent(endpoint: str, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answered:
    """One request, as it was signed: the account reads service and region from the signature, the bucket from the host."""
    address = urlsplit(endpoint)
    connection = HTTPConnection(str(address.hostname), address.port or 80, timeout=_TIMEOUT)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            if name not in ("transfer-encoding", "content-length", "connection", "expect"):
                connection.putheader(name, value)
        connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    except (OSError, HTTPException) as error:
        raise EmbeddedError(f"the embedded account that answers the handler's calls is gone: {error}") from error
    finally:
        connection.close()
