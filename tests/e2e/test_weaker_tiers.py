"""``doctor reproduce --tier``, on each weaker tier and as if this were macOS: the same faults come back, in AWS's own words."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.pipeline import World, function_named
from doctor.shelf import demo
from doctor.store.snapshots import read, save
from tests.unit.sandbox.quiet import REFUSED

ROOT = Path(__file__).parents[2]
FULL = bool(os.environ.get("DOCTOR_FULL"))
WAYS = ("seccomp", "hooks", "macos") if FULL else ("seccomp", "hooks")
FAULTS = [
    ("order-archive", "dynamodb:PutItem was denied here too, for want of an Allow in the identity layer"),
    ("refund-notify", "sqs:SendMessage was denied here too, by a Deny of"),
    ("crm-sync", "sqs.eu-west-1.amazonaws.com:443 hung (network: "),
]


def reproduced(way: str, *arguments: str, snapshot: Path | None = None) -> dict[str, Any]:
    """What ``doctor reproduce`` says, in a network without a way out; where there is none such, nothing is run."""
    doctor = ["-m", "tests.unit.sandbox.macos", "doctor"] if way == "macos" else ["-m", "doctor"]
    tier = "hooks" if way == "macos" else way
    asked = ["reproduce", *arguments, "-s", str(snapshot or demo()), "--tier", tier, "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.sandbox.quiet", sys.executable, *doctor, *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == REFUSED:
        pytest.skip(done.stderr)
    assert done.stdout, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    assert {one["by"] for one in made["run"]["enforced"] if one["dimension"] == "tier"} == {tier}
    return made


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("function", "why"), FAULTS if FULL else FAULTS[:1])
def test_a_fault_of_the_cloud_comes_back(way: str, function: str, why: str) -> None:
    made = reproduced(way, function)

    assert made["verdict"] == "reproduced"
    assert why in made["why"]
    if "denied" in why:
        cloud = World(read(demo())).snapshot.invocations[made["run"]["scenario"]["function"]][-1]
        assert made["run"]["outcome"]["error_message"] == cloud.error_message


@pytest.mark.parametrize("way", ["namespaces", *WAYS] if FULL else ["seccomp"])
def test_calls_are_throttled_and_late_as_was_asked_for(way: str) -> None:
    run = reproduced(way, "crm-export", "--inject", "sqs:SendMessage=throttle*1", "--inject", "sqs:*=150ms")["run"]

    assert [(one["answered"], one.get("error", "")) for one in run["calls"]] == [
        ("throttled", "RequestThrottled"),
        ("embedded", ""),
    ]
    assert run["outcome"]["duration"] > 300
    assert set(run["assumptions"]) >= {
        "sqs:SendMessage was throttled, the first 1 times, as was asked for",
        "sqs:* took 150 ms longer, as was asked for",
    }


@pytest.mark.parametrize("way", ["namespaces", *WAYS] if FULL else ["seccomp"])
def test_a_way_that_only_some_subnets_have_is_tried_from_each_kind(way: str, tmp_path: Path) -> None:
    snapshot = read(demo())
    sync, export = (function_named(World(snapshot), name) for name in ("crm-sync", "crm-export"))
    subnets = (*export.vpc_config.subnet_ids, *sync.vpc_config.subnet_ids)
    torn = replace(sync, vpc_config=replace(sync.vpc_config, subnet_ids=subnets), timeout=2)
    save(replace(snapshot, resources={**snapshot.resources, sync.arn: torn}), tmp_path / "account.json")
    for folder in ("code", "events"):
        shutil.copytree(demo() / folder, tmp_path / folder)
    made = reproduced(way, "crm-sync", snapshot=tmp_path)

    assert made["verdict"] == "reproduced"
    assert made["run"]["scenario"]["subnet"] == subnets[1]
