from collections.abc import Iterator

import pytest

from doctor.aws.embedded.account import Embedded
from tests.unit.aws.embedded.probe import Account


@pytest.fixture(scope="session")
def _served() -> Iterator[Account]:
    with Embedded.start() as embedded:
        yield Account(embedded)


@pytest.fixture(scope="session")
def _served_bare() -> Iterator[Account]:
    with Embedded.start(bare=True) as embedded:
        yield Account(embedded)


@pytest.fixture
def account(_served: Account) -> Account:
    """An empty account with all additions."""
    _served.embedded.control("reset")
    return _served


@pytest.fixture
def moto(_served_bare: Account) -> Account:
    """An empty account without additions."""
    _served_bare.embedded.control("reset")
    return _served_bare
