"""``--tier``: what the user asks for is what the sandbox gets, in ``reproduce`` and in the proof of ``fix``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.errors import SandboxError
from doctor.reproducing import run
from doctor.sandbox.tiers import TIERS

INCIDENT = str(Path(__file__).parents[3] / "snapshots" / "twelve-faults")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The tiers that runs were asked for; none is run."""
    seen: list[object] = []

    def refusing(*_: Any, limits: Any, **__: Any) -> Iterator[None]:
        seen.append(limits.tier)
        raise SandboxError("not run in this test")
        yield

    monkeypatch.setattr(run, "run_in", refusing)
    return seen


@pytest.mark.parametrize("command", ["reproduce", "fix"])
@pytest.mark.parametrize("tier", [None, *TIERS])
def test_what_is_asked_for_is_what_the_run_gets(asked: list[object], command: str, tier: str | None) -> None:
    main([command, "invoice-render", "-s", INCIDENT, *(("--tier", tier) if tier else ())])

    assert asked
    assert set(asked) == {tier}


def test_a_tier_that_there_is_not_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["reproduce", "invoice-render", "-s", INCIDENT, "--tier", "magic"])

    assert ended.value.code == ExitCode.USAGE
    assert "invalid choice: 'magic'" in capsys.readouterr().err


def test_the_help_says_that_it_is_no_security_boundary(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["reproduce", "--help"])

    assert "protects against accidents, not a security boundary" in " ".join(capsys.readouterr().out.split())
