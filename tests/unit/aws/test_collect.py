"""An account is read whole; whatever read fails becomes a gap, and nothing that fails ends the collecting."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from doctor.aws.refusals import AwsError
from doctor.aws.stages import collect
from doctor.errors import UnknownFunction
from doctor.model.call import Call, Gap, Reason
from doctor.model.function import Function
from doctor.model.redacted import Redacted
from doctor.model.snapshot import Scope, Snapshot
from doctor.store.snapshots import encode
from doctor.testing.world import ACCOUNT, IDENTITY, NOW, REGION
from tests.unit.aws.told import ARN, NAME, QUEUE, Answer, Told


def collected(aws: Told, functions: Sequence[str] = ()) -> Snapshot:
    scope = Scope(account=ACCOUNT, region=REGION, functions=tuple(functions))
    job = collect(aws, IDENTITY, scope, NOW, b"k" * 32)  # type: ignore[arg-type]
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def _healthy() -> tuple[Snapshot, list[str]]:
    aws = Told()
    return collected(aws), sorted({call.name for call in aws.asked})


WHOLE, READS = _healthy()
EVERY_READ = pytest.mark.parametrize("read", READS)


def refusing(read: str, code: str, reason: Reason) -> Callable[[Call], Answer | None]:
    def instead(call: Call) -> None:
        if call.name == read:
            raise AwsError(call, code, "words", reason)

    return instead


def answering(read: str, answer: Any) -> Callable[[Call], Answer | None]:
    return lambda call: answer if call.name == read else None


def new_gaps(snapshot: Snapshot) -> list[Gap]:
    return [gap for gap in snapshot.gaps if gap not in WHOLE.gaps]


def test_an_account_is_read_whole() -> None:
    kinds = {type(one).__name__ for one in WHOLE.resources.values()}
    latest = WHOLE.resources[ARN]

    assert kinds >= {"Function", "Alias", "EventSourceMapping", "Role", "ManagedPolicy", "Vpc", "Subnet", "Queue", "EventRule", "LogGroup"}  # fmt: skip
    assert isinstance(latest, Function)
    assert (latest.timeout, latest.policy, latest.extra["NewIn2027"]) == (3, {"Statement": []}, {"A": 1})
    assert f"{ARN}:1" in WHOLE.resources
    assert [one.status for one in WHOLE.invocations[ARN]] == ["timeout"]
    assert WHOLE.account_limit is not None
    assert WHOLE.account_limit.concurrent_executions == 100
    assert [one.event_id for one in WHOLE.changes] == ["e-1"]


def test_a_topic_that_nothing_names_is_found_by_what_subscribed_to_it() -> None:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:orders"
    subscribed = [
        {"TopicArn": topic, "Protocol": "lambda", "Endpoint": f"{ARN}:live", "SubscriptionArn": f"{topic}:1"},
        {"TopicArn": f"{topic}-other", "Protocol": "lambda", "Endpoint": f"{ARN}s", "SubscriptionArn": f"{topic}:2"},
        {
            "TopicArn": f"{topic}-mail",
            "Protocol": "email",
            "Endpoint": "a@example.com",
            "SubscriptionArn": f"{topic}:3",
        },
    ]
    found = collected(Told(answering("sns:ListSubscriptions", {"Subscriptions": subscribed})))

    assert [arn for arn in found.resources if ":sns:" in arn] == [topic]


def test_the_role_of_a_rules_target_is_read() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/invoker"
    named = answering("events:ListTargetsByRule", {"Targets": [{"Id": "1", "Arn": ARN, "RoleArn": role}]})
    aws = Told(named)
    collected(aws)

    assert "invoker" in [call.parameters["RoleName"] for call in aws.asked if call.name == "iam:GetRole"]


def test_what_counts_messages_is_no_configuration() -> None:
    assert "Approximate" not in encode(WHOLE).decode()
    assert WHOLE.resources[QUEUE].visibility_timeout == 30  # type: ignore[union-attr]


def test_no_secret_is_in_a_snapshot() -> None:
    latest = WHOLE.resources[ARN]

    assert b"hunter2-canary" not in encode(WHOLE)
    assert isinstance(latest, Function)
    assert latest.environment.variables["TABLE"] == "true"
    assert isinstance(latest.environment.variables["PASSWORD"], Redacted)
    assert b"<redacted credential" in encode(WHOLE)


def test_the_same_account_is_the_same_snapshot_however_the_reads_interleave() -> None:
    assert [encode(collected(Told())) for _ in range(5)] == [encode(WHOLE)] * 5


@EVERY_READ
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AccessDeniedException", "denied"),
        ("ThrottlingException", "throttled"),
        ("InternalFailure", "failed"),
        ("SomethingNotFound", "absent"),
        ("UnknownOperationException", "unsupported"),
    ],
)
def test_a_read_that_fails_is_a_gap_and_the_rest_is_read(read: str, code: str, reason: Reason) -> None:
    seen = collected(Told(refusing(read, code, reason)))
    mine = [gap for gap in new_gaps(seen) if gap.call.name == read]

    assert mine or seen.resources == WHOLE.resources, "what one read refuses, another one told"
    assert {gap.reason for gap in mine} <= {reason}
    assert all("words" in gap.error for gap in mine)
    assert msgspec.json.decode(encode(seen), type=Snapshot) == seen


MALFORMED: dict[str, Any] = {
    "nothing": {"ResponseMetadata": {"HTTPStatusCode": 200}},
    "something else": {"Unexpected": [1]},
}
LENIENT = frozenset(
    {"ec2:DescribeSubnets", "ec2:DescribeVpcs", "events:ListTargetsByRule", "lambda:GetRuntimeManagementConfig"}
)
"""Answers of which an absent list is taken for an empty one."""


@EVERY_READ
@pytest.mark.parametrize("answer", MALFORMED)
def test_an_answer_that_is_not_what_the_model_says_ends_nothing(read: str, answer: str) -> None:
    seen = collected(Told(answering(read, MALFORMED[answer])))

    assert msgspec.json.decode(encode(seen), type=Snapshot) == seen
    assert new_gaps(seen) or seen == WHOLE or read in LENIENT, f"{read} told nothing, and nobody noticed"


def test_what_does_not_exist_is_no_gap() -> None:
    for read, code in {
        "lambda:GetPolicy": "ResourceNotFoundException",
        "logs:FilterLogEvents": "ResourceNotFoundException",
        "sqs:GetQueueAttributes": "AWS.SimpleQueueService.NonExistentQueue",
    }.items():
        gaps = collected(Told(refusing(read, code, "absent"))).gaps

        assert [gap for gap in gaps if gap.call.name == read and gap.reason == "absent"] == []


def test_a_function_that_is_not_there_is_said_by_its_name() -> None:
    with pytest.raises(UnknownFunction, match=f"no function 'nobody' in account {ACCOUNT}, region {REGION}"):
        collected(Told(refusing("lambda:GetFunction", "ResourceNotFoundException", "absent")), ["nobody"])


def test_only_the_named_functions_are_read() -> None:
    aws = Told()
    seen = collected(aws, [NAME])

    assert "lambda:ListFunctions" not in {call.name for call in aws.asked}
    assert isinstance(seen.resources[ARN], Function)


@pytest.mark.parametrize(
    "message",
    [
        "\ud83d half a pair\n",
        "\x00\x01\x02\n",
        "x" * 2**20,
        '{"time":"t","type":"platform.report","record":{"requestId":1,"metrics":[]}}',
    ],
    ids=["half a surrogate pair", "control characters", "a megabyte", "a false record"],
)
def test_whatever_a_function_prints_can_be_written_down(message: str) -> None:
    events = [
        {"timestamp": 1, "logStreamName": "s", "message": "START RequestId: r Version: $LATEST\n", "eventId": "1"},
        {"timestamp": 2, "logStreamName": "s", "message": message, "eventId": "2"},
    ]
    seen = collected(Told(answering("logs:FilterLogEvents", {"events": events})))

    assert [one.request_id for one in seen.invocations[ARN]] == ["r"]
    assert msgspec.json.decode(encode(seen), type=Snapshot) == seen
