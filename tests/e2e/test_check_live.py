"""``doctor check`` of a live account: what is found is told while it is being read, and what did not change is not read again."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doctor.aws import glimpses
from doctor.aws.embedded.account import Embedded
from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from tests.bench.collecting import REGION, build, client
from tests.bench.front import Front, serve

COUNT = 6
POLICY = "lambda:GetPolicy"
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Embedded, Front]]:
    """A few functions, one of which failed to become active, behind a front that counts."""
    with Embedded.start(region=REGION) as embedded:
        build(embedded, COUNT)
        embedded.control(
            "set_function",
            FunctionName="function-0001",
            Configuration={"State": "Failed", "StateReasonCode": "InvalidSubnet"},
        )
        with serve(Front(embedded.endpoint.removeprefix("http://"))) as front:
            yield embedded, front


@pytest.fixture
def check(
    served: tuple[Embedded, Front],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Check:
    """Run ``doctor check`` with a state folder of its own: its exit code, and what it wrote to stdout and stderr."""
    embedded, front = served
    for name, value in {**embedded.environment(), "AWS_ENDPOINT_URL": front.endpoint}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str, str]:
        front.operations.clear()
        code = main(["check", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_what_did_not_change_is_not_read_again_and_the_report_is_the_same(
    check: Check, served: tuple[Embedded, Front]
) -> None:
    _, front = served
    code, whole, _ = check()
    first = front.operations[POLICY]
    code_again, again, told = check()
    second = front.operations[POLICY]
    code_full, full, told_full = check("--full")

    assert (code_again, again) == (code, whole) == (code_full, full)
    assert code == ExitCode.FINDINGS
    assert second < first == front.operations[POLICY]
    assert "did not change: kept from before, up to 0 min old; all else was read now" in told
    assert "kept from before" not in told_full


def test_a_function_in_trouble_is_read_again_whatever_its_revision(
    check: Check, served: tuple[Embedded, Front]
) -> None:
    """Whoever adds a permission does not change the function's revision, and wants to see that it helped."""
    embedded, _ = served
    awslambda, events = client(embedded, "lambda"), client(embedded, "events")
    rule = events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")["RuleArn"]
    function = awslambda.get_function(FunctionName="function-0002")["Configuration"]["FunctionArn"]
    events.put_targets(Rule="hourly", Targets=[{"Id": "f", "Arn": function}])
    before = check()[1]
    awslambda.add_permission(
        FunctionName="function-0002",
        StatementId="hourly",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    _, after, told = check()

    assert "trigger-not-permitted" in before
    assert "trigger-not-permitted" not in after
    assert "kept from before" in told


def test_a_finding_is_told_before_everything_was_read(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = check()
    monkeypatch.setattr(glimpses, "_PAUSE", 0.0)
    code, out, told = check("--full")
    early = [line for line in told.splitlines() if line.startswith("so far: ")]

    assert (code, out) == quiet[:2], "what is told early changes nothing of what stdout gets"
    assert any("function-failed" in line and "function-0001" in line for line in early)
    assert len(early) == len(set(early))


def test_a_state_folder_that_cannot_be_written_costs_nothing_but_the_next_time(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = check()
    (tmp_path / "redaction.key").chmod(0o400)
    (tmp_path / "snapshots").rename(tmp_path / "elsewhere")
    (tmp_path / "snapshots").write_text("not a folder")
    again = check()

    assert again[:2] == (code, out)
    assert "what was read is not kept for the next time" in again[2]
    assert os.environ["DOCTOR_HOME"] == str(tmp_path)
