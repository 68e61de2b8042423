"""``doctor policy --reproduce``: what is read of a failed invocation beside what rules read."""

import json

import pytest

from doctor.cli.main import main
from doctor.engine.reads import REPRODUCING
from doctor.iam import catalogue


def test_what_reproducing_reads_is_a_statement_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    main(["policy", "--reproduce"])
    rules, reproducing = json.loads(capsys.readouterr().out)["Statement"]

    assert rules["Sid"] == "DoctorReads"
    assert "sqs:ReceiveMessage" in reproducing["Action"]
    assert "sqs:ReceiveMessage" not in rules["Action"]


def test_each_of_its_actions_only_reads() -> None:
    levels = {name: action.access_level for name in REPRODUCING if (action := catalogue.action(name)) is not None}

    assert set(levels) == set(REPRODUCING)
    assert {name for name, level in levels.items() if level not in ("Read", "List")} <= {"sqs:ReceiveMessage"}
