"""Which event a run gets: the surest that is found; nothing is taken away by looking."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import msgspec
import pytest

from doctor.aws.embedded.account import Embedded
from doctor.aws.session import Aws
from doctor.engine.logged_events import logged_event
from doctor.errors import UsageError
from doctor.model.function import DeadLetterConfig, Function
from doctor.model.invoking import DestinationConfig, FunctionEventInvokeConfig, OnDestination
from doctor.model.snapshot import Resource
from doctor.model.sourced import Chosen
from doctor.model.sources import Subscription, Topic
from doctor.model.telemetry import Invocation
from doctor.model.triggers import EventRule, RedrivePolicy, Target
from doctor.scenarios.choose import Search, given, search
from doctor.testing.world import ACCOUNT, NOW, REGION, feeds, function, queue, ran, world
from tests.unit.sandbox.support import finish

DEAD, SOURCE = (
    queue("dead"),
    queue("q", redrive_policy=RedrivePolicy(dead_letter_target_arn=queue("dead").arn, max_receive_count=3)),
)
ON_FAILURE = FunctionEventInvokeConfig(
    destination_config=DestinationConfig(on_failure=OnDestination(destination=DEAD.arn))
)


@pytest.fixture(scope="module")
def _served() -> Iterator[Embedded]:
    with Embedded.start(region=REGION, account=ACCOUNT) as embedded:
        yield embedded


class Live:
    """An account that answers, as a test fills it."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded
        session = botocore.session.Session()
        session.set_credentials("embedded", "embedded")
        self.aws = Aws(session, REGION, embedded.endpoint)
        self.aws.account = ACCOUNT

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.embedded.endpoint, region_name=REGION)

    def queue(self, name: str, *bodies: Any, **attributes: Any) -> str:
        sqs = self.client("sqs")
        url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            sqs.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=attributes)
        return url


@pytest.fixture
def live(_served: Embedded) -> Live:
    _served.control("reset")
    return Live(_served)


def chosen(
    live: Live | None,
    *resources: Resource,
    subject: Function,
    wanted: str = "",
    failed: Invocation | None = None,
    everything: bool = False,
) -> Chosen:
    seen = world(*resources, subject)
    asked = Search(world=seen, function=subject, aws=live.aws if live else None, failed=failed, wanted=wanted)
    return finish(search(asked, everything=everything))[0]  # type: ignore[no-any-return]


def event(found: Chosen) -> Any:
    return msgspec.json.decode(found.event.event)


def test_the_message_of_a_dead_letter_queue_is_the_event_and_stays_there(live: Live) -> None:
    url = live.queue("dead", "the very message")
    found = chosen(live, SOURCE, DEAD, feeds(SOURCE, function()), subject=function())

    assert (found.event.kind, event(found)["Records"][0]["body"]) == ("dead-letter", "the very message")
    assert event(found)["Records"][0]["eventSourceARN"] == SOURCE.arn
    assert "one message of a batch" in found.event.note
    assert "they stay" in found.looked[0].result
    # Whoever works on the queue gets it at once.
    assert [one["Body"] for one in live.client("sqs").receive_message(QueueUrl=url)["Messages"]] == ["the very message"]


def test_a_queue_that_moves_messages_on_is_not_looked_into(live: Live) -> None:
    url = live.queue("dead", "m")
    live.queue("further")
    policy = json.dumps({"deadLetterTargetArn": queue("further").arn, "maxReceiveCount": 1})
    live.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    found = chosen(live, SOURCE, DEAD, feeds(SOURCE, function()), subject=function())

    assert found.event.kind == "generated"
    assert "a look counts" in found.looked[0].result
    (message,) = live.client("sqs").receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"


def test_an_asynchronous_dead_letter_is_the_event_itself(live: Live) -> None:
    request = {"DataType": "String", "StringValue": "r-1"}
    live.queue("dead", {"order": 7}, RequestID=request)
    subject = function(dead_letter_config=DeadLetterConfig(target_arn=DEAD.arn))
    found = chosen(live, subject=subject)

    assert (event(found), found.event.request_id) == ({"order": 7}, "r-1")
    assert found.event.invocation_type == "Event"


def record(request_id: str, payload: Any, arn: str) -> dict[str, Any]:
    context = {"requestId": request_id, "functionArn": f"{arn}:$LATEST", "condition": "RetriesExhausted"}
    return {"version": "1.0", "requestContext": context, "requestPayload": payload}


def test_of_a_destination_the_record_of_the_failed_invocation_is_taken(live: Live) -> None:
    subject = function(event_invoke_config=ON_FAILURE)
    mine = [record(name, {"n": name}, subject.arn) for name in ("r-1", "r-2", "r-3")]
    live.queue("dead", *mine, record("r-2", "another function's", function("other").arn))
    failed = Invocation(request_id="r-2", at=NOW, status="error", error_type="ValueError")
    found = chosen(live, subject=subject, failed=failed)

    assert (found.event.kind, event(found), len(found.others)) == ("destination", {"n": "r-2"}, 2)
    assert "RetriesExhausted" in found.event.source


def test_records_in_a_bucket_are_found(live: Live) -> None:
    s3 = live.client("s3")
    s3.create_bucket(Bucket="failures", CreateBucketConfiguration={"LocationConstraint": REGION})
    subject = function()
    key = f"aws/lambda/async/{subject.function_name}/2026/11/23/2026-11-23T10.00.00-x"
    s3.put_object(Bucket="failures", Key=key, Body=json.dumps(record("r-1", {"n": 1}, subject.arn)))
    into = DestinationConfig(on_failure=OnDestination(destination="arn:aws:s3:::failures"))
    found = chosen(live, subject=function(event_invoke_config=FunctionEventInvokeConfig(destination_config=into)))

    assert (event(found), found.event.name) == ({"n": 1}, key)


def test_of_a_batch_that_failed_the_records_are_read_again_from_the_stream(live: Live) -> None:
    kinesis = live.client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    put = [kinesis.put_record(StreamName="s", Data=text, PartitionKey="k") for text in (b"one", b"two", b"three")]
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
    batch = {
        "shardId": put[1]["ShardId"],
        "startSequenceNumber": put[1]["SequenceNumber"],
        "batchSize": 2,
        "streamArn": arn,
    }
    live.queue("dead", {"requestContext": {"requestId": "r"}, "KinesisBatchInfo": batch})
    into = DestinationConfig(on_failure=OnDestination(destination=DEAD.arn))
    found = chosen(live, feeds(arn, function(), destination_config=into), subject=function())

    assert [one["kinesis"]["data"] for one in event(found)["Records"]] == ["dHdv", "dGhyZWU="]


def test_of_a_tables_stream_too(live: Live) -> None:
    dynamodb = live.client("dynamodb")
    made = dynamodb.create_table(
        TableName="t",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    for name in ("one", "two"):
        dynamodb.put_item(TableName="t", Item={"id": {"S": name}})
    arn = made["TableDescription"]["LatestStreamArn"]
    streams = live.client("dynamodbstreams")
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    begin = {"ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    start = streams.get_shard_iterator(StreamArn=arn, **begin)["ShardIterator"]
    first = streams.get_records(ShardIterator=start)["Records"][0]["dynamodb"]["SequenceNumber"]
    batch = {"shardId": shard["ShardId"], "startSequenceNumber": first, "batchSize": 2, "streamArn": arn}
    live.queue("dead", {"requestContext": {"requestId": "r"}, "DDBStreamBatchInfo": batch})
    into = DestinationConfig(on_failure=OnDestination(destination=DEAD.arn))
    found = chosen(live, feeds(arn, function(), destination_config=into), subject=function())

    records = event(found)["Records"]
    assert [one["dynamodb"]["Keys"]["id"]["S"] for one in records] == ["one", "two"]
    assert (records[0]["eventSourceARN"], records[0]["eventName"]) == (arn, "INSERT")


def test_a_batch_in_a_bucket_has_its_event_with_it(live: Live) -> None:
    s3 = live.client("s3")
    s3.create_bucket(Bucket="failures", CreateBucketConfiguration={"LocationConstraint": REGION})
    into = DestinationConfig(on_failure=OnDestination(destination="arn:aws:s3:::failures"))
    poller = feeds(f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s", function(), destination_config=into)
    whole = {"requestContext": {"requestId": "r"}, "payload": json.dumps({"Records": [{"n": 1}]})}
    s3.put_object(Bucket="failures", Key=f"aws/lambda/{poller.uuid}/shard/2026/11/23/x", Body=json.dumps(whole))
    s3.put_object(Bucket="failures", Key="aws/lambda/another/shard/2026/11/23/y", Body="{}")
    found = chosen(live, poller, subject=function())

    assert (found.event.kind, event(found)) == ("destination", {"Records": [{"n": 1}]})


def test_an_event_of_a_rule_that_was_not_delivered_is_found(live: Live) -> None:
    live.queue("dead", {"source": "mine", "detail": {"n": 1}})
    subject = function()
    target = Target(id="t", arn=subject.arn, dead_letter_config={"Arn": DEAD.arn})
    rule = EventRule(arn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r", name="r", targets=(target,))
    found = chosen(live, rule, subject=subject)

    assert (found.event.kind, event(found)["detail"], found.event.invocation_type) == ("dead-letter", {"n": 1}, "Event")


def test_a_message_of_a_topic_is_handed_over_as_a_topic_does(live: Live) -> None:
    topic = Topic(
        topic_arn=f"arn:aws:sns:{REGION}:{ACCOUNT}:news",
        subscriptions=(
            Subscription(
                subscription_arn="s",
                protocol="lambda",
                endpoint=function().arn,
                redrive_policy={"deadLetterTargetArn": DEAD.arn},
            ),
        ),
    )
    live.queue("dead", {"Type": "Notification", "TopicArn": topic.arn, "Message": "hello", "SigningCertURL": "c"})
    found = chosen(live, topic, subject=function())

    (one,) = event(found)["Records"]
    assert (one["EventSource"], one["Sns"]["Message"], one["Sns"]["SigningCertUrl"]) == ("aws:sns", "hello", "c")


def test_a_shared_test_event_is_found_by_name(live: Live) -> None:
    for name in ("happy", "sad"):
        live.embedded.control("share_test_event", FunctionName="f", Name=name, Event={"is": name})
    found = chosen(live, subject=function(), wanted="test-event:sad")

    assert (found.event.source, event(found)) == ("shared test event sad", {"is": "sad"})
    assert [one.name for one in found.others] == ["happy"]


def test_what_is_not_there_is_said_with_what_is() -> None:
    subject = function()
    with pytest.raises(UsageError, match="there is generated:sqs:q"):
        chosen(None, SOURCE, feeds(SOURCE, subject), subject=subject, wanted="generated:s3")
    with pytest.raises(UsageError, match="write one of dead-letter"):
        chosen(None, subject=subject, wanted="somewhere")


def test_without_anything_it_is_empty_and_leans_on_that() -> None:
    found = chosen(None, subject=function())

    assert (found.event.kind, event(found)) == ("empty", {})


def test_a_file_that_is_no_event_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text("{")
    with pytest.raises(UsageError, match="not an event"):
        given(tmp_path / "e.json")


SQS = '{"Records": [{"eventSource": "aws:sqs", "body": "x"}]}'
LOGGED = [
    (f"Received event: {SQS}", json.loads(SQS)),
    (f"[INFO]\t2026-11-23T10:00:00.000Z\tid\t{SQS}", json.loads(SQS)),
    (str(json.loads(SQS)), json.loads(SQS)),
    ("event = {'order': 7, 'ok': True, 'none': None}", {"order": 7, "ok": True, "none": None}),
    (json.dumps({"level": "INFO", "message": "got it", "event": {"order": 7}}), {"order": 7}),
    (json.dumps({"level": "INFO", "message": json.loads(SQS)}), json.loads(SQS)),
    (json.dumps({"level": "INFO", "message": f"Event {SQS}"}), json.loads(SQS)),
    ("loaded settings {'a': 1}", None),
    ("{not json", None),
    (json.dumps({"level": "INFO", "message": "hello"}), None),
    ("function body() { return 1 }", None),
]


@pytest.mark.parametrize(("line", "wanted"), LOGGED)
def test_an_event_is_known_in_a_log_by_its_form_or_by_what_stands_before_it(line: str, wanted: Any) -> None:
    invocation = ran(own=[(0.01, f"{line}\n")], duration=0.1)
    found = logged_event(invocation)

    assert (None if found is None else found.event) == wanted
