"""The index of rules is made from the rules."""

from pathlib import Path

import pytest

from doctor.cli.main import main

INDEX = Path(__file__).parents[2] / "rules" / "README.md"


def test_the_index_is_what_the_rules_say(capsys: pytest.CaptureFixture[str]) -> None:
    """After a change: ``doctor rules list --format markdown > rules/README.md``."""
    main(["rules", "list", "--format", "markdown"])

    assert INDEX.read_text(encoding="utf-8") == capsys.readouterr().out
