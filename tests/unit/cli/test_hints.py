"""What to type next names the account as the user did, and is offered only where it can work."""

import re
import shlex
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.shelf import demo
from doctor.store import snapshots
from doctor.testing.world import function, role, snapshot, timed_out

SLOW = snapshot(function("slow", timeout=3), role(), invocations=[timed_out(3, 2.9)])
HINT = re.compile(r"^ doctor (.*?)(?:  .*)?$", re.MULTILINE)


def hints(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[list[str]]:
    capsys.readouterr()
    main(arguments)
    return [shlex.split(one) for one in HINT.findall(capsys.readouterr().out.partition("\nNEXT\n")[2])]


@pytest.mark.parametrize("arguments", [["check"], ["why", "crm-sync"]])
def test_every_hint_is_a_command_about_the_same_snapshot(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = hints(capsys, *arguments, "-s", str(demo()))

    assert ["fix", "crm-sync", "--snapshot", str(demo())] in said
    assert all(one[-2:] == ["--snapshot", str(demo())] for one in said)


def test_a_hint_from_check_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    why = hints(capsys, "check", "-s", str(demo()))[0]

    assert why[0] == "why"
    assert main(why) == 1


@pytest.mark.parametrize("arguments", [["check"], ["why", "slow"]])
def test_nothing_is_to_be_run_where_there_is_no_code(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a file.json"
    snapshots.save(SLOW, path)
    said = hints(capsys, *arguments, "-s", str(path))

    assert said
    assert {one[0] for one in said} <= {"why", "slow"}


def test_a_mistyped_action_is_said_to_be_none_that_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "account.json"
    snapshots.save(SLOW, path)
    capsys.readouterr()
    main(["can", "slow", "sqs:SendMesage", "*", "-s", str(path)])

    assert "sqs:SendMesage is no action that doctor knows; did you mean sqs:SendMessage" in capsys.readouterr().err
