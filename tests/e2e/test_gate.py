"""The shipped incident through the gate: denied calls and a way that leads nowhere come back here, and go when they are healed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from msgspec.structs import replace

from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.engine.gating import subnets_that_differ
from doctor.engine.world import World
from doctor.model.network import IpPermission, IpRange, SecurityGroup
from doctor.model.outcome import LocalRun, Scenario
from doctor.model.target import Target
from doctor.pipeline import Case, function_named
from doctor.reproducing.run import answers_of, reproduce
from doctor.running import run_in
from doctor.sandbox.abilities import abilities
from doctor.shelf import demo
from doctor.store.snapshots import read

Doctor = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def gated() -> None:
    """Nothing here connects to anything where the gate's wire cannot be laid."""
    lacking = [one.note for one in abilities() if one.dimension == "network" and not one.by]
    if lacking:
        pytest.skip(lacking[0])


@pytest.fixture
def doctor(gated: None, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Run a command on the incident's snapshot: its exit code, and what it wrote to stdout."""

    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments, "--snapshot", str(demo())])
        return code, capsys.readouterr().out

    return run


FAULTS = [
    ("order-archive", "dynamodb:PutItem", "for want of an Allow in the identity layer", "AccessDeniedException"),
    (
        "refund-notify",
        "sqs:SendMessage",
        "by a Deny of arn:aws:iam::123456789012:policy/workload-boundary",
        "AccessDenied",
    ),
]


@pytest.mark.parametrize(("function", "call", "by", "error"), FAULTS)
def test_a_denied_call_is_denied_here_too(doctor: Doctor, function: str, call: str, by: str, error: str) -> None:
    code, out = doctor("reproduce", function, "--format", "json")
    made = json.loads(out)

    assert (code, made["verdict"]) == (ExitCode.FINDINGS, "reproduced")
    assert made["why"] == f"{call} was denied here too, {by} (policies: doctor.iam)"
    assert [(one["call"], one["verdict"], one["error"]) for one in made["run"]["calls"]] == [(call, "denied", error)]
    # The very words of the cloud, but for nothing.
    cloud = World(read(demo())).snapshot.invocations[made["run"]["scenario"]["function"]][-1]
    assert made["run"]["outcome"]["error_message"] == cloud.error_message


def test_a_way_that_leads_nowhere_hangs_here_too(doctor: Doctor) -> None:
    code, out = doctor("reproduce", "crm-sync", "--format", "json")
    made = json.loads(out)
    (connection,) = made["run"]["connections"]

    assert (code, made["verdict"]) == (ExitCode.FINDINGS, "reproduced")
    assert "sqs.eu-west-1.amazonaws.com:443 hung (network: namespace): rtb-0ba2f0030d1bbdaf7" in made["why"]
    assert (connection["host"], connection["way"]) == ("sqs.eu-west-1.amazonaws.com", "dropped")
    assert not made["run"].get("calls")
    assert not made["run"].get("assumptions")


@pytest.mark.parametrize(
    ("function", "call"),
    [("crm-export", "sqs:SendMessage"), ("order-intake", "dynamodb:PutItem"), ("refund-audit", "sqs:SendMessage")],
)
def test_the_healthy_ones_that_look_alike_succeed_through_the_gate(doctor: Doctor, function: str, call: str) -> None:
    _, out = doctor("reproduce", function, "--format", "json")
    run = json.loads(out)["run"]

    assert run["outcome"]["outcome"] == "succeeded"
    assert [(one["call"], one["verdict"], one["answered"], one["status"]) for one in run["calls"]] == [
        (call, "allowed", "embedded", 200)
    ]


def test_the_page_shows_calls_and_connections(doctor: Doctor) -> None:
    _, out = doctor("reproduce", "refund-notify")

    assert "AWS CALLS" in out
    assert "statement 2 (PaymentTeamOnly); refused with" in out
    assert "sqs.eu-west-1.amazonaws.com:443 opened" in out
    assert "by doctor.iam" in out


def test_a_fix_of_policies_is_proved_by_running_again(doctor: Doctor) -> None:
    code, out = doctor("fix", "order-archive")

    assert code == ExitCode.OK
    assert "run: the same invocation succeeded" in out
    assert "run: taken for granted: no service control policy denies it" in " ".join(out.split())


def finished(job: Any) -> Any:
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value


def test_a_fix_of_the_network_is_proved_by_running_again(doctor: Doctor) -> None:
    code, out = doctor("fix", "crm-sync")
    told = " ".join(out.split())

    assert code == ExitCode.OK
    assert "local run: timed out after 6 s → returned after" in told
    assert "run: the same invocation succeeded" in told


CONNECTING = """
import socket
def handler(event, context):
    found = {}
    for host, port in event:
        try:
            socket.create_connection((host, port), 1).close()
            found[f"{host}:{port}"] = "opened"
        except OSError as error:
            found[f"{host}:{port}"] = type(error).__name__
    return found
"""


def test_a_security_group_decides_by_port_and_an_unknown_name_has_no_address(gated: None, tmp_path: Path) -> None:
    """The function's real subnet, route table, NAT gateway and network ACL, and a group that lets out HTTPS alone."""
    snapshot = read(demo())
    function = replace(function_named(World(snapshot), "crm-export"), handler="app.handler", timeout=10)
    group = next(
        one for one in World(snapshot).all(SecurityGroup) if one.group_id in function.vpc_config.security_group_ids
    )
    https = IpPermission(ip_protocol="tcp", from_port=443, to_port=443, ip_ranges=(IpRange(cidr_ip="0.0.0.0/0"),))
    world = World(
        replace(snapshot, resources={**snapshot.resources, group.arn: replace(group, ip_permissions_egress=(https,))})
    )
    (tmp_path / "app.py").write_text(CONNECTING)
    event = [
        ("203.0.113.10", 443),
        ("203.0.113.10", 5432),
        ("sqs.eu-west-1.amazonaws.com", 443),
        ("db.shop.internal", 5432),
    ]
    scenario = Scenario(function=function.arn, event=msgspec.Raw(msgspec.json.encode(event)))
    run: LocalRun = finished(run_in(world, function, tmp_path, scenario, {}))

    assert run.outcome.payload == {
        "203.0.113.10:443": "opened",
        "203.0.113.10:5432": "TimeoutError",
        "sqs.eu-west-1.amazonaws.com:443": "opened",
        "db.shop.internal:5432": "gaierror",
    }
    assert {(one.port, one.way, one.components) for one in run.connections if one.host == "203.0.113.10"} == {
        (443, "open", ()),
        (5432, "dropped", (group.group_id,)),
    }


def test_a_function_whose_subnets_differ_runs_in_one_of_each_until_it_fails(gated: None) -> None:
    """An environment is in one of them, which nobody chooses: the failure comes and goes."""
    snapshot = read(demo())
    sync, export = (function_named(World(snapshot), name) for name in ("crm-sync", "crm-export"))
    subnets = (*export.vpc_config.subnet_ids, *sync.vpc_config.subnet_ids)
    torn = replace(sync, vpc_config=replace(sync.vpc_config, subnet_ids=subnets), timeout=2)
    world = World(replace(snapshot, resources={**snapshot.resources, sync.arn: torn}))
    case = Case(target=Target(snapshot=str(demo())), account=None, world=world, rules=())
    made = finished(reproduce(case, torn))

    assert subnets_that_differ(world, torn) == (subnets[0], subnets[1])
    assert (made.verdict, made.run.scenario.subnet) == ("reproduced", subnets[1])
    assert [(one.way, one.components) for one in made.run.connections] == [("dropped", ("rtb-0ba2f0030d1bbdaf7",))]


def test_without_an_account_that_answers_a_run_proves_nothing(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is denied is denied all the same: that needs no account."""
    monkeypatch.setattr("doctor.running.find_spec", lambda _name: None)
    allowed = json.loads(doctor("reproduce", "crm-export", "--format", "json")[1])
    denied = json.loads(doctor("reproduce", "refund-notify", "--format", "json")[1])

    assert [one["answered"] for one in allowed["run"]["calls"]] == ["nobody"]
    assert any("pip install 'lambda-doctor[demo]'" in one for one in allowed["run"]["assumptions"])
    assert allowed["verdict"] == "inconclusive"
    assert denied["verdict"] == "reproduced"


READING = """
import boto3
def handler(event, context):
    table = boto3.client("dynamodb")
    return table.get_item(TableName="orders-archive", Key={"orderId": {"S": "o-1"}})["Item"]["total"]["N"]
"""


def test_recorded_answers_stand_for_what_the_account_holds(gated: None, tmp_path: Path) -> None:
    snapshot = read(demo())
    function = replace(function_named(World(snapshot), "order-archive"), handler="app.handler")
    (tmp_path / "app.py").write_text(READING)
    answers = tmp_path / "answers.json"
    answers.write_text('[{"call": "dynamodb:GetItem", "body": {"Item": {"total": {"N": "42"}}}}]')
    case = Case(target=Target(), account=None, world=World(snapshot), rules=(), answers=answers)
    scenario = Scenario(function=function.arn, event=msgspec.Raw(b"{}"))
    run: LocalRun = finished(run_in(case.world, function, tmp_path, scenario, {}, recorded=answers_of(case, function)))

    assert run.outcome.payload == "42"
    assert [(one.call, one.verdict, one.answered) for one in run.calls] == [("dynamodb:GetItem", "allowed", "recorded")]


def test_answers_that_cannot_be_read_are_said_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"status": 200}]')
    code = main(["reproduce", "order-archive", "--snapshot", str(demo()), "--answers", str(tmp_path / "a.json")])

    assert code == ExitCode.USAGE
    assert "a.json: not recorded answers: Object missing required field `call`" in capsys.readouterr().err


def test_nothing_of_the_event_or_of_a_call_is_in_a_report(doctor: Doctor) -> None:
    """The handler's own words are its own; what doctor adds holds no payload and no credential."""
    event = json.loads((demo() / "events" / "order-archive.json").read_text())
    _, out = doctor("reproduce", "order-archive", "--format", "json")
    run = json.loads(out)["run"]
    told = json.dumps(
        [run["calls"], run["connections"], run.get("assumptions"), run.get("presumptions"), run["enforced"]]
    )

    assert event["order"]["total"] not in told
    assert event["order"]["id"] not in told
    assert "ASIALOCALRUNOFDOCTOR" not in out
    assert "Signature=" not in out
    assert "BEGIN" not in out


def children(process: psutil.Process) -> list[psutil.Process]:
    return process.children(recursive=True)


@pytest.mark.parametrize("by", ["kill", "terminate"])
def test_nothing_is_left_when_doctor_is_ended_in_the_middle(gated: None, tmp_path: Path, by: str) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    mounts = Path("/proc/self/mounts").read_text()
    doctor = subprocess.Popen(
        [sys.executable, "-m", "doctor", "reproduce", "crm-sync", "--snapshot", str(demo())],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with doctor:
        assert doctor.stderr is not None
        while "sending o-" not in doctor.stderr.readline():
            assert doctor.poll() is None
        started = children(psutil.Process(doctor.pid))
        getattr(doctor, by)()
    end = time.monotonic() + 10
    while (
        left := [one for one in started if one.is_running() and one.status() != "zombie"]
    ) and time.monotonic() < end:
        time.sleep(0.05)

    assert len(started) >= 3  # the sandbox's launcher, what it runs, and the account that answers
    assert not left
    assert Path("/proc/self/mounts").read_text() == mounts
    assert not list(temporary.iterdir())
