"""Every mistake of a user is one plain line and a documented exit code; stdout is data, stderr is talk."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from doctor.cli.main import COMMANDS, main
from doctor.store.journal import Journal
from doctor.store.snapshots import save
from doctor.testing.world import feeds, function, gap, queue, snapshot, succeeded, timed_out
from doctor.version import __version__
from tests.unit.store.test_journal import receipt

ROOT = Path(__file__).parents[2]
SLOW = function("slow", timeout=3)
WELL = function("well", timeout=30)
SOURCE = queue(visibility_timeout=180)
BROKEN = snapshot(SLOW, WELL, SOURCE, feeds(SOURCE, WELL), invocations=[timed_out(3, 2.9)])
HEALTHY = snapshot(WELL, invocations=[succeeded()])
UNSEEN = snapshot(WELL, gaps=[gap("logs:FilterLogEvents", WELL.log_group_arn)])
UNLISTED = snapshot(gaps=[gap("lambda:ListFunctions")])

Doctor = Callable[..., tuple[int, str, str]]


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Run a command in a folder with a few files: its exit code, stdout and stderr."""
    for name, made in {"broken": BROKEN, "healthy": HEALTHY, "unseen": UNSEEN, "unlisted": UNLISTED}.items():
        save(made, tmp_path / f"{name}.json")
    (tmp_path / "cut.json").write_bytes((tmp_path / "broken.json").read_bytes()[:200])
    (tmp_path / "text.json").write_text("hello")
    (tmp_path / "other.json").write_text('{"Resources": {}}')
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder").mkdir()
    (tmp_path / "event.txt").write_text("no event")
    (tmp_path / "nan.json").write_text('{"price": [NaN]}')
    (tmp_path / "half.json").write_text(r'{"name": "\ud800"}')
    (tmp_path / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.sleep", lambda _: None)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = int(main(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


MISTAKES: dict[str, tuple[list[str], int, str]] = {
    "nearly a command": (["chek"], 2, "no command 'chek'; did you mean 'doctor check'?"),
    "an unknown option": (["check", "--nonsense"], 2, "unrecognized arguments: --nonsense"),
    "an abbreviated option": (["check", "--snap", "broken.json"], 2, "unrecognized arguments: --snap"),
    "an option without its value": (["check", "--snapshot"], 2, "expected one argument"),
    "a command without its function": (["why"], 2, "name a function: doctor why FUNCTION"),
    "an unknown format": (["check", "--format", "pdf"], 2, "invalid choice: 'pdf'"),
    "an unknown severity": (["check", "--fail-on", "bad"], 2, "invalid choice: 'bad'"),
    "no snapshot there": (["check", "--snapshot", "missing.json"], 2, "missing.json: no such snapshot"),
    "a folder that is no snapshot": (["check", "-s", "folder"], 2, "account.json: no such snapshot"),
    "a snapshot that was cut off": (["check", "-s", "cut.json"], 2, "cut.json: not JSON, or cut off"),
    "a file that is no JSON": (["check", "-s", "text.json"], 2, "text.json: not JSON, or cut off"),
    "JSON that is no snapshot": (["check", "-s", "other.json"], 2, "other.json: not a snapshot"),
    "bytes": (["check", "-s", "binary.json"], 2, "binary.json: not JSON, or cut off"),
    "why: an unknown function": (["why", "nobody", "-s", "broken.json"], 2, "no function 'nobody'"),
    "why: part of a name": (["why", "slo", "-s", "broken.json"], 2, "did you mean slow?"),
    "check: an unknown function": (["check", "nobody", "-s", "broken.json"], 2, "no function 'nobody'"),
    "fix: an unknown function": (["fix", "nobody", "-s", "broken.json"], 2, "no function 'nobody'"),
    "reproduce: an unknown function": (["reproduce", "nobody", "-s", "broken.json"], 2, "no function 'nobody'"),
    "nothing to fix": (["fix", "well", "-s", "broken.json"], 2, "nothing was found that could be fixed"),
    "no such finding": (["fix", "slow", "--finding", "x", "-s", "broken.json"], 2, "slow: no finding 'x'"),
    "two places to look": (["check", "--demo", "-s", "broken.json"], 2, "two places to look; give one"),
    "a change to a snapshot": (["fix", "slow", "--apply", "-s", "broken.json"], 2, "a snapshot cannot be changed"),
    "no code to run": (["reproduce", "slow", "-s", "broken.json"], 2, "holds no code of slow"),
    "no event there": (["reproduce", "slow", "-s", "broken.json", "--event", "none"], 2, "none: cannot be read: No such file"),
    "an event that is none": (["reproduce", "slow", "-s", "broken.json", "--event", "event.txt"], 2, "event.txt: not an"),
    "an event that JSON does not have": (["reproduce", "slow", "-s", "broken.json", "--event", "nan.json"], 2, "not an event"),
    "an event with half a character": (["reproduce", "slow", "-s", "broken.json", "--event", "half.json"], 2, "not an event"),
    "an event that never ends": (["reproduce", "slow", "-s", "broken.json", "--event", "deep.json"], 2, "not an event"),
    "an empty name of a snapshot": (["check", "-s", ""], 2, "--snapshot is empty; leave it out, or give a value"),
    "an empty endpoint": (["check", "--endpoint-url", ""], 2, "--endpoint-url is empty"),
    "an empty profile": (["check", "--profile="], 2, "--profile is empty"),
    "two accounts": (["check", "--demo", "--profile", "prod"], 2, "--demo is an account of its own; leave out --profile"),
    "a region that AWS does not have": (["check", "--region", "nowhere-1"], 2, "AWS has no region 'nowhere-1'"),
    "a port that no machine has": (["demo", "--serve", "--port", "99999"], 2, "'99999' is no port: write 0 to 65535"),
    "a wait that is none": (["fix", "f", "--apply", "--yes", "--wait", "5y"], 2, "'5y' is not a length of time"),
    "a yes to nothing": (["fix", "f", "--yes"], 2, "--yes answers what --apply asks"),
    "a time without a unit": (["check", "--since", "3", "-s", "broken.json"], 2, "'3' is not a length of time"),
    "a time of another unit": (["check", "--since", "3y", "-s", "broken.json"], 2, "'3y' is not a length of time"),
    "no time at all": (["check", "--since", "", "-s", "broken.json"], 2, "--since is empty; leave it out, or give a value"),
    "an empty request id": (["why", "slow", "-s", "broken.json", "--request-id", ""], 2, "--request-id is empty"),
    "an empty moment": (["why", "slow", "-s", "broken.json", "--at="], 2, "--at is empty"),
    "an empty baseline": (["check", "-s", "broken.json", "--baseline", ""], 2, "--baseline is empty"),
    "empty settings": (["check", "-s", "broken.json", "--config", ""], 2, "--config is empty"),
    "nothing selected": (["check", "-s", "broken.json", "--select", ""], 2, "--select is empty"),
    "no age": (["check", "-s", "broken.json", "--max-age", ""], 2, "--max-age is empty"),
    "a mistyped function": (["why", "slwo", "-s", "broken.json"], 2, "no function 'slwo' in this snapshot (2 functions); did you mean slow?"),
    "a mistyped rule": (["rules", "explain", "out-of-memry"], 2, "no rule 'out-of-memry'; did you mean out-of-memory"),
    "a rule that there is not": (["rules", "explain", "xyzzy"], 2, "no rule 'xyzzy'; see 'doctor rules list'"),
    "a rule without its name": (["rules", "explain"], 2, "give a rule's name"),
    "a mistyped selection": (["check", "-s", "broken.json", "--select", "out-of-memry"], 2, "did you mean out-of-memory"),
    "can: without an action": (["can", "slow", "-s", "broken.json"], 2, "required: ACTION, RESOURCE, or give --all for everything that its role allows"),
    "trace: no port for IPv6": (["trace", "slow", "2001:db8::1", "-s", "broken.json"], 2, "write [2001:db8::1]:PORT"),
    "zero time": (["check", "--since", "0h", "-s", "broken.json"], 2, "'0h' is not a length of time"),
    "negative time": (["check", "--since=-3h", "-s", "broken.json"], 2, "'-3h' is not a length of time"),
    "a time in superscript": (["check", "--since", "²h", "-s", "broken.json"], 2, "'²h' is not a length of time"),
    "more time than there is": (["check", "--since", f"{'9' * 5000}d", "-s", "broken.json"], 2, "is not a length of time"),
    "longer than anything is kept": (["check", "--since", "9999d", "-s", "broken.json"], 2, "up to 455d"),
    "a baseline to stdout": (["check", "-s", "healthy.json", "--write-baseline", "-"], 2, "-: this is not written to stdout; name a file"),
    "an account to stdout": (["collect", "-o", "-"], 2, "-: this is not written to stdout; name a file"),
    "an account that does not answer": (["check"], 4, "AWS does not answer"),
    "an unknown profile": (["check", "--profile", "nobody"], 2, "nobody"),
    "an endpoint that is none": (["check", "--endpoint-url", "nonsense"], 2, "nonsense"),
    "a port that is none": (["demo", "--serve", "--port", "x"], 2, "'x' is no port: write 0 to 65535"),
    "no terminal for the terminal UI": ([], 2, "needs a terminal"),
    "no terminal for a function's page": (["slow", "-s", "broken.json"], 2, "use 'doctor why slow'"),
    "no command, and no terminal either": (["frobnicate"], 2, "no command 'frobnicate'"),
    "nearly a command, and no terminal": (["reprod"], 2, "doctor reproduce"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_plain_line_and_its_code(mistake: str, doctor: Doctor) -> None:
    arguments, code, words = MISTAKES[mistake]
    ended, out, err = doctor(*arguments)
    lines = [line for line in err.splitlines() if not line.startswith("  event: ")]

    assert ended == code
    assert out == ""
    assert len(lines) == 1
    assert lines[0].startswith("doctor")
    assert words in lines[0]


@pytest.mark.parametrize("change", ["AWS_ACCESS_KEY_ID", "AWS_REGION"])
def test_what_the_environment_lacks_is_one_line(change: str, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (change, "AWS_DEFAULT_REGION", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    code, out, err = doctor("check", *(["--region", "eu-west-1"] if change == "AWS_ACCESS_KEY_ID" else []))

    assert (code, out, len(err.splitlines())) == (2 if change == "AWS_REGION" else 4, "", 1)
    assert ("no region" if change == "AWS_REGION" else "no AWS credentials") in err


@pytest.mark.parametrize("command", [["history"], ["check"], ["undo", "x"]])
def test_a_home_that_cannot_be_written_is_one_line(
    command: list[str], doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "file" / "home"))
    code, out, err = doctor(*command)

    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "set DOCTOR_HOME to a folder that can be written" in err


def test_a_snapshot_needs_no_home(doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "file" / "home"))

    assert doctor("check", "-s", "healthy.json")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "-s", "healthy.json"], 0),
        (["check", "-s", "broken.json"], 1),
        (["check", "-s", "broken.json", "--fail-on", "critical"], 0),
        (["check", "well", "-s", "broken.json"], 0),
        (["check", "slow", "-s", "broken.json"], 1),
        (["check", SLOW.arn, "-s", "broken.json"], 1),
        (["check", "-s", "unseen.json"], 3),
        (["check", "-s", "unlisted.json"], 3),
        (["why", "slow", "-s", "broken.json"], 1),
        (["why", "well", "-s", "broken.json"], 0),
        (["why", "well", "-s", "unseen.json"], 3),
        (["incidents", "-s", "broken.json"], 1),
        (["incidents", "-s", "healthy.json"], 0),
        (["incidents", "-s", "unseen.json", "--format", "json"], 3),
        (["history"], 0),
        (["--version"], 0),
        (["--help"], 0),
    ],
)
def test_a_command_ends_with_its_code(arguments: list[str], code: int, doctor: Doctor) -> None:
    assert doctor(*arguments)[0] == code


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_code_is_the_same_for_every_format(form: str, doctor: Doctor) -> None:
    assert doctor("check", "-s", "broken.json", "--format", form)[0] == 1
    assert doctor("check", "-s", "unseen.json", "--format", form)[0] == 3


def test_json_is_data_and_nothing_else(doctor: Doctor) -> None:
    _, out, err = doctor("check", "-s", "broken.json", "--format", "json")

    assert [one["rule"] for one in json.loads(out)["diagnosis"]["findings"]] == ["handler-slower-than-timeout"]
    assert err == ""


def test_the_same_snapshot_is_told_in_the_same_bytes(doctor: Doctor) -> None:
    for form in ("text", "json"):
        assert doctor("check", "-s", "broken.json", "--format", form) == doctor(
            "check", "-s", "broken.json", "--format", form
        )


def test_a_check_of_some_functions_tells_of_those_only(doctor: Doctor) -> None:
    _, out, _ = doctor("check", "well", "-s", "broken.json", "--format", "json")
    report = json.loads(out)

    assert [row["name"] for row in report["rows"]] == ["well"]
    assert report["diagnosis"].get("findings", []) == []


def test_what_was_not_seen_is_said(doctor: Doctor) -> None:
    assert "logs:FilterLogEvents" in doctor("check", "-s", "unseen.json")[1]
    assert "lambda:ListFunctions" in doctor("check", "-s", "unlisted.json")[1]


def test_history_of_the_demo_leaves_out_what_was_applied_elsewhere(doctor: Doctor) -> None:
    Journal("20261101-1-a").write(receipt("20261101-1-a"))
    Journal("20261102-1-b").write(receipt("20261102-1-b", account="123456789012"))

    assert [line.split()[0] for line in doctor("history", "--demo")[1].splitlines()] == ["20261102-1-b"]


def test_history_as_json_has_whole_receipts(doctor: Doctor) -> None:
    one = receipt("20261101-1-a")
    Journal(one.id).write(one)

    assert [(told["id"], told["state"]) for told in json.loads(doctor("history", "--format", "json")[1])] == [
        (one.id, "applied")
    ]


def test_history_tells_the_newest_first(doctor: Doctor) -> None:
    Journal("20261101-1-a").write(receipt("20261101-1-a", state="undone"))
    Journal("20261102-1-b").write(receipt("20261102-1-b"))
    _, out, _ = doctor("history")

    assert [line.split()[:2] for line in out.splitlines()] == [["20261102-1-b", "applied"], ["20261101-1-a", "undone"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, doctor: Doctor) -> None:
    code, out, err = doctor(command, "--help")

    assert (code, err) == (0, "")
    assert out.startswith(f"usage: doctor {command}")


def test_help_lists_every_command_and_every_exit_code(doctor: Doctor) -> None:
    _, out, _ = doctor("--help")

    assert all(command in out for command in COMMANDS)
    assert all(f"  {code:>3}  " in out for code in (0, 1, 2, 3, 4, 5, 6, 129, 130, 143))


# As a process


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "doctor", *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["check", "-s", "account.json"], 1), (["check", "-s", "none.json"], 2), (["chek"], 2), (["--version"], 0)],
)
def test_the_process_ends_with_the_code(arguments: list[str], code: int, tmp_path: Path) -> None:
    save(BROKEN, tmp_path / "account.json")
    ended = run(*arguments, folder=tmp_path)

    assert ended.returncode == code
    assert "Traceback" not in ended.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    assert run("--version", folder=tmp_path).stdout == f"doctor {__version__}\n"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    save(BROKEN, tmp_path / "account.json")
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "doctor", "check", "-s", "account.json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    os.close(writing)

    assert ended.stderr == b""
    assert ended.returncode == 141


def test_a_rule_that_cannot_be_loaded_is_one_line_and_no_silent_pass(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "broken_rule.py").write_text("def broken_rule(:\n")
    code, out, err = doctor("check", "-s", "healthy.json", "--rules", "mine")

    assert (code, len(err.splitlines())) == (5, 1)
    assert "broken_rule.py" in err
    assert "it is left out" in err
    assert "0 findings" in out
