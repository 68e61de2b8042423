"""What a local run must get right where others get it wrong, each through the user's own command on a snapshot that holds just that."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.model.identity import Role
from doctor.model.snapshot import Resource
from doctor.model.sources import Bucket
from doctor.model.telemetry import Invocation
from doctor.sandbox.abilities import abilities
from doctor.store.snapshots import encode
from doctor.testing.world import ACCOUNT, allow, denied, function, killed, role, snapshot, succeeded, timed_out
from tests.networks import IN_VPC, network

Doctor = Callable[..., Any]
RUNTIME = f"python3.{sys.version_info[1]}"
NOBODY = Role(arn=f"arn:aws:iam::{ACCOUNT}:role/r", role_name="r")


@pytest.fixture
def doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Write a snapshot with its function's code and event, run a command on it, and take its exit code and its JSON."""
    if lacking := [one.note for one in abilities() if one.dimension == "network" and not one.by]:
        pytest.skip(lacking[0])

    def run(
        command: str, code: str, *resources: Resource, seen: tuple[Invocation, ...] = (), **fields: Any
    ) -> tuple[int, dict[str, Any]]:
        subject = function(runtime=RUNTIME, role=NOBODY.arn, **fields)
        folder = tmp_path / "account"
        for name in ("code/f", "events"):
            (folder / name).mkdir(parents=True)
        (folder / "account.json").write_bytes(encode(snapshot(subject, *resources, invocations=seen)))
        (folder / "code/f/app.py").write_text(code)
        (folder / "events/f.json").write_text("{}")
        given = ["--snapshot", str(folder), "--format", "json"]
        code_ = main([command, "f", *given])
        return code_, json.loads(capsys.readouterr().out)

    return run


def enforced(made: dict[str, Any], dimension: str) -> str:
    return next(str(one["by"]) for one in made["run"]["enforced"] if one["dimension"] == dimension)


def calls(made: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["call"], one["verdict"]) for one in made["run"]["calls"]]


def test_a_role_without_policies_may_not_list_buckets_and_the_action_is_list_all_my_buckets(doctor: Doctor) -> None:
    listing = "import boto3\ndef handler(event, context):\n    boto3.client('s3').list_buckets()\n"
    code, made = doctor("reproduce", listing, NOBODY, seen=(denied("s3:ListAllMyBuckets", "*"),), timeout=20)
    (call,) = made["run"]["calls"]

    assert (code, made["verdict"]) == (ExitCode.FINDINGS, "reproduced")
    assert (call["call"], call["verdict"]) == ("s3:ListBuckets", "denied")
    assert [one["action"] for one in call["decisions"]] == ["s3:ListAllMyBuckets"]
    assert "not authorized to perform: s3:ListAllMyBuckets" in made["run"]["outcome"]["error_message"]


READING = """
import boto3
def handler(event, context):
    s3 = boto3.client('s3')
    try:
        s3.get_object(Bucket='bucket-b', Key='k')
    except s3.exceptions.NoSuchKey:
        pass
    s3.get_object(Bucket='bucket-c', Key='k')
"""


def test_an_object_is_allowed_or_denied_by_its_own_arn(doctor: Doctor) -> None:
    may = role(allow("s3:GetObject", "arn:aws:s3:::bucket-b/*"), allow("s3:ListBucket", "arn:aws:s3:::bucket-b"))
    buckets = [Bucket(arn=f"arn:aws:s3:::bucket-{one}", bucket_name=f"bucket-{one}") for one in "bc"]
    seen = (denied("s3:GetObject", "arn:aws:s3:::bucket-c/k"),)
    code, made = doctor("reproduce", READING, may, *buckets, seen=seen, timeout=20)

    assert (code, made["verdict"]) == (ExitCode.FINDINGS, "reproduced")
    assert calls(made) == [("s3:GetObject", "allowed"), ("s3:GetObject", "denied")]
    assert [one["resources"] for one in made["run"]["calls"]] == [
        ["arn:aws:s3:::bucket-b/k"],
        ["arn:aws:s3:::bucket-c/k"],
    ]


def test_400_mb_in_a_function_of_128_mb_are_a_kill_with_its_report_line(doctor: Doctor) -> None:
    taking = "def handler(event, context):\n    return len(b'x' * (400 << 20))\n"
    code, made = doctor("reproduce", taking, NOBODY, seen=(killed(),), memory_size=128, timeout=20)
    outcome = made["run"]["outcome"]

    assert (code, made["verdict"]) == (ExitCode.FINDINGS, "reproduced")
    assert (outcome["outcome"], outcome["max_memory_used"]) == ("out_of_memory", 128)
    assert enforced(made, "memory") in ("cgroup", "polling")
    (report,) = [one["message"] for one in outcome["log"] if one["message"].startswith("REPORT ")]
    assert "\tMax Memory Used: 128 MB\t" in report
    assert report.endswith("\tStatus: error\tError Type: Runtime.OutOfMemory")


@pytest.mark.real_time
def test_10_seconds_of_sleep_with_a_timeout_of_2_are_ended_at_2_and_the_initialisation_counts_apart(
    doctor: Doctor,
) -> None:
    sleeping = "import time\ntime.sleep(0.5)\ndef handler(event, context):\n    time.sleep(10)\n"
    code, made = doctor("reproduce", sleeping, NOBODY, seen=(timed_out(2),), timeout=2)
    outcome = made["run"]["outcome"]

    assert (code, made["verdict"]) == (ExitCode.FINDINGS, "reproduced")
    assert outcome["payload"]["errorType"] == "Sandbox.Timedout"
    assert outcome["payload"]["errorMessage"].endswith("Task timed out after 2.00 seconds")
    assert (outcome["duration"], outcome["after"]) == (2000, 2)
    assert outcome["init_duration"] >= 500


def test_a_call_to_s3_from_a_vpc_without_a_way_out_hangs_until_the_timeout(doctor: Doctor) -> None:
    listing = "import boto3\ndef handler(event, context):\n    boto3.client('s3').list_buckets()\n"
    may = role(allow("s3:ListAllMyBuckets"))
    code, made = doctor(
        "reproduce", listing, may, *network(), seen=(timed_out(3),), timeout=3, memory_size=1769, vpc_config=IN_VPC
    )
    (hung,) = made["run"]["connections"]

    assert (code, made["verdict"]) == (ExitCode.FINDINGS, "reproduced")
    assert made["run"]["outcome"]["outcome"] == "timed_out"
    assert (hung["host"], hung["port"], hung["way"]) == ("s3.eu-west-1.amazonaws.com", 443, "dropped")
    assert not made["run"].get("calls")


def test_the_fix_of_a_policy_that_is_open_to_all_keeps_the_statement_of_an_s3_trigger(doctor: Doctor) -> None:
    open_to_all = {"Sid": "hurry", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction"}
    trigger = {
        "Sid": "uploads",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::uploads"}},
    }
    on = {"Resource": function().arn}
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": [open_to_all | on, trigger | on]}
    _, told = doctor("fix", "def handler(event, context): pass\n", NOBODY, seen=(succeeded(),), policy=policy)
    text = json.dumps(told)

    assert "RemovePermission" in text
    assert '"StatementId": "hurry"' in text
    assert '"StatementId": "uploads"' not in text


def test_an_event_that_lambda_would_refuse_is_refused_in_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, event = tmp_path / "account", tmp_path / "event.json"
    (folder / "code/f").mkdir(parents=True)
    (folder / "code/f/app.py").write_text("def handler(event, context): pass\n")
    (folder / "account.json").write_bytes(encode(snapshot(function(runtime=RUNTIME, role=NOBODY.arn), NOBODY)))
    event.write_text(json.dumps("x" * (6 << 20)))
    code = main(["reproduce", "f", "--snapshot", str(folder), "--event", str(event)])
    last = capsys.readouterr().err.splitlines()[-1]

    assert code == ExitCode.USAGE
    assert last.startswith("doctor: the event has 6,291,458 bytes, and Lambda refuses a synchronous one")
    assert "RequestTooLargeException" in last
