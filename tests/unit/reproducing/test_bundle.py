"""A bundle: what another person needs of one function's world, without what is nobody's business."""

import json
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.engine.closure import closure
from doctor.engine.gating import FunctionView, subnets_that_differ
from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model.call import Call
from doctor.model.function import Function
from doctor.model.outcome import Reproduction
from doctor.network.destinations import service_endpoint
from doctor.pipeline import function_named
from doctor.sandbox.abilities import abilities
from doctor.shelf import demo
from doctor.store.bundles import MANIFEST, manifest, unpack
from doctor.store.snapshots import read


@pytest.fixture(scope="module")
def whole() -> World:
    return World(read(demo()))


@pytest.fixture
def isolated() -> None:
    lacking = [one.note for one in abilities() if one.dimension == "network" and not one.by]
    if lacking:
        pytest.skip(lacking[0])


def small(whole: World, name: str) -> tuple[World, Function]:
    return World(closure(whole, function_named(whole, name))), function_named(whole, name)


CALLS = [
    Call(
        service="sqs",
        operation="SendMessage",
        parameters={"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/refund-events"},
    ),
    Call(service="dynamodb", operation="PutItem", parameters={"TableName": "orders-archive"}),
    Call(service="dynamodb", operation="PutItem", parameters={"TableName": "orders"}),
    Call(service="sts", operation="GetCallerIdentity"),
]


def test_a_closure_decides_and_reaches_as_the_whole_account_does(whole: World) -> None:
    for subject in whole.live:
        part = World(closure(whole, subject))
        here, there = FunctionView(part, subject), FunctionView(whole, subject)

        for call in CALLS:
            decided = here.decide(call)[0].result
            assert decided in (there.decide(call)[0].result, "depends")  # of what was left out it cannot tell
        assert subnets_that_differ(part, subject) == subnets_that_differ(whole, subject)
        if subject.vpc_config.subnet_ids:
            destination = service_endpoint("sqs", "eu-west-1")
            assert here.trace(destination) == there.trace(destination)


def test_a_closure_holds_nothing_of_other_functions(whole: World) -> None:
    part, subject = small(whole, "parcel-track")
    names = {one.function_name for one in part.all(Function)}

    assert names == {"parcel-track"}
    assert [arn.rpartition(":")[2] for arn in part.snapshot.resources if ":sqs:" in arn] == [
        "parcel-scans",
        "parcel-scans-dead",
    ]
    assert set(part.snapshot.invocations) == {subject.arn}
    assert len(part.snapshot.resources) < 12


def doctor(*arguments: str) -> int:
    return main(["reproduce", *arguments])


def names_in(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def test_another_person_runs_it(isolated: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.zip"
    options = ("--bundle", str(path), "--with-code", "--with-event")
    assert doctor("order-archive", "--snapshot", str(demo()), *options) == ExitCode.FINDINGS
    capsys.readouterr()

    assert doctor("--bundle", str(path), "--format", "json") == ExitCode.FINDINGS
    told = capsys.readouterr()
    msgspec.json.decode(told.out, type=Reproduction)
    made = json.loads(told.out)
    assert (made["verdict"], made["run"]["scenario"]["kind"]) == ("reproduced", "bundle")
    assert "order-archive, made" in told.err


def test_what_nobody_asked_for_is_left_out(isolated: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.zip"
    doctor("order-archive", "--snapshot", str(demo()), "--bundle", str(path))
    packed = names_in(path)
    told = json.loads(packed[MANIFEST])

    assert sorted(packed) == ["account.json", MANIFEST, "events/order-archive.json"]
    assert path.stat().st_mode & 0o777 == 0o600
    # The event's form is there: numbers, and how long its texts are.
    assert b"o-770812" not in packed["events/order-archive.json"]
    assert json.loads(packed["events/order-archive.json"])["order"]["lines"][0]["quantity"] == 1
    assert (told["code_included"], told["event_redacted"], len(told["code_sha256"])) == (False, True, 44)
    capsys.readouterr()
    # Without the code it cannot be run; with it, the run leans on the event that was redacted.
    assert doctor("--bundle", str(path)) != ExitCode.FINDINGS
    assert "came without the code" in capsys.readouterr().err
    code = demo() / "code" / "order-archive"
    doctor("--bundle", str(path), "--code", str(code), "--format", "json")
    made = json.loads(capsys.readouterr().out)
    assert any("not quite the one that failed" in one for one in made["run"]["assumptions"])
    assert any("was not compared" in one for one in made["run"]["assumptions"])


WRONG: list[tuple[tuple[str, ...], str]] = [
    ((), "name the FUNCTION"),
    (("f", "--with-code"), "go with FUNCTION and --bundle"),
    (("f", "--code", "x"), "for a bundle that came without"),
    (("f", "--event", "x", "--event-from", "logs"), "give one"),
    (("--bundle", "missing.zip"), "missing.zip: cannot be read"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_a_wrong_command_line_is_one_line(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(*arguments) == ExitCode.USAGE
    assert words in capsys.readouterr().err


def packed(path: Path, **files: Any) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".json"), content)
    return path


def test_what_is_no_bundle_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it has no bundle"):
        unpack(packed(tmp_path / "a.zip", account_json="{}"), tmp_path / "a")
    with pytest.raises(UsageError, match="not a bundle's"):
        unpack(packed(tmp_path / "b.zip", bundle_json="{}"), tmp_path / "b")
    with pytest.raises(UsageError, match="outside its own folder"):
        unpack(packed(tmp_path / "c.zip", **{"..__x": "x"}), tmp_path / "c")
    assert not (tmp_path / "x").exists()
    assert manifest(tmp_path) is None
