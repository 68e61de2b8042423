"""The embedded account behind ``--demo``: the one that is being served, or a fresh one with the shipped incident in it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.restore import restore
from doctor.errors import EmbeddedError
from doctor.model.target import Target
from doctor.shelf import demo, snapshots
from doctor.store import served
from doctor.store.snapshots import read

_OTHERS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")
"""What could lead boto3 to real credentials in spite of the embedded account's own."""


_PATIENCE = 60
"""Seconds that a server may take to bring the incident to life; it takes about 2."""
_POLL = 0.05


@contextmanager
def opened(target: Target) -> Iterator[Path | None]:
    """Make boto3 in this process talk to the embedded account, where a target means it.

    Yields:
        The folder of the incident in it; ``None`` for an account that is not ours.

    Raises:
        EmbeddedError: It does not start, or refuses part of the incident.
    """
    if not target.demo:
        yield _incident_at(target.endpoint or os.environ.get("AWS_ENDPOINT_URL", ""))
        return
    account = _awaited(target.server) if target.server else _any()
    if account is not None:
        adopt(Embedded.attach(account.endpoint, account.token))
        yield snapshots() / account.incident
        return
    with started() as (embedded, incident):
        adopt(embedded)
        yield incident


def _any() -> served.Served | None:
    """An embedded account that is being served and answers."""
    for account in served.running():
        try:
            Embedded.attach(account.endpoint, account.token)
        except EmbeddedError:
            continue  # its server is on its way out
        return account
    return None


def _awaited(pid: int) -> served.Served:
    """The account of a server that was just started.

    Raises:
        EmbeddedError: The server ended, or did not announce an account in time.
    """
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for account in served.running():
            if account.pid == pid:
                return account
        if not served.alive(pid):
            raise EmbeddedError(
                "the embedded account's server ended before it was ready; 'doctor demo --serve' tells why"
            )
        time.sleep(_POLL)
    raise EmbeddedError(f"the embedded account was not ready within {_PATIENCE} s; 'doctor demo --serve' tells why")


def _incident_at(endpoint: str) -> Path | None:
    """The incident in the account at an endpoint, if a doctor of this user serves it."""
    names = [account.incident for account in served.running() if account.endpoint == endpoint.rstrip("/")]
    return snapshots() / names[0] if names else None


@contextmanager
def started(port: int = 0) -> Iterator[tuple[Embedded, Path]]:
    """Start an embedded account with the shipped incident in it; it ends with the context, or with this process.

    Raises:
        EmbeddedError: It does not start.
    """
    folder = demo()
    scope = read(folder).scope
    with Embedded.start(region=scope.region, account=scope.account, port=port) as embedded:
        restore(folder, embedded, datetime.now(UTC))
        yield embedded, folder


def adopt(embedded: Embedded) -> None:
    """Point boto3 in this process at an embedded account, and at nothing else."""
    for name in _OTHERS:
        os.environ.pop(name, None)
    os.environ.update(embedded.environment())
