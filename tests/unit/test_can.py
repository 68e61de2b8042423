"""``doctor can``: the decision as a tree and as JSON, and what the command ends with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from doctor.cli.main import main
from doctor.model.call import Call, Gap
from doctor.model.decision import Decision, Flaw, LayerDecision, NearMiss, StatementMatch, StatementRef
from doctor.model.snapshot import Snapshot
from doctor.report.lines import ASCII, UNICODE, plain
from doctor.report.lines.decision import page
from doctor.store.snapshots import save
from doctor.testing.world import allow, deny, document, function, gap, managed, queue, role, snapshot

QUEUE = queue(policy=None)
OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
NO_ORGANIZATION = Gap(reason="absent", call=Call(service="organizations", operation="DescribeOrganization"))
FENCE = managed("fence", allow("*"), deny("sqs:PurgeQueue", Sid="NeverPurge"))
ROLE = role(
    allow("sqs:SendMessage", QUEUE.arn, Sid="Send"),
    allow("sqs:PurgeQueue", QUEUE.arn),
    allow("sqs:ReceiveMessage", QUEUE.arn.replace("eu-west-1", "us-east-1")),
    allow("sqs:DeleteMessage", QUEUE.arn, Condition=OFFICE),
    boundary=FENCE,
)
F = function(role=ROLE.arn)
WHOLE = snapshot(F, ROLE, FENCE, QUEUE, gaps=[NO_ORGANIZATION])
UNBOUND = snapshot(F, ROLE, FENCE, QUEUE)
NO_ROLE = snapshot(F, QUEUE, gaps=[gap("iam:GetRole", ROLE.arn)])

Can = Callable[..., tuple[int, str, str]]


@pytest.fixture
def can(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Can:
    """Ask about the function of a snapshot: the exit code, stdout and stderr."""

    def ask(*arguments: str, of: Snapshot = WHOLE) -> tuple[int, str, str]:
        path = tmp_path / "account.json"
        save(of, path)
        capsys.readouterr()
        code = int(main(["can", "f", *arguments, "-s", str(path)]))
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


def test_what_is_allowed_ends_with_0_and_names_the_statement(can: Can) -> None:
    code, out, _ = can("sqs:SendMessage", QUEUE.arn)

    assert code == 0
    assert out.startswith(f"✔ allowed\n  sqs:SendMessage on {QUEUE.arn}\n")
    assert "Allow: inline, statement 1 (Send)" in out
    assert "ASSUMED" not in out


def test_what_is_allowed_but_for_what_was_not_seen_says_what_it_assumes(can: Can) -> None:
    code, out, _ = can("sqs:SendMessage", QUEUE.arn, of=UNBOUND)

    assert code == 0
    assert "allowed, assuming what is below" in out
    assert "no service control policy denies it: none could be read" in out


def test_what_is_denied_ends_with_1_and_names_what_decides(can: Can) -> None:
    code, out, _ = can("sqs:PurgeQueue", QUEUE.arn)

    decides = [line for line in out.splitlines() if line.endswith("decides")]
    assert code == 1
    assert "denied by a statement" in out
    assert len(decides) == 1
    assert "permissions boundary: denies it" in decides[0]
    assert f"Deny: {FENCE.arn}, statement 2 (NeverPurge)" in out


def test_a_near_miss_is_named_with_what_differs(can: Can) -> None:
    code, out, _ = can("sqs:ReceiveMessage", QUEUE.arn)

    assert code == 1
    assert "denied, for want of an Allow" in out
    assert "nearly, but for its Resource: inline, statement 3: region: eu-west-1 is asked for" in out


def test_as_json_near_misses_are_a_table_of_what_is_asked_for_and_what_the_policy_says(can: Can) -> None:
    _, out, _ = can("sqs:ReceiveMessage", QUEUE.arn, "--format", "json")
    near = json.loads(out)["near_misses"]

    assert [(one["element"], one["asked"]) for one in near] == [("Resource", QUEUE.arn)]
    assert near[0]["says"] != QUEUE.arn
    assert near[0]["statement"]["index"] == 2


def test_what_hangs_on_an_unknown_key_ends_with_3_and_names_the_key(can: Can) -> None:
    code, out, _ = can("sqs:DeleteMessage", QUEUE.arn)

    assert code == 3
    assert "Allow, if its conditions hold: inline, statement 4" in out
    assert "aws:SourceIp: give it with --context aws:SourceIp=VALUE" in out


@pytest.mark.parametrize(("address", "code"), [("192.0.2.7", 0), ("198.51.100.7", 1)])
def test_a_key_that_is_given_settles_it(can: Can, address: str, code: int) -> None:
    assert can("sqs:DeleteMessage", QUEUE.arn, "--context", f"aws:SourceIp={address}")[0] == code


def test_a_role_that_was_not_seen_decides_nothing(can: Can) -> None:
    code, out, _ = can("sqs:SendMessage", QUEUE.arn, of=NO_ROLE)

    assert code == 3
    assert "the role's policies: not seen" in out
    assert "iam:GetRole: denied" in out


def test_json_is_the_decision_and_nothing_else(can: Can) -> None:
    code, out, err = can("sqs:PurgeQueue", QUEUE.arn, "--format", "json")

    told = json.loads(out)

    assert (code, err) == (1, "")
    assert (told["result"], told["explicit"], told["blockers"]) == ("denied", True, ["boundary"])
    assert {one["layer"] for one in told["layers"]} >= {"identity", "boundary"}


MISTAKES = {
    "no action": (["PurgeQueue", QUEUE.arn], "'PurgeQueue' is not an action: give service:Action"),
    "a pattern": (["sqs:*", QUEUE.arn], "'sqs:*' is not an action"),
    "no ARN": (["sqs:PurgeQueue", "q"], "'q' is not an ARN"),
    "no value": (["sqs:PurgeQueue", QUEUE.arn, "--context", "aws:SourceIp"], "--context aws:SourceIp: write KEY=VALUE"),
    "no key": (["sqs:PurgeQueue", QUEUE.arn, "--context", "ip=1"], "--context ip=1: write KEY=VALUE"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_plain_line(can: Can, name: str) -> None:
    arguments, words = MISTAKES[name]

    code, out, err = can(*arguments)

    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_a_malformed_policy_is_told_and_allows_nothing(can: Can) -> None:
    broken = replace(ROLE.role_policy_list[0], policy_document=document({"Effect": "Alow", "Action": "*"}))
    malformed = replace(ROLE, role_policy_list=(broken,))

    code, out, _ = can("sqs:SendMessage", QUEUE.arn, of=snapshot(F, malformed, FENCE, QUEUE, gaps=[NO_ORGANIZATION]))

    assert code != 0
    assert "MALFORMED" in out


SCP = StatementRef(layer="scp", policy="FullAWSAccess", index=0, effect="Allow", target="ou-1")
TALL = Decision(
    principal="arn:aws:sts::111122223333:assumed-role/r/f",
    action="s3:GetObject",
    resource="arn:aws:s3:::data/2026/*",
    result="depends",
    layers=(
        LayerDecision(layer="scp", result="allowed", target="ou-1", matches=(StatementMatch(statement=SCP),)),
        LayerDecision(layer="scp", result="implicitly_denied", target="111122223333"),
        LayerDecision(layer="session", result="absent"),
        LayerDecision(layer="identity", result="implicitly_denied"),
        LayerDecision(layer="endpoint", result="not_seen"),
    ),
    blockers=("scp", "endpoint"),
    near_misses=(
        NearMiss(
            statement=replace(SCP, target="111122223333"),
            element="Action",
            hint="s3:Get* is allowed, s3:GetObject is not",
        ),
    ),
    unknown_keys=("aws:SourceVpce",),
    assumptions=("the policy of the endpoint was not seen: it may allow or deny",),
    flaws=(Flaw(policy="inline", message="Effect is neither Allow nor Deny", index=2),),
)


@pytest.mark.parametrize("cells", [40, 78, 200])
def test_no_line_is_wider_than_the_view_and_nothing_is_lost(cells: int) -> None:
    lines = plain(page(TALL, cells, UNICODE)).splitlines()

    said = "".join("".join(lines).split())
    assert max(map(len, lines)) <= cells
    for text in ("aws:SourceVpce", "FullAWSAccess,statement1", "inline,statement3", "notseen"):
        assert text in said


def test_in_ascii_it_is_ascii() -> None:
    assert plain(page(TALL, 78, ASCII)).isascii()
