"""``doctor collect``: one file, whole or not there, of which the next run reads again only what changed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from doctor.aws.embedded.account import Embedded
from doctor.store import snapshots
from tests.bench.collecting import REGION, build, client, package
from tests.bench.front import Front, serve

COUNT = 6
Environment = dict[str, str]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Embedded, Front, Environment]]:
    """A few functions behind a front that counts, and the environment in which doctor reads them."""
    with Embedded.start(region=REGION) as embedded:
        build(embedded, COUNT)
        with serve(Front(embedded.endpoint.removeprefix("http://"))) as front:
            home = str(tmp_path_factory.mktemp("home"))
            yield (
                embedded,
                front,
                {
                    **os.environ,
                    **embedded.environment(),
                    "AWS_ENDPOINT_URL": front.endpoint,
                    "DOCTOR_HOME": home,
                },
            )


def collect(environment: Environment, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "doctor", "collect", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=cwd, stdin=subprocess.DEVNULL
    )


def test_a_file_holds_what_was_read_and_stderr_says_by_whom(
    account: tuple[Embedded, Front, Environment], tmp_path: Path
) -> None:
    done = collect(account[2], "-o", str(tmp_path / "a.json"))
    snapshot = snapshots.read(tmp_path / "a.json")

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'a.json'}\n"
    assert done.stderr.startswith("account 123456789012, region eu-west-1, as arn:aws:sts::123456789012:")
    assert f"{COUNT} functions" in done.stderr
    assert len([arn for arn in snapshot.resources if arn.count(":function:") and arn.count(":") == 6]) == COUNT
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_without_a_name_the_file_is_called_after_the_account(
    account: tuple[Embedded, Front, Environment], tmp_path: Path
) -> None:
    done = collect(account[2], "function-0001", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["doctor-123456789012-eu-west-1.json"]


@pytest.fixture
def aliased(account: tuple[Embedded, Front, Environment]) -> Iterator[None]:
    """A function in no VPC, with a version, an alias, a queue and a policy."""
    awslambda, sqs = client(account[0], "lambda"), client(account[0], "sqs")
    role = awslambda.get_function(FunctionName="function-0001")["Configuration"]["Role"]
    awslambda.create_function(
        FunctionName="aliased", Runtime="python3.13", Role=role, Handler="app.handler", Code={"ZipFile": package()}
    )
    version = awslambda.publish_version(FunctionName="aliased")["Version"]
    awslambda.create_alias(FunctionName="aliased", Name="live", FunctionVersion=version)
    awslambda.add_permission(
        FunctionName="aliased",
        Qualifier="live",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    queue = sqs.create_queue(QueueName="aliased")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mapping = awslambda.create_event_source_mapping(EventSourceArn=arn, FunctionName="aliased:live")["UUID"]
    yield
    awslambda.delete_event_source_mapping(UUID=mapping)
    awslambda.delete_function(FunctionName="aliased")


@pytest.mark.usefixtures("aliased")
@pytest.mark.parametrize(
    ("name", "most"),
    [("function-0001", 21), ("function-0005", 22), ("aliased", 25), ("function-0004", 39)],
    ids=["plain", "with a queue", "with a queue, an alias and a version", "in a VPC"],
)
def test_a_named_function_is_complete_in_few_calls(
    account: tuple[Embedded, Front, Environment], tmp_path: Path, name: str, most: int
) -> None:
    """In 25, but in a VPC, of which each kind of resource is a call of its own: then in so many more as it has kinds."""
    _, front, environment = account
    front.operations.clear()
    done = collect(environment, "-o", str(tmp_path / "a.json"), name)
    snapshot = snapshots.read(tmp_path / "a.json")

    assert done.returncode == 0, done.stderr
    assert sum(front.operations.values()) <= most
    assert {gap.reason for gap in snapshot.gaps} == {"not_asked"}
    assert all(gap.error and gap.resource for gap in snapshot.gaps), "none is about all, and each says why"


def test_only_what_changed_is_read_again(account: tuple[Embedded, Front, Environment], tmp_path: Path) -> None:
    embedded, front, environment = account
    output = str(tmp_path / "a.json")
    collect(environment, "-o", output)
    first = snapshots.read(tmp_path / "a.json")
    client(embedded, "lambda").update_function_configuration(FunctionName="function-0003", Timeout=42)
    front.operations.clear()
    done = collect(environment, "-o", output)
    again = snapshots.read(tmp_path / "a.json")
    changed = "arn:aws:lambda:eu-west-1:123456789012:function:function-0003"

    assert front.operations["lambda:GetPolicy"] == 1, "its policy was read again, and no other"
    assert again.resources[changed].timeout == 42  # type: ignore[union-attr]
    assert changed not in again.read_at
    assert set(again.read_at.values()) == {first.taken_at}
    assert len(again.read_at) == COUNT - 1
    assert again.resources.keys() == first.resources.keys()
    assert "functions did not change: kept from before" in done.stderr

    front.operations.clear()
    collect(environment, "-o", output, "--full")
    assert front.operations["lambda:GetPolicy"] >= COUNT


def _hears_interrupts() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(environment: Environment, embedded: Embedded, output: Path) -> str:
    """Press Ctrl-C while functions are being read; returns what was told."""
    with serve(Front(embedded.endpoint.removeprefix("http://"), latency=0.4)) as slow:
        command = [sys.executable, "-m", "doctor", "collect", "--full", "-o", str(output)]
        child = subprocess.Popen(
            command,
            env={**environment, "AWS_ENDPOINT_URL": slow.endpoint},
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hears_interrupts,  # noqa: PLW1509 -- this process has no other threads that matter to it
        )
        while slow.operations["lambda:GetPolicy"] < 2 and child.poll() is None:
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=60)

    assert child.returncode == 130, told
    assert "Traceback" not in told
    return told


def test_interrupted_it_keeps_what_is_complete(account: tuple[Embedded, Front, Environment], tmp_path: Path) -> None:
    embedded, _, environment = account
    output = tmp_path / "a.json"
    told = interrupted(environment, embedded, output)
    snapshot = snapshots.read(output)

    assert f"interrupted: what was read until then is in {output}" in told
    assert any(gap.error == "interrupted" for gap in snapshot.gaps)
    assert sum(arn.count(":function:") for arn in snapshot.resources) >= COUNT
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_interrupted_it_leaves_a_whole_file_as_it_was(
    account: tuple[Embedded, Front, Environment], tmp_path: Path
) -> None:
    embedded, _, environment = account
    output = tmp_path / "a.json"
    collect(environment, "-o", str(output), "function-0001")
    before = output.read_bytes()
    told = interrupted(environment, embedded, output)

    assert f"interrupted: {output} is as it was" in told
    assert output.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("my thesis", "not JSON"),
        (
            json.dumps(
                {"taken_at": "2026-11-23T10:00:00Z", "scope": {"account": "210987654321", "region": "eu-west-1"}}
            ),
            "holds account 210987654321",
        ),
    ],
    ids=["no snapshot", "another account's"],
)
def test_a_file_of_something_else_is_not_overwritten(
    account: tuple[Embedded, Front, Environment], tmp_path: Path, content: str, said: str
) -> None:
    output = tmp_path / "a.json"
    output.write_text(content)
    done = collect(account[2], "-o", str(output))

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr.splitlines()[-1]
    assert output.read_text() == content


def test_several_regions_are_several_files(account: tuple[Embedded, Front, Environment], tmp_path: Path) -> None:
    done = collect(account[2], "--region", "eu-west-1,eu-west-3", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "doctor-123456789012-eu-west-1.json",
        "doctor-123456789012-eu-west-3.json",
    ]


def test_a_role_is_taken_on_first(account: tuple[Embedded, Front, Environment], tmp_path: Path) -> None:
    role = "arn:aws:iam::123456789012:role/role-1"
    arguments = ("-o", str(tmp_path / "a.json"), "--role-arn", role, "--external-id", "external")
    done = collect(account[2], *arguments, "function-0001")

    assert "as arn:aws:sts::123456789012:assumed-role/role-1/doctor" in done.stderr.splitlines()[0]
    assert done.returncode == 0, done.stderr


SSO = """[profile signed-out]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
region = eu-west-1
[sso-session corp]
sso_start_url = http://127.0.0.1:9/start
sso_region = eu-west-1
"""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--profile", "nobody"), 2, "nobody"),
        (("--profile", "signed-out"), 4, "aws sso login --profile signed-out"),
        (("--endpoint-url", "http://127.0.0.1:9"), 4, "AWS does not answer"),
        (("--external-id", "external"), 2, "give --role-arn"),
        (("--role-arn", "arn:aws:iam::123456789012:role/r", "--mfa-serial", "arn:aws:iam::123456789012:mfa/m"), 4, "asked for on a terminal"),
        (("nobody",), 2, "no function 'nobody'"),
        (("--region", "eu-west-1,eu-west-3", "-o", "one.json"), 2, "several regions"),
    ],
    ids=["unknown profile", "signed out", "nobody answers", "id without a role", "code without a terminal", "unknown function", "one file for two regions"],
)  # fmt: skip
def test_what_cannot_be_done_is_one_plain_line(
    account: tuple[Embedded, Front, Environment], tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "config").write_text(SSO)
    environment = {**account[2], "AWS_CONFIG_FILE": str(tmp_path / "config")}
    if "--profile" in arguments:  # credentials of the environment would go before the profile's
        environment = {key: value for key, value in environment.items() if "ACCESS_KEY" not in key}
    done = collect(environment, *arguments, cwd=tmp_path)
    last = done.stderr.splitlines()[-1]

    assert done.returncode == code, done.stderr
    assert last.startswith("doctor: ")
    assert said in last
    assert "Traceback" not in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["config"]
