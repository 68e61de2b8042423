"""Real processes in real isolation; where a machine does not allow it, these tests do not run at all."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.model.outcome import Scenario
from doctor.sandbox.abilities import abilities
from doctor.sandbox.environment import Environment
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import FORCED, opened
from doctor.sandbox.prepare import choose, prepare
from doctor.sandbox.run import run
from doctor.sandbox.tiers import TIERS
from tests.unit.sandbox.support import ARN, Files, Ran, Warm, finish, function, write
from tests.unit.sandbox.tiers import why_not

DEFAULT = Limits()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a weaker tier, leave out what is not for it."""
    for item in items:
        if why := why_not(os.environ.get(FORCED, ""), item.path.name, getattr(item, "originalname", item.name)):
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def isolated() -> None:
    """No test runs a handler with the network open."""
    _need(f"tier {TIERS.index(os.environ.get(FORCED) or 'namespaces') + 1}")  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def gated(isolated: None) -> None:
    """No test of the gate connects to anything where its wire cannot be laid."""
    _need("network")


def _need(dimension: str) -> None:
    lacking = [one.note for one in abilities() if one.dimension == dimension and not one.by]
    if lacking:
        pytest.skip(lacking[0])


@pytest.fixture
def local(isolated: None, tmp_path: Path) -> Callable[..., Ran]:
    """Run a package once."""

    def invoke(
        files: Files,
        event: Any = None,
        *,
        environment: Mapping[str, str] | None = None,
        layers: tuple[Path, ...] = (),
        limits: Limits = DEFAULT,
        **changes: Any,
    ) -> Ran:
        subject = function(**changes)
        code = write(tmp_path / "code", files, str(subject.runtime))
        scenario = Scenario(function=ARN, event=msgspec.Raw(msgspec.json.encode(event)))
        return Ran(*finish(run(subject, code, scenario, environment=environment or {}, layers=layers, limits=limits)))

    return invoke


@pytest.fixture
def warm(isolated: None, tmp_path: Path) -> Iterator[Callable[..., Warm]]:
    """Make environments, closed at the end."""
    made: list[Environment] = []

    def make(files: Files, *, limits: Limits = DEFAULT, own: Mapping[str, str] | None = None, **changes: Any) -> Warm:
        subject = function(**changes)
        code = write(tmp_path / f"code{len(made)}", files, str(subject.runtime))
        setup = prepare(subject, code, choose(subject), own=own or {}, layers=(), limits=limits)
        made.append(opened(setup, limits, None))
        return Warm(made[-1])

    yield make
    for environment in made:
        environment.close()
