"""The whole line from the command line, on an embedded account that is served: diagnose, reproduce, prove, apply, undo."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.opened import started
from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.shelf import demo
from doctor.store.served import Served, announce

Doctor = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def account() -> Iterator[Embedded]:
    """An account with the incident in it."""
    with started() as (embedded, _):
        yield embedded


@pytest.fixture
def doctor(account: Embedded, capsys: pytest.CaptureFixture[str]) -> Iterator[Doctor]:
    """Run a command on the served account: its exit code, and what it wrote to stdout."""
    before = dict(os.environ)
    served = Served(endpoint=account.endpoint, token=account.token, pid=os.getpid(), incident=demo().name)
    place = announce(served)

    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments, "--demo"])
        return code, capsys.readouterr().out

    yield run
    place.unlink()
    os.environ.clear()
    os.environ.update(before)


def _lambda(account: Embedded) -> Any:
    return boto3.client(
        "lambda",
        endpoint_url=account.endpoint,
        region_name=account.region,
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",
    )


def _without_times(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    return re.sub(r"(\d\d [A-Z][a-z]{2} )?\d\d:\d\d:\d\d", "TIME", text)


def _without_next(text: str) -> str:
    """All but the commands to type next, which name the account as the user did."""
    return re.sub(r"^NEXT\n(?: .*\n)+\n", "", text, flags=re.MULTILINE)


def _told(text: str) -> str:
    return _without_times(_without_next(text))


def test_check_of_the_account_is_check_of_the_snapshot(doctor: Doctor, capsys: pytest.CaptureFixture[str]) -> None:
    live_code, live = doctor("check")

    file_code = main(["check", "--snapshot", str(demo())])
    file = capsys.readouterr().out

    assert (live_code, _told(live)) == (file_code, _told(file))
    assert re.search(r"^ doctor why \S+ --", live, re.MULTILINE)
    assert live_code == ExitCode.FINDINGS


def test_json_is_data_and_nothing_else(doctor: Doctor) -> None:
    _, out = doctor("check", "--format", "json")

    report = json.loads(out)

    assert {one["rule"] for one in report["diagnosis"]["findings"]} >= {"handler-slower-than-timeout"}


def test_why_names_the_cause_and_the_next_command(doctor: Doctor) -> None:
    code, out = doctor("why", "invoice-render")

    assert code == ExitCode.FINDINGS
    assert "handler-slower-than-timeout" in out
    assert "doctor reproduce invoice-render" in out


def test_the_failing_invocation_is_reproduced(doctor: Doctor) -> None:
    code, out = doctor("reproduce", "invoice-render", "--format", "json")

    reproduction = json.loads(out)

    assert code == ExitCode.FINDINGS
    assert reproduction["verdict"] == "reproduced"
    assert reproduction["run"]["outcome"]["outcome"] == "timed_out"
    assert {one["dimension"] for one in reproduction["run"]["enforced"] if one.get("by")} >= {"timeout", "network"}


def test_a_fix_is_proved_and_without_apply_nothing_changes(doctor: Doctor, account: Embedded) -> None:
    before = _lambda(account).get_function_configuration(FunctionName="invoice-render")

    code, out = doctor("fix", "invoice-render")

    after = _lambda(account).get_function_configuration(FunctionName="invoice-render")
    assert code == ExitCode.OK
    assert "PROVED" in out
    assert (after["Timeout"], after["RevisionId"]) == (before["Timeout"], before["RevisionId"])


def test_a_fix_is_applied_verified_and_undone(doctor: Doctor, account: Embedded) -> None:
    client = _lambda(account)

    code, out = doctor("fix", "invoice-render", "--apply", "--yes")

    assert code == ExitCode.NOT_CONFIRMED  # no invocation has confirmed it, so it is not called fixed
    assert client.get_function_configuration(FunctionName="invoice-render")["Timeout"] == 6
    assert doctor("why", "invoice-render")[0] == ExitCode.OK
    assert "applied" in doctor_history(doctor)

    code, out = doctor("undo", "--yes")

    assert code == ExitCode.OK
    assert "UNDONE" in out
    assert client.get_function_configuration(FunctionName="invoice-render")["Timeout"] == 3
    assert doctor("undo", "--yes")[0] == ExitCode.USAGE


def doctor_history(_: Doctor) -> str:
    from doctor.store.journal import history

    return " ".join(receipt.state for receipt in history())


def test_behind_an_alias_the_fix_publishes_and_moves_it_and_the_undo_moves_it_back(
    doctor: Doctor, account: Embedded
) -> None:
    client = _lambda(account)
    before = client.get_alias(FunctionName="checkout-quote", Name="live")["FunctionVersion"]

    doctor("fix", "checkout-quote", "--apply", "--yes")
    moved = client.get_alias(FunctionName="checkout-quote", Name="live")["FunctionVersion"]

    assert moved != before
    assert client.get_function_configuration(FunctionName="checkout-quote", Qualifier=moved)["Timeout"] == 6

    doctor("undo", "--yes")

    assert client.get_alias(FunctionName="checkout-quote", Name="live")["FunctionVersion"] == before
    assert client.get_function_configuration(FunctionName="checkout-quote")["Timeout"] == 3


def test_an_undo_does_not_overwrite_somebody_elses_change(
    doctor: Doctor, account: Embedded, capsys: pytest.CaptureFixture[str]
) -> None:
    client = _lambda(account)
    doctor("fix", "invoice-render", "--apply", "--yes")
    client.update_function_configuration(FunctionName="invoice-render", Timeout=77)

    code = main(["undo", "--yes", "--demo"])

    assert code == ExitCode.FINDINGS
    assert "expected 6, is 77" in capsys.readouterr().err
    assert client.get_function_configuration(FunctionName="invoice-render")["Timeout"] == 77
    client.update_function_configuration(FunctionName="invoice-render", Timeout=6)
    assert doctor("undo", "--yes")[0] == ExitCode.OK


def test_a_given_event_is_run(doctor: Doctor, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"batch": "b-1", "invoices": []}')

    code, out = doctor("reproduce", "invoice-render", "--event", str(event), "--format", "json")

    assert json.loads(out)["verdict"] != "reproduced"
    assert code != ExitCode.FINDINGS


PERMISSIONS = {"order-archive": "action-not-allowed", "usage-rollup": "trigger-not-permitted"}


@pytest.mark.parametrize("function", PERMISSIONS)
def test_a_permission_is_given_and_taken_back(function: str, doctor: Doctor) -> None:
    before = doctor("why", function)

    code, applied = doctor("fix", function, "--finding", PERMISSIONS[function], "--apply", "--yes")
    after = doctor("why", function)
    undone, _ = doctor("undo", "--yes")

    assert (code, undone) == (ExitCode.NOT_CONFIRMED, ExitCode.OK)
    assert "the settings were read back as sent" in applied
    assert (before[0], after[0]) == (ExitCode.FINDINGS, ExitCode.OK)
    assert _without_times(doctor("why", function)[1]) == _without_times(before[1])
