"""Values that a server assigns, given back to a resource that is restored.

A restored resource keeps the ids and times it was recorded with, because they are in its log lines, its policies and its evidence. The
client names them (``recorded``, on a client that went through ``carry``); the server hands them out where it would otherwise invent
one (``values``, ``install``). They travel in a header of the one request that creates the resource.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from doctor.aws.embedded.wire import RECORDED_HEADER

_sent: ContextVar[str] = ContextVar("sent", default="")


def carry(client: Any) -> None:
    """Let a boto3 client's calls carry what ``recorded`` names."""

    def add_header(params: dict[str, Any], **_: Any) -> None:
        if value := _sent.get():
            params["headers"][RECORDED_HEADER] = value

    client.meta.events.register("before-call", add_header)


@contextmanager
def recorded(
    *,
    ids: Iterable[str] = (),
    at: datetime | None = None,
    version: str | None = None,
    revision: str | None = None,
) -> Iterator[None]:
    """Let the calls inside create resources with recorded values. Client's side.

    Args:
        ids: Ids as AWS writes them: ``vpc-0a1b…``, a UUID (of an event source mapping or a KMS key), ``AROA…``. Each is used once, by the
            first resource that needs one of its kind; what needs more than was named gets invented ones.
        at: The time at which it was created or last changed. It must know its time zone.
        version: The version that PublishVersion gives out.
        revision: The RevisionId of a function, version or alias.
    """
    values = {
        "ids": list(ids),
        "at": at.timestamp() if at else None,
        "version": version,
        "revision": revision,
    }
    token = _sent.set(json.dumps(values))
    try:
        yield
    finally:
        _sent.reset(token)
