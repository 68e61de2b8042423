"""Secrets stay home: canaries in every place where people leave secrets, and none in a file, a report or a line of talk."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from doctor.aws.embedded.account import Embedded
from tests.bench.collecting import REGION
from tests.e2e.canaries import NAME, leaks, plant
from tests.e2e.terminal import Terminal


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """A file that was collected of an account full of canaries, and the environment that reads it."""
    place = tmp_path_factory.mktemp("canaries")
    with Embedded.start(region=REGION) as embedded:
        plant(embedded)
        environment = {**os.environ, **embedded.environment(), "DOCTOR_HOME": str(place / "home")}
        for name, functions in (("snapshot.json", (NAME,)), ("region.json", ())):
            done = _doctor(environment, "collect", "-o", str(place / name), *functions)
            assert done.returncode in (0, 3), done.stderr
            assert leaks(done.stderr) == []
        yield place / "snapshot.json", environment


def _doctor(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "doctor", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_no_canary_is_in_a_snapshot(planted: tuple[Path, dict[str, str]]) -> None:
    text = planted[0].read_text(encoding="utf-8")
    region = planted[0].with_name("region.json").read_text(encoding="utf-8")

    assert leaks(text) == []
    assert leaks(region) == []
    assert "AWS::CloudWatch::Alarm" in region
    assert text.count('"redacted"') >= 4, "they were there, and are marked"
    assert "AWS::ApiGateway::Api" in text
    assert "AWS::SNS::Topic" in text
    for kind in (
        "RDS::DBInstance",
        "AmazonMQ::Broker",
        "EFS::FileSystem",
        "Lambda::LayerVersion",
        "SecretsManager::Secret",
        "EC2::VPNConnection",
    ):
        assert f"AWS::{kind}" in text
    assert "AWS::ElasticLoadBalancingV2::Listener" in text
    assert "not authorized to perform: sqs:SendMessage" in text
    assert "cannot log in" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--format", "json", NAME),
        ("check", NAME),
        ("check", "-s", "SNAPSHOT", "--format", "json"),
        ("check", "-s", "SNAPSHOT"),
        ("why", NAME),
        ("why", NAME, "-s", "SNAPSHOT"),
        ("trace", NAME, "db.example.com:5432", "-s", "SNAPSHOT"),
        ("can", NAME, "secretsmanager:GetSecretValue", "*", "-s", "SNAPSHOT"),
        ("incidents", "-s", "SNAPSHOT"),
        ("fix", NAME, "-s", "SNAPSHOT"),
        ("diff", "SNAPSHOT", "REGION"),
    ],
    ids=" ".join,
)
def test_no_canary_is_in_a_report(planted: tuple[Path, dict[str, str]], arguments: tuple[str, ...]) -> None:
    path, environment = planted
    files = {"SNAPSHOT": str(path), "REGION": str(path.with_name("region.json"))}
    done = _doctor(environment, *(files.get(one, one) for one in arguments))

    assert leaks(done.stdout + done.stderr) == []
    assert "Traceback" not in done.stderr
    assert done.stdout or done.returncode, done.stderr


FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")


def test_no_canary_is_in_a_report_of_any_format(planted: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    path, environment = planted
    asked = [word for form in FORMATS for word in ("-o", f"{form}={tmp_path / form}")]
    _doctor(environment, "check", "-s", str(path), "--advice", *asked, "--write-baseline", str(tmp_path / "baseline"))
    found = {one.name: one.read_text(encoding="utf-8") for one in tmp_path.iterdir()}

    assert set(found) == {*FORMATS, "baseline"}
    assert {name: leaks(text) for name, text in found.items() if leaks(text)} == {}


def test_no_canary_is_on_a_screen(planted: tuple[Path, dict[str, str]]) -> None:
    path, environment = planted
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with Terminal([sys.executable, "-m", "doctor", "-s", str(path)], {**environment, **paths}, 200, 60) as terminal:
        terminal.wait_for(NAME)
        terminal.press("\r")
        terminal.rest(1.0)
        for keys in ("1", "2", "3", "4", "5", "6", "i", "q", "c", "q", "@", "q", "?", "q"):
            terminal.press(keys)
            terminal.rest(0.3)
        terminal.press("qqq")

        assert terminal.ended() == 0
    assert leaks(terminal.raw.decode("utf-8", "replace")) == []
    assert NAME.encode() in terminal.raw


def test_no_canary_is_left_in_the_state_folder(planted: tuple[Path, dict[str, str]]) -> None:
    files = [one for one in Path(planted[1]["DOCTOR_HOME"]).rglob("*") if one.is_file()]

    assert files
    assert [leaks(one.read_bytes().decode("latin-1")) for one in files] == [[]] * len(files)
