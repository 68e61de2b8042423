"""Bring a recorded account back to life in an embedded account, through the same API that it is collected by."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.restore import functions, identity, network, sources, telemetry, triggers
from doctor.aws.embedded.restore.clients import Clients
from doctor.errors import EmbeddedError
from doctor.model.snapshot import Snapshot
from doctor.store import snapshots

_STEPS: tuple[Callable[[Clients, Snapshot, Path], None], ...] = (
    identity.restore,
    network.restore,
    sources.restore,
    triggers.restore,
    functions.restore,
    triggers.restore_mappings,
    telemetry.restore,
)


def restore(folder: Path, embedded: Embedded, now: datetime) -> Snapshot:
    """Make an embedded account show what a recorded one showed, its times moved so that it was recorded at ``now``.

    Only an ``Embedded`` is accepted, which is an account that doctor itself started: nothing is ever written to
    another endpoint.

    Args:
        folder: A snapshot folder: ``account.json`` and ``code/<function>/``.
        embedded: The account, empty.
        now: The moment that the snapshot's offsets count from.

    Returns:
        The snapshot that was restored.

    Raises:
        SnapshotError: The folder holds no snapshot.
        EmbeddedError: The account refuses part of it.
    """
    snapshot = snapshots.read(folder, now=now)
    clients = Clients(embedded)
    embedded.control("delete_default_vpc")
    try:
        for step in _STEPS:
            step(clients, snapshot, folder)
    except (BotoCoreError, ClientError) as error:
        raise EmbeddedError(f"the embedded account refuses part of {folder.name}: {error}") from error
    return snapshot
