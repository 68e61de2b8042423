"""``doctor can --all``: what a role allows and its function was never seen to need, as text and as JSON."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.engine.allowance import allowance
from doctor.engine.world import World
from doctor.model.function import DeadLetterConfig, Environment, TracingConfig, VpcConfig
from doctor.model.package import FromVariable, Package, SdkCall, Source
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import Change
from doctor.report.lines import ASCII, UNICODE, plain
from doctor.report.lines.allowance import page
from doctor.testing.world import (
    ACCOUNT,
    NOW,
    REGION,
    allow,
    denied,
    deny,
    feeds,
    function,
    gap,
    managed,
    queue,
    role,
    snapshot,
)

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
QUEUE = queue("jobs")
DLQ = queue("dead-letters")
CALLS = (
    SdkCall(path="app.py", line=7, service="dynamodb", operation="PutItem", parameters={"TableName": "orders"}),
    SdkCall(
        path="app.py", line=9, service="s3", operation="GetObject", parameters={"Bucket": FromVariable(variable="B")}
    ),
)
PACKAGE = Package(files=1, unzipped_size=1, source=Source(files=("app.py",), calls=CALLS))
F = function(role=role().arn, package=PACKAGE)
LOGS = tuple(allow(f"logs:{one}") for one in ("CreateLogGroup", "CreateLogStream", "PutLogEvents"))

Can = Callable[..., tuple[int, str, str]]


@pytest.fixture
def can(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Can:
    """Ask for everything about the function of a snapshot: the exit code, stdout and stderr."""
    from doctor.store.snapshots import save

    def ask(of: Snapshot, *arguments: str) -> tuple[int, str, str]:
        path = tmp_path / "account.json"
        save(of, path)
        capsys.readouterr()
        code = int(main(["can", "f", *arguments, "-s", str(path)]))
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


def told(of: Snapshot) -> dict[str, tuple[set[str], set[str]]]:
    """By policy: the actions that were seen to be needed, and those that were not."""
    world = World(of)
    found: dict[str, tuple[set[str], set[str]]] = {}
    for grant in allowance(world, world.live[0]).grants:
        needed, spare = found.setdefault(grant.statement.policy, (set(), set()))
        needed.update(one.action for one in grant.needed)
        spare.update(grant.unneeded)
    return found


def test_more_than_was_needed_ends_with_1_and_says_by_which_statement(can: Can) -> None:
    code, out, _ = can(snapshot(F, role(allow("dynamodb:*Item", TABLE), *LOGS)), "--all")

    assert code == 1
    assert "r lets f do" in out.splitlines()[0]
    assert "✔ dynamodb:PutItem: app.py, line 7" in out
    assert "never seen to be needed:" in out
    assert "dynamodb:DeleteItem" in out


def test_no_more_than_was_needed_ends_with_0(can: Can) -> None:
    code, out, _ = can(snapshot(F, role(allow("dynamodb:PutItem", TABLE), allow("s3:GetObject"), *LOGS)), "--all")

    assert code == 0
    assert "do nothing that it was not seen to need" in out


def test_what_would_show_more_and_was_not_read_ends_with_3(can: Can) -> None:
    bare = function(role=role().arn)
    unread = [gap("lambda:GetFunction", bare.arn, "not_asked")]
    code, out, _ = can(snapshot(bare, role(*LOGS), gaps=unread), "--all")

    assert code == 3
    assert "its source was not read: not asked" in out
    assert out.startswith("? whether")
    assert "nothing that it was not seen to need" not in out


def test_what_is_missing_is_said_once_with_the_places_that_tell_of_it(can: Can) -> None:
    refused = [denied("dynamodb:PutItem", TABLE, ago=60.0 * at) for at in range(5)]
    _, out, _ = can(snapshot(F, role(*LOGS), invocations=refused), "--all")
    missing = out.partition("NEEDED, AND ALLOWED BY NO STATEMENT")[2]

    assert missing.count("dynamodb:PutItem") == 1
    assert "and 4 more times" in missing


def test_what_is_allowed_is_said_once_too_by_the_name_that_aws_gives_it() -> None:
    at = [denied("dynamodb:putitem", TABLE, ago=60.0 * number) for number in range(1, 5)]
    made = snapshot(F, role(allow("dynamodb:PutItem", TABLE), *LOGS), invocations=at)
    (grant,) = [one for one in allowance(World(made), F).grants if "PutItem" in str(one.needed)]

    assert [one.action for one in grant.needed] == ["dynamodb:PutItem"]
    assert grant.needed[0].told.endswith("more times")


def test_a_role_that_was_not_read_ends_with_3(can: Can) -> None:
    code, out, _ = can(snapshot(F, gaps=[gap("iam:GetRole", F.role)]), "--all")

    assert code == 3
    assert "its role" in out


def test_as_json_it_has_every_action(can: Can) -> None:
    code, out, _ = can(snapshot(F, role(allow("dynamodb:*", TABLE))), "--all", "--format", "json")
    (grant,) = json.loads(out)["grants"]

    assert code == 1
    assert grant["count"] == len(grant["unneeded"]) > 12
    assert [one["action"] for one in grant["needed"]] == ["dynamodb:PutItem"]


def test_everything_is_said_in_one_word() -> None:
    ((_, spare),) = told(snapshot(F, role(allow("*")))).values()

    assert len(spare) < 1000
    assert "ec2:*" in spare
    assert "dynamodb:*" not in spare


def test_configuration_log_and_cloudtrail_tell_needs_too() -> None:
    did = Change(
        event_id="e",
        event_name="CreateFunction20150331",
        event_time=NOW - timedelta(hours=1),
        event_source="lambda.amazonaws.com",
        username="f",
    )
    one = function(
        role=role().arn,
        dead_letter_config=DeadLetterConfig(target_arn=DLQ.arn),
        vpc_config=VpcConfig(subnet_ids=("subnet-1",)),
        tracing_config=TracingConfig(mode="Active"),
        package=Package(files=1, unzipped_size=1),
    )
    statements = (
        allow("sqs:*"),
        allow("ec2:CreateNetworkInterface"),
        allow("xray:PutTraceSegments"),
        allow("dynamodb:GetItem", TABLE),
        allow("lambda:CreateFunction"),
    )
    seen = snapshot(
        one,
        role(*statements),
        QUEUE,
        DLQ,
        feeds(QUEUE, one),
        invocations=[denied("dynamodb:GetItem", TABLE, "with an explicit deny in a service control policy")],
        changes=(did,),
    )
    ((needed, spare),) = told(seen).values()

    assert needed >= {
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "ec2:CreateNetworkInterface",
        "xray:PutTraceSegments",
        "dynamodb:GetItem",
        "lambda:CreateFunction",
    }
    assert spare == {one for one in spare if one.startswith("sqs:")}


def test_what_another_policy_takes_back_is_not_allowed() -> None:
    fence = managed("fence", allow("dynamodb:*"))
    bound = told(
        snapshot(F, role(allow("dynamodb:GetItem", TABLE), allow("sqs:*", QUEUE.arn), boundary=fence), fence, QUEUE)
    )
    refused = told(snapshot(F, role(allow("dynamodb:GetItem", TABLE), deny("dynamodb:*"))))

    assert bound["inline"][1] == {"dynamodb:GetItem"}
    assert refused["inline"][1] == set()


def test_a_variable_that_is_known_names_the_bucket() -> None:
    known = function(role=role().arn, package=PACKAGE, environment=Environment(variables={"B": "data"}))
    grants = allowance(
        world := World(snapshot(known, role(allow("s3:GetObject", "arn:aws:s3:::other/*")))), world.live[0]
    ).grants

    assert grants[0].needed == ()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--all", "sqs:SendMessage", "*"),
        ("sqs:SendMessage", "*", "--all"),
        ("--all", "--context", "aws:SourceIp=1.2.3.4"),
    ],
)
def test_two_questions_at_once_are_refused_in_one_line(can: Can, arguments: tuple[str, ...]) -> None:
    code, out, err = can(snapshot(F, role()), *arguments)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("sqs:SendMessage",)])
def test_half_a_question_is_refused(can: Can, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        can(snapshot(F, role()), *arguments)

    assert ended.value.code == 2


def test_options_may_stand_between_action_and_resource(can: Can) -> None:
    code, out, _ = can(snapshot(F, role(), QUEUE), "sqs:SendMessage", "--format", "json", QUEUE.arn)

    assert code == 1
    assert json.loads(out)["resource"] == QUEUE.arn


@pytest.mark.parametrize("cells", [40, 78, 200])
def test_no_line_is_wider_than_the_view(cells: int) -> None:
    world = World(snapshot(F, role(allow("*"), *LOGS)))
    lines = plain(page(allowance(world, world.live[0]), cells, UNICODE)).splitlines()

    assert max(map(len, lines)) <= cells
    assert plain(page(allowance(world, world.live[0]), cells, ASCII)).isascii()


def test_what_another_policy_denies_is_no_tick(can: Can) -> None:
    fence = managed("fence", allow("*"), deny("dynamodb:PutItem", TABLE))
    account = snapshot(F, role(allow("dynamodb:PutItem", TABLE), boundary=fence), fence)
    _, out, _ = can(account, "--all")
    _, told, _ = can(account, "--all", "--format", "json")

    assert "\u2714 dynamodb:PutItem" not in out
    assert "denied by its boundary; app.py, line 7" in " ".join(out.split())
    assert [one["action"] for one in json.loads(told)["refused"]] == ["dynamodb:PutItem"]
