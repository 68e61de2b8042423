"""What the screen is told of where an account's data came from."""

import pytest

from doctor.engine.world import World
from doctor.model.target import Target
from doctor.pipeline import shelve
from doctor.testing.world import function, snapshot


@pytest.mark.parametrize(
    ("target", "profile", "source"),
    [
        (Target(), "", "default credentials"),
        (Target(), "prod", "profile prod"),
        (Target(profile="dev"), "prod", "profile dev"),
        (Target(demo=True), "prod", "embedded account"),
    ],
)
def test_a_profile_is_named_only_where_one_was_asked_for(
    target: Target, profile: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", profile)
    _, overview = shelve(target, None, World(snapshot(function("f"))), [])

    assert overview.source == source
