"""The shipped incident as a user's doctor reads it."""

import pytest

from doctor.model.snapshot import Snapshot
from doctor.store import snapshots
from tests.incidents.twelve_faults.scene import INCIDENT


@pytest.fixture(scope="session")
def account() -> Snapshot:
    return snapshots.read(INCIDENT)
