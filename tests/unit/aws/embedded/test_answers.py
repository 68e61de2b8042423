"""The account that answers a handler: what the snapshot holds is there, what it holds half is not, and nothing else."""

import http.client
from urllib.parse import urlsplit

import pytest

from doctor.aws.embedded.answers import Copy, answering
from doctor.model.snapshot import Snapshot
from doctor.model.sources import Bucket, Stream, Topic
from doctor.model.triggers import Queue, RedrivePolicy, Table
from doctor.testing.world import ACCOUNT, REGION, function, snapshot


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


KEYS = {"attribute_definitions": ({"AttributeName": "id", "AttributeType": "S"},)}
DEAD = Queue(queue_arn=arn("sqs", "dead"))
HELD = (
    Queue(
        queue_arn=arn("sqs", "live"), redrive_policy=RedrivePolicy(dead_letter_target_arn=DEAD.arn, max_receive_count=3)
    ),
    DEAD,
    Table(
        table_arn=arn("dynamodb", "table/whole"),
        table_name="whole",
        key_schema=({"AttributeName": "id", "KeyType": "HASH"},),
        **KEYS,
    ),
    Topic(topic_arn=arn("sns", "news")),
    Bucket(arn="arn:aws:s3:::papers", bucket_name="papers", location_constraint=REGION),
    Stream(stream_arn=arn("kinesis", "stream/clicks"), stream_name="clicks"),
)
HALF = Table(table_arn=arn("dynamodb", "table/half"), table_name="half")
ELSEWHERE = Queue(queue_arn=f"arn:aws:sqs:us-west-2:{ACCOUNT}:far")


@pytest.fixture(scope="module")
def seen() -> Snapshot:
    return snapshot(function(), *HELD, HALF, ELSEWHERE)


def ask(copy: Copy, service: str, target: str, body: bytes) -> tuple[int, bytes]:
    signed = f"AWS4-HMAC-SHA256 Credential=A/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    headers = {
        "host": f"{service}.{REGION}.amazonaws.com",
        "authorization": signed,
        "x-amz-target": target,
        "content-type": "application/x-amz-json-1.0",
    }
    status, _, answer = copy.send("POST", "/", headers, body)
    return status, answer


def test_the_copy_holds_what_was_read_whole(seen: Snapshot) -> None:
    with answering(seen) as copy:
        sent = ask(
            copy,
            "sqs",
            "AmazonSQS.SendMessage",
            f'{{"QueueUrl": "https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/live", "MessageBody": "x"}}'.encode(),
        )
        put = ask(copy, "dynamodb", "DynamoDB_20120810.PutItem", b'{"TableName": "whole", "Item": {"id": {"S": "1"}}}')
        half = ask(copy, "dynamodb", "DynamoDB_20120810.PutItem", b'{"TableName": "half", "Item": {"id": {"S": "1"}}}')

        assert sent[0] == put[0] == 200
        assert b"MessageId" in sent[1]
        assert (half[0], b"ResourceNotFound" in half[1]) == (400, True)
        assert copy.resources == {one.arn for one in HELD}


def test_it_holds_what_lies_in_what_it_holds() -> None:
    copy = Copy(lambda *_: (0, {}, b""), frozenset({"arn:aws:s3:::papers", arn("sqs", "live")}))

    assert copy.holds("arn:aws:s3:::papers/2026/a.pdf")
    assert copy.holds(arn("sqs", "live"))
    assert not copy.holds(arn("sqs", "live-dead"))
    assert not copy.holds(arn("lambda", "function:f"))


def test_it_ends_with_its_context(seen: Snapshot) -> None:
    with answering(seen) as copy:
        endpoint = urlsplit(str(copy.send.__closure__[0].cell_contents.endpoint))  # type: ignore[attr-defined,index]
    connection = http.client.HTTPConnection(str(endpoint.hostname), endpoint.port or 0, timeout=2)

    with pytest.raises(ConnectionError):
        connection.request("GET", "/")
