"""A rule that ends the process is a broken rule: it is told of, and the others are heard."""

from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.engine.loading import names_of
from doctor.errors import Ended
from doctor.store.snapshots import save
from doctor.testing.world import function, snapshot, succeeded
from tests.unit.cli.test_rules_test import CASES, RULE

HEARD = RULE.replace("if function.timeout > 60:", "if function.timeout >= 3:\n        ENDS")
ENDINGS = ["import sys; sys.exit(0)", "raise SystemExit(0)"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a healthy snapshot, for a folder of rules to lie beside it."""
    save(snapshot(function(timeout=30), invocations=[succeeded()]), tmp_path / "healthy.json")
    (tmp_path / "rules").mkdir()
    return tmp_path


@pytest.mark.parametrize("ends", ENDINGS)
def test_a_file_that_ends_the_process_cannot_be_loaded(
    ends: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "rules" / "long_timeout.py").write_text(f"{ends}\n")
    code = main(["check", "-s", str(place / "healthy.json"), "--rules", str(place / "rules")])
    said = capsys.readouterr()

    assert code == 5
    assert "0 findings" in said.out
    assert len(said.err.splitlines()) == 1
    assert "long_timeout.py: cannot be loaded: SystemExit" in said.err


@pytest.mark.parametrize("ends", ENDINGS)
def test_a_rule_that_ends_the_process_has_crashed(ends: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "rules" / "long_timeout.py").write_text(HEARD.replace("ENDS", ends))
    code = main(["check", "-s", str(place / "healthy.json"), "--rules", str(place / "rules")])

    assert code == 5
    assert "SystemExit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rule", "cases", "words"),
    [
        ("raise SystemExit(0)", CASES, "cannot be loaded: SystemExit"),
        (RULE, "raise SystemExit(0)", "cannot be loaded: SystemExit"),
        (HEARD.replace("ENDS", "raise SystemExit(0)"), CASES, "it crashes: SystemExit"),
    ],
    ids=["its file", "its cases", "itself"],
)
def test_the_truths_of_a_rule_that_ends_the_process(
    rule: str, cases: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("rules", rule), ("tests/cases", cases)):
        (tmp_path / name / "mine").mkdir(parents=True)
        (tmp_path / name / "mine" / "long_timeout.py").write_text(text)

    assert main(["rules", "test", str(tmp_path)]) == 1
    assert words in capsys.readouterr().out


def test_whoever_started_doctor_can_end_it_while_a_rule_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "slow.py"
    path.write_text("from doctor.errors import Ended\nraise Ended(143)\n")
    with pytest.raises(Ended):
        names_of(path, "doctor_rules.slow")
