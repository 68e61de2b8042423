"""Which calls the real account may be asked: reads alone, by their name and by IAM's access levels."""

import pytest

from doctor.iam.http_requests import HttpRequest
from doctor.model.call import Call
from doctor.sandbox.gate.keeper import Keeper
from doctor.sandbox.gate.reads import kept_from
from doctor.sandbox.gate.views import Answer
from tests.unit.sandbox.gates import decision, views
from tests.unit.sandbox.test_keeper import HOST, TABLE, request

READS = [
    ("dynamodb", "GetItem", "dynamodb:GetItem"),
    ("dynamodb", "Query", "dynamodb:Query"),
    ("s3", "GetObject", "s3:GetObject"),
    ("s3", "ListObjectsV2", "s3:ListBucket"),
    ("ec2", "DescribeInstances", "ec2:DescribeInstances"),
    ("sqs", "GetQueueAttributes", "sqs:GetQueueAttributes"),
]
OTHERS = [
    ("dynamodb", "PutItem", "dynamodb:PutItem", "no read by its name"),
    ("dynamodb", "ExecuteStatement", "dynamodb:PartiQLSelect", "no read by its name"),
    ("sqs", "ReceiveMessage", "sqs:ReceiveMessage", "reading changes something"),
    ("kms", "Decrypt", "kms:Decrypt", "no read by its name"),
    ("sts", "AssumeRole", "sts:AssumeRole", "no read by its name"),
    ("secretsmanager", "GetSecretValue", "secretsmanager:GetSecretValue", "a secret"),
    ("ssm", "GetParameter", "ssm:GetParameter", "a secret"),
    ("dynamodb", "GetItem", "dynamodb:PutItem", "needs dynamodb:PutItem, which has the access level Write"),
    ("dynamodb", "GetItem", "dynamodb:NoSuchThing", "an unknown"),
]


@pytest.mark.parametrize(("service", "operation", "action"), READS)
def test_a_read_may_be_asked(service: str, operation: str, action: str) -> None:
    assert kept_from(Call(service=service, operation=operation), [decision(action=action)]) == ""


@pytest.mark.parametrize(("service", "operation", "action", "words"), OTHERS)
def test_everything_else_may_not(service: str, operation: str, action: str, words: str) -> None:
    assert words in kept_from(Call(service=service, operation=operation), [decision(action=action)])


def keeper_of(answer: Answer | str = Answer(200, {}, b"{}")) -> tuple[Keeper, list[str]]:  # noqa: B008  immutable
    """A gate before an account that answers live, and the calls that it was asked."""
    asked: list[str] = []

    def live(call: Call, sent: HttpRequest) -> Answer | str:
        asked.append(f"{call.name} at {sent.headers['host']}")
        return answer

    from dataclasses import replace

    world = views(lambda call: (decision("allowed", call.name, TABLE),))
    return Keeper(replace(world, live=live)), asked


def test_a_read_is_answered_by_the_real_account_and_a_write_by_the_copy() -> None:
    keeper, asked = keeper_of()
    keeper.answer(HOST, 443, request("GetItem"))
    keeper.answer(HOST, 443, request("PutItem"))
    read, write = keeper.seen.calls

    assert asked == [f"dynamodb:GetItem at {HOST}"]
    assert (read.answered, read.note) == ("live", "")
    assert (write.answered, write.note) == ("embedded", "it is no read by its name")
    assert "dynamodb:GetItem is answered by the real account as it is now" in keeper.seen.presumptions
    assert not any("was not read from the account" in one for one in keeper.seen.assumptions)


def test_what_was_written_here_is_read_here() -> None:
    keeper, asked = keeper_of()
    keeper.answer(HOST, 443, request("PutItem"))
    keeper.answer(HOST, 443, request("GetItem"))

    assert asked == []
    assert keeper.seen.calls[1].note == "dynamodb:PutItem of this run went to the copy alone"


def test_what_aws_refuses_to_doctor_says_nothing_about_the_role() -> None:
    keeper, _ = keeper_of("AWS refused it to whoever runs doctor (403)")
    keeper.answer(HOST, 443, request("GetItem"))
    (call,) = keeper.seen.calls

    assert (call.answered, call.note) == ("embedded", "AWS refused it to whoever runs doctor (403)")
    assert any("was not read from the account" in one for one in keeper.seen.assumptions)
