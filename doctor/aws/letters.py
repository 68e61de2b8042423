"""What lies where failed events end: messages of queues, objects of buckets, records of streams; and events that people keep for tests.

Only reads. A message that is received stays where it is: it is asked for with a visibility timeout of 0, which puts it
back at once; what is left of the reading is a receive count that is one higher.
"""

import json
from collections.abc import Iterator
from typing import Any

from doctor.aws.session import Aws, AwsError
from doctor.model import arns
from doctor.model.call import Call

REGISTRY = "lambda-testevent-schemas"
"""Where the Lambda console keeps test events that are shared."""
_MOST = 10
"""Messages of one answer of SQS, and objects that are read."""
_ASKED = 3
"""Answers of SQS come from a part of its servers: it is asked so often."""
_LARGEST = 7 * 1024 * 1024
"""Bytes of an object: no event is larger."""


def messages(aws: Aws, queue: str) -> list[dict[str, Any]]:
    """The messages of a queue, the latest first, as ``ReceiveMessage`` tells them; they stay in the queue.

    Raises:
        AwsError: AWS refused; or the queue moves a message on that was received too often, so that looking is not free.
    """
    where = {"QueueName": arns.name(queue), "QueueOwnerAWSAccountId": arns.account(queue)}
    region = arns.region(queue)
    url = aws.read(Call(service="sqs", operation="GetQueueUrl", parameters=where, region=region))["QueueUrl"]
    asked = {"QueueUrl": url, "AttributeNames": ["RedrivePolicy"]}
    settings = aws.read(Call(service="sqs", operation="GetQueueAttributes", parameters=asked, region=region))
    call = Call(
        service="sqs",
        operation="ReceiveMessage",
        region=region,
        parameters={
            "QueueUrl": url,
            "MaxNumberOfMessages": _MOST,
            "VisibilityTimeout": 0,
            "WaitTimeSeconds": 0,
            "AttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        },
    )
    if settings.get("Attributes", {}).get("RedrivePolicy"):
        words = "not looked into: it moves on what is received too often, and a look counts"
        raise AwsError(call, "", words, "not_asked")
    found: dict[str, dict[str, Any]] = {}
    for _ in range(_ASKED):
        for one in aws.read(call).get("Messages", ()):
            found[one["MessageId"]] = one
    return sorted(found.values(), key=lambda one: -int(one.get("Attributes", {}).get("SentTimestamp", 0)))


def objects(aws: Aws, bucket: str, prefix: str) -> Iterator[tuple[str, bytes]]:
    """The latest objects below a prefix of a bucket: keys and contents.

    Raises:
        AwsError: AWS refused.
    """
    asked = {"Bucket": bucket, "Prefix": prefix}
    listed = aws.read(Call(service="s3", operation="ListObjectsV2", parameters=asked)).get("Contents", ())
    small = [one for one in listed if one["Size"] <= _LARGEST]
    for one in sorted(small, key=lambda one: one["LastModified"], reverse=True)[:_MOST]:
        got = aws.read(Call(service="s3", operation="GetObject", parameters={"Bucket": bucket, "Key": one["Key"]}))
        yield one["Key"], got["Body"].read()


def records(aws: Aws, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of a batch that failed, read again from its stream, as Kinesis or DynamoDB Streams tells them.

    Args:
        aws: The account.
        batch: ``KinesisBatchInfo`` or ``DDBStreamBatchInfo`` of the record that its failure left.

    Raises:
        AwsError: AWS refused; records that are older than the stream keeps are gone.
    """
    arn, of_table = batch["streamArn"], ":dynamodb:" in batch["streamArn"]
    service = "dynamodbstreams" if of_table else "kinesis"
    where = {
        **({"StreamArn": arn} if of_table else {"StreamName": arns.name(arn)}),
        "ShardId": batch["shardId"],
        "ShardIteratorType": "AT_SEQUENCE_NUMBER",
        ("SequenceNumber" if of_table else "StartingSequenceNumber"): batch["startSequenceNumber"],
    }
    region = arns.region(arn)
    begin = Call(service=service, operation="GetShardIterator", parameters=where, region=region)
    shard = {"ShardIterator": aws.read(begin)["ShardIterator"], "Limit": int(batch.get("batchSize", 1))}
    return list(
        aws.read(Call(service=service, operation="GetRecords", parameters=shard, region=region)).get("Records", ())
    )


def test_events(aws: Aws, function_name: str) -> dict[str, Any]:
    """The test events of a function that were shared in the Lambda console, by name; none: an empty dictionary.

    Raises:
        AwsError: AWS refused.
    """
    named = {"RegistryName": REGISTRY, "SchemaName": f"_{function_name}-schema"}
    try:
        answer = aws.read(Call(service="schemas", operation="DescribeSchema", parameters=named))
    except AwsError as error:
        if error.reason == "absent":
            return {}
        raise
    kept = json.loads(answer.get("Content") or "{}").get("components", {}).get("examples", {})
    return {str(name): one["value"] for name, one in kept.items() if isinstance(one, dict) and "value" in one}
