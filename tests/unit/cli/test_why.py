"""``doctor why``: one function, one of its invocations, or a log alone."""

import gzip
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.store.snapshots import save
from doctor.testing.world import feeds, function, queue, raised, request_id, snapshot, succeeded, timed_out
from tests.unit.logs.test_pasted import ID, TIMED, UNTIMED

SEEN = snapshot(
    function("orders", timeout=3),
    invocations=[raised(ago=1200.0), timed_out(3, 2.9, ago=600.0), succeeded(ago=300.0)],
)
Doctor = Callable[..., tuple[int, str, str]]


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Run a command in a folder with a snapshot and a pasted log, the log on stdin too."""
    save(SEEN, tmp_path / "seen.json")
    (tmp_path / "log.txt").write_text(TIMED["aws logs tail"])
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str | bytes = b"") -> tuple[int, str, str]:
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        capsys.readouterr()
        try:
            code = int(main(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.parametrize("name", [*TIMED, *UNTIMED])
def test_a_pasted_log_is_diagnosed_without_any_account(name: str, doctor: Doctor) -> None:
    code, out, _ = doctor("why", "--log", "-", stdin={**TIMED, **UNTIMED}[name])

    assert code == 1
    assert "ROOT KeyError: 'TABLE' left the handler at app.py line 3, once" in out
    assert "iam:GetRole not asked for" in out
    assert "lambda:GetFunctionConfiguration" in out
    assert "doctor why" in out.partition("NEXT")[2]


def test_a_log_that_shows_nothing_is_never_called_fine(doctor: Doctor) -> None:
    code, out, _ = doctor("why", "orders", "--log", "-", stdin=f"START RequestId: {ID} Version: $LATEST\nhello\n")

    assert code == 3
    assert "NOT SEEN" in out
    assert "doctor why orders" in out


def test_a_page_about_a_line_of_a_megabyte_can_still_be_read(doctor: Doctor) -> None:
    _, out, err = doctor(
        "why", "--log", "-", stdin=f"[ERROR] ValueError: {'x' * 1_000_000}\nREPORT RequestId: {ID} Duration: 1 ms"
    )

    assert len(out) < 10_000
    assert "characters more" in out
    assert "only the first 256 kB were read" in err


def test_what_has_no_times_is_said_to_have_none(doctor: Doctor) -> None:
    _, _, err = doctor("why", "--log", "-", stdin=UNTIMED["plain lines"])

    assert "its lines have no times" in err


def test_secrets_of_a_pasted_log_are_not_repeated(doctor: Doctor) -> None:
    line = f"[ERROR] ValueError: password=hunter22 at https://user:hunter22@db.example.com/\nREPORT RequestId: {ID} Duration: 1 ms"
    _, out, _ = doctor("why", "--log", "-", "--format", "json", stdin=line)

    assert "ValueError" in out
    assert "hunter22" not in out


def test_a_log_and_a_snapshot_together_know_more(doctor: Doctor) -> None:
    code, out, _ = doctor("why", "orders", "--log", "log.txt", "-s", "seen.json")

    assert code == 1
    assert "KeyError: 'TABLE' left the handler" in out
    assert "timed out" not in out
    assert "doctor orders --snapshot seen.json" in out
    assert "the log" in out
    assert "logs:FilterLogEvents" not in out.partition("NOT SEEN")[0]


NAMED = f"START RequestId: {ID} Version: $LATEST\n[ERROR] KeyError: 'TABLE'\nREPORT RequestId: {ID} Duration: 1 ms"
UNNAMED = NAMED.replace("KeyError: 'TABLE'", "Runtime.MalformedHandlerName: Bad handler")


@pytest.fixture
def unrelated(tmp_path: Path) -> None:
    """Beside the snapshot another, in which something else is wrong with the function than what a log may show."""
    orders = function("orders", timeout=3)
    source = queue("work", visibility_timeout=1)
    save(snapshot(orders, source, feeds(source, orders)), tmp_path / "other.json")


@pytest.mark.usefixtures("unrelated")
def test_what_explains_no_failure_of_a_log_is_no_answer_to_it(doctor: Doctor) -> None:
    plain, _, _ = doctor("why", "orders", "-s", "other.json")
    code, out, _ = doctor("why", "orders", "--log", "-", "-s", "other.json", stdin=UNNAMED)

    assert plain == 1
    assert code == 3
    assert "no rule explains this" in out
    assert out.index("no rule explains this") < out.index("ALSO FOUND")
    assert "visibility-timeout-too-short" in out
    assert "EVIDENCE" not in out
    assert "FIX" not in out


@pytest.mark.parametrize("where", [[], ["-s", "seen.json"]], ids=["alone", "with a snapshot"])
@pytest.mark.parametrize(
    ("log", "ends"), [(NAMED, 1), (UNNAMED, 3), (f"START RequestId: {ID} Version: $LATEST\nhello\n", 3)]
)
def test_a_log_ends_with_1_where_a_cause_is_named_and_never_with_0(
    log: str, ends: int, where: list[str], doctor: Doctor
) -> None:
    code, _, _ = doctor("why", "orders", "--log", "-", *where, stdin=log)

    assert code == ends


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (["--at", "10:32"], "timed out after 3.00 s"),
        (["--at", "2026-11-23T10:32:01Z"], "timed out after 3.00 s"),
        (["--at", "10:22"], "ValueError"),
        (["--request-id", request_id(1200.0)], "ValueError"),
        (["--request-id", request_id(600.0)[:8]], "timed out after 3.00 s"),
    ],
)
def test_one_invocation_is_explained_alone(asked: list[str], word: str, doctor: Doctor) -> None:
    code, out, _ = doctor("why", "orders", *asked, "-s", "seen.json")
    both = {"timed out after 3.00 s", "ValueError"}

    assert code == 1
    assert {one for one in both if one in out} == {word}


def test_an_invocation_that_went_through_needs_no_explanation(doctor: Doctor) -> None:
    code, out, _ = doctor("why", "orders", "--at", "10:37:00", "-s", "seen.json")

    assert (code, "went through" in out, "ROOT" in out) == (0, True, False)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["orders", "--at", "09:00", "-s", "seen.json"], "no one invocation at 09:00 UTC of orders; 3 were read"),
        (["orders", "--at", "soon", "-s", "seen.json"], "'soon' is no moment"),
        (["orders", "--at", "25:61", "-s", "seen.json"], "'25:61' is no moment"),
        (["orders", "--request-id", "ffff", "-s", "seen.json"], "no one invocation of id ffff"),
        (["orders", "--request-id", "0", "-s", "seen.json"], "no one invocation of id 0"),
        (["orders", "--at", "10:32", "--request-id", "0", "-s", "seen.json"], "not allowed with argument"),
        (["--log", "missing.txt"], "missing.txt: cannot be read"),
        (["--log", "-"], "stdin: nothing in it"),
        (["--log", "seen.json"], "seen.json: no line of a Lambda function's log in it"),
    ],
)
def test_a_mistake_is_one_line(asked: list[str], words: str, doctor: Doctor) -> None:
    code, out, err = doctor("why", *asked)

    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err


def test_the_page_as_json(doctor: Doctor) -> None:
    _, out, _ = doctor("why", "orders", "-s", "seen.json", "--format", "json")

    assert json.loads(out)["row"]["name"] == "orders"


BARE = b"""START RequestId: 6f1b2c3d-0000-4000-8000-000000000001 Version: $LATEST
[ERROR] ValueError: the amount is no number
Traceback (most recent call last):
  File "/var/task/app.py", line 3, in handler
END RequestId: 6f1b2c3d-0000-4000-8000-000000000001
REPORT RequestId: 6f1b2c3d-0000-4000-8000-000000000001\tDuration: 12.00 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB
"""


def test_no_time_is_invented_where_a_log_has_none(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "bare.log").write_bytes(BARE)
    code, out, _ = doctor("why", "--log", "bare.log")
    _, about_one, _ = doctor("why", "--log", "bare.log", "--request-id", "6f1b")
    _, told, _ = doctor("why", "--log", "bare.log", "--format", "json")

    assert code == 1
    assert not re.search(r"\d\d:\d\d", out + about_one)
    assert {one.get("at") for one in json.loads(told)["findings"][0]["problem"]["evidence"]} == {None}
    assert doctor("why", "--log", "bare.log", "--at", "10:41")[0] == 2


def test_a_line_of_the_log_is_told_once(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "bare.log").write_bytes(BARE)
    _, out, _ = doctor("why", "--log", "bare.log")

    assert out.count('"the amount is no number"') == 1
    assert "the handler raised an exception: ValueError" in out


def test_a_compressed_log_is_named_as_such(doctor: Doctor) -> None:
    code, _, err = doctor("why", "--log", "-", stdin=gzip.compress(BARE))

    assert (code, "stdin: no text: it is compressed by gzip: unpack it first" in err) == (2, True)
