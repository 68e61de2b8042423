"""A team's own rules, named in its settings, are heard wherever a function is looked at, and not by check alone."""

from pathlib import Path
from typing import Any

import pytest

from doctor.cli.main import main
from doctor.model.report import FunctionDetail, FunctionRow, Overview
from doctor.store.snapshots import save
from doctor.testing.world import function, snapshot, succeeded
from doctor.worker.jobs import Session

SLOW = function("slow", timeout=3)
RULE = '''"""Our functions have more than ten seconds."""

from doctor.rules_api import Function, Problem, Severity, cite, rule


@rule(Severity.HIGH)
def {name}(function: Function):
    {first}
    yield Problem(message="too short for us", evidence=(cite(function, "timeout"),))
'''


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a snapshot, settings, and rules: one that speaks, one that crashes, one that cannot be loaded."""
    save(snapshot(SLOW, invocations=[succeeded()]), tmp_path / "seen.json")
    (tmp_path / "doctor.toml").write_text('rules = ["ours"]\n')
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "too_short.py").write_text(RULE.format(name="too_short", first=""))
    (tmp_path / "ours" / "crashing.py").write_text(RULE.format(name="crashing", first="1 / 0"))
    (tmp_path / "ours" / "broken.py").write_text("import nothing_of_that_name\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def result(work: Any, rows: list[FunctionRow]) -> Any:
    """What a job returns; its rows are kept."""
    while True:
        try:
            event = next(work)
        except StopIteration as end:
            return end.value
        if isinstance(event, FunctionRow):
            rows.append(event)


def test_the_screen_hears_them_and_tells_of_what_crashed_and_what_could_not_be_loaded(team: Path) -> None:
    rows: list[FunctionRow] = []
    with Session() as session:
        overview: Overview = result(session.job("load", {"target": {"snapshot": str(team / "seen.json")}}), rows)
        asked = {"snapshot": overview.snapshot, "function": "slow"}
        detail: FunctionDetail = result(session.job("detail", asked), rows)

    assert [(row.why, row.health) for row in rows] == [("too short for us", "critical")]
    assert [one.rule for one in detail.findings] == ["too-short"]
    assert [one.rule for one in detail.crashes] == ["crashing"]
    assert overview.not_seen[0] == f"the rules of {team}/ours/broken.py cannot be loaded: doctor check tells why"


def test_why_hears_them(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["why", "slow", "-s", "seen.json"])
    said = capsys.readouterr()

    assert "too short for us" in said.out
    assert "broken.py" in said.err


def test_a_folder_that_is_named_twice_is_heard_once(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "-s", "seen.json", "--rules", str(team / "ours")])
    said = capsys.readouterr()

    assert said.out.count("too short for us") == 1
    assert said.err.count("broken.py") == 1
