"""The last line of a report says which rules were not heard, and why; an old snapshot is said to be old."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.shelf import shipped_rules
from doctor.store.snapshots import save
from doctor.testing.world import function, snapshot, succeeded

EVERY = len(shipped_rules(advice=True))
HARD = len(shipped_rules())


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A snapshot of a function that is well, taken a minute ago."""
    place = tmp_path / "well.json"
    now = datetime.now(UTC) - timedelta(minutes=1)
    save(snapshot(function(timeout=30), invocations=[succeeded()], now=now), place)
    return str(place)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([], f"by {HARD} of {EVERY} rules ({EVERY - HARD} advise: --advice)"),
        (["--advice"], f"by {EVERY} rules"),
        (["--select", "too-little-cpu"], f"by 1 of {EVERY} rules ({EVERY - 1} left out by --select or --ignore)"),
        (
            ["--ignore", "memory-leak"],
            f"by {HARD - 1} of {EVERY} rules ({EVERY - HARD} advise: --advice, 1 left out by --select or --ignore)",
        ),
    ],
)
def test_rules_that_were_not_heard_are_told(
    asked: list[str], told: str, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "-s", path, *asked])

    assert told in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(("most", "code", "said"), [("30m", 0, False), ("1d", 0, False), ("1m", 3, True)])
def test_an_old_snapshot_is_diagnosed_and_said_to_be_old(
    most: str, code: int, said: bool, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "-s", path, "--max-age", most]) == code
    assert ("older than 1m" in capsys.readouterr().out) is said
