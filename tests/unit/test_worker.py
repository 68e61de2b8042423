"""A real child answers commands on a pipe: every job ends in one ``done`` or ``error``, and the end of input ends it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from doctor.model.report import FunctionDetail, FunctionRow, Overview
from doctor.store.snapshots import read, save
from doctor.testing.world import feeds, function, queue, snapshot, timed_out
from doctor.tui.jobs import decoder
from doctor.wire import Command, Message, Question, Verb, encode, message

ROOT = Path(__file__).parents[2]
SLOW = function("slow", timeout=3)
WELL = function("well", timeout=30)
SOURCE = queue(visibility_timeout=10)
SMALL = snapshot(SLOW, WELL, SOURCE, feeds(SOURCE, WELL), invocations=[timed_out(3, 2.9)])


class Child:
    """The worker as the screen runs it."""

    def __init__(self, tmp_path: Path) -> None:
        with (tmp_path / "stderr").open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "doctor.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        self.jobs = 0

    def write(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def ask(self, verb: Verb, **arguments: Any) -> list[Message]:
        """Send a command and return the whole answer."""
        self.jobs += 1
        self.write(encode(Command(job=str(self.jobs), verb=verb, arguments=arguments)))
        return self.answer()

    def answer(self) -> list[Message]:
        assert self.process.stdout is not None
        told: list[Message] = []
        while not told or told[-1].kind not in ("done", "error"):
            line = self.process.stdout.readline()
            assert line, "the child ended in the middle of an answer"
            told.append(message(line))
        return told

    def end(self) -> tuple[int, bytes]:
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, rest


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    one = Child(tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.communicate()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "account.json"
    save(SMALL, path)
    return path


def last(told: list[Message]) -> Any:
    return msgspec.json.decode(told[-1].body)


def test_a_screen_s_whole_conversation(child: Child, file: Path) -> None:
    """One child for the whole of it: what went wrong in one job must not matter to the next."""
    told = child.ask("load", target={"snapshot": str(file)})
    rows = [msgspec.json.decode(one.body, type=FunctionRow) for one in told if one.kind == "row"]
    overview = msgspec.json.decode(told[-1].body, type=Overview)

    assert [one.kind for one in told][-3:] == ["row", "row", "done"]
    assert [one.seq for one in told] == list(range(len(told)))
    assert {one.job for one in told} == {"1"}
    assert {(row.name, row.health) for row in rows} == {("slow", "critical"), ("well", "critical")}
    assert (overview.functions, overview.live, overview.source) == (2, False, str(file))
    assert read(Path(overview.snapshot)) == SMALL

    detail = msgspec.json.decode(
        child.ask("detail", snapshot=overview.snapshot, function="slow")[-1].body, type=FunctionDetail
    )

    assert [one.rule for one in detail.findings] == ["handler-slower-than-timeout"]
    assert detail.row.name == "slow"

    for line, words in MALFORMED.items():
        child.write(line)
        told = child.answer()

        assert ([one.kind for one in told], told[0].seq) == (["error"], 0)
        assert last(told).startswith(words)

    for verb, arguments, words in WRONG:
        filled = {
            key: value.replace("SNAPSHOT", overview.snapshot) if isinstance(value, str) else value
            for key, value in arguments.items()
        }
        told = child.ask(verb, **filled)

        assert (told[-1].kind, told[-1].job) == ("error", str(child.jobs))
        assert words in last(told), verb
        assert "\n" not in last(told)

    assert child.ask("detail", snapshot=overview.snapshot, function="well")[-1].kind == "done"
    assert child.end() == (0, b"")


MALFORMED = {
    b"hello\n": "not a command: ",
    b"\n": "not a command: ",
    b"\xff\xfe\n": "not a command: ",
    b'{"job": "x"}\n': "not a command: ",
    b'{"job": "x", "verb": "explode"}\n': "not a command: ",
    b'{"job": "x", "verb": "load", "arguments": {"target": ' + b"[" * 100_000 + b"\n": "not a command: ",
}

FILE = {"snapshot": "/nowhere.json"}
WRONG: list[tuple[Verb, dict[str, Any], str]] = [
    ("detail", {"snapshot": "SNAPSHOT", "function": "nobody"}, "no function 'nobody' in this snapshot"),
    ("detail", {"snapshot": "/nowhere.json", "function": "slow"}, "/nowhere.json: no such snapshot"),
    ("detail", {"snapshot": "SNAPSHOT"}, "detail: "),
    ("detail", {"nonsense": 1}, "detail: "),
    ("load", {"target": FILE}, "/nowhere.json: no such snapshot"),
    ("load", {}, "load: "),
    ("reproduce", {"snapshot": "SNAPSHOT", "function": "nobody", "target": FILE}, "no function 'nobody'"),
    ("rehearse", {"snapshot": "SNAPSHOT", "function": "slow", "finding": "f", "fix": 0, "target": FILE}, "no finding f"),
    ("apply", {"target": FILE, "rehearsal": {}}, "a snapshot cannot be changed"),
    ("undo", {"target": FILE, "receipt": "r"}, "a snapshot cannot be changed"),
]  # fmt: skip


def test_the_end_of_input_ends_it(child: Child) -> None:
    assert child.end() == (0, b"")


def test_every_question_is_answered_in_a_shape_that_the_screen_reads(child: Child, file: Path) -> None:
    overview = msgspec.json.decode(child.ask("load", target={"snapshot": str(file)})[-1].body, type=Overview)
    about = {"snapshot": overview.snapshot}
    slow = {**about, "function": "slow"}
    asked: dict[Verb, dict[str, Any]] = {
        "detail": slow,
        "network": slow,
        "trace": {**slow, "destination": "db.example.com:5432"},
        "permissions": slow,
        "can": {**slow, "action": "s3:GetObject", "resource": "*"},
        "incidents": about,
        "rules": about,
        "compare": {**slow, "target": {"snapshot": str(file)}},
        "history": about,
        "events": {**slow, "target": {"snapshot": str(file)}},
    }

    assert {*asked, "regions"} == set(get_args(Question))  # that one is not answered from a file
    for verb, arguments in asked.items():
        told = child.ask(verb, **arguments)[-1]

        assert told.kind == "done", (verb, told.body)
        assert decoder(verb).decode(told.body) or verb == "history"  # nothing was applied here


def test_a_question_that_cannot_be_answered_is_one_line(child: Child, file: Path) -> None:
    overview = msgspec.json.decode(child.ask("load", target={"snapshot": str(file)})[-1].body, type=Overview)
    slow = {"snapshot": overview.snapshot, "function": "slow"}

    regions = child.ask("regions", snapshot=overview.snapshot, target={"snapshot": str(file)})
    assert last(regions) == "a snapshot is of one region: open the account"
    assert last(child.ask("trace", **slow, destination="no host")).startswith("'no host' is no address")
    assert "no function 'fast'" in last(child.ask("network", snapshot=overview.snapshot, function="fast"))
    assert "missing a required argument" in last(child.ask("can", **slow))
