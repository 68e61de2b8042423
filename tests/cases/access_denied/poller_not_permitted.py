from msgspec.structs import replace

from doctor.model.sources import Key, Stream
from doctor.model.triggers import Table
from doctor.testing.world import (
    ACCOUNT,
    REGION,
    alias,
    allow,
    deny,
    document,
    feeds,
    function,
    managed,
    queue,
    role,
    world,
)

BARE = role()
F = function(role=BARE.arn)
QUEUE = queue("orders", message_retention_period=1209600)
READS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
READER = role(*(allow(one, QUEUE.arn) for one in READS))
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
TRUSTING = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
KEY = Key(arn=KEY_ARN, key_id="0123", key_state="Enabled", policy=document(TRUSTING))
CLOSED = replace(KEY, policy=document({**TRUSTING, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/root"}}))
SECRET = replace(QUEUE, kms_master_key_id=KEY_ARN)
VIA_SQS = {"Condition": {"StringEquals": {"kms:ViaService": f"sqs.{REGION}.amazonaws.com"}}}
VIA_S3 = {"Condition": {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}}
STREAM = Stream(stream_arn=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks", stream_name="clicks")
TABLE = Table(table_arn=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders", table_name="orders")
CHANGES = f"{TABLE.arn}/stream/2026-11-01T00:00:00.000"
V1 = function("live", version="1", role=BARE.arn)
LIVE = alias("live", V1)
CLUSTER = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/c/0123-4567"
FOR_CODE = {"Condition": {"ArnEquals": {"lambda:SourceFunctionArn": F.arn}}}
FENCE = managed("fence", allow("logs:*"))


def _reader(*more):
    return role(*(allow(one, QUEUE.arn) for one in READS), *more)


BROKEN = {
    "the role allows nothing": world(F, BARE, QUEUE, feeds(QUEUE, F)),
    "it may receive, and not delete": world(F, role(allow("sqs:ReceiveMessage")), QUEUE, feeds(QUEUE, F)),
    "it may read another queue": world(F, role(allow("sqs:*", f"{QUEUE.arn}-old")), QUEUE, feeds(QUEUE, F)),
    "Lambda says so": world(
        F,
        BARE,
        QUEUE,
        feeds(QUEUE, F, state="Disabled", last_processing_result="PROBLEM: Access denied"),
    ),
    "only the function's code may": world(
        F, role(*(allow(one, QUEUE.arn, **FOR_CODE) for one in READS)), QUEUE, feeds(QUEUE, F)
    ),
    "a Deny": world(F, _reader(deny("sqs:DeleteMessage")), QUEUE, feeds(QUEUE, F)),
    "a boundary": world(
        F, role(allow("sqs:*"), boundary=FENCE), FENCE, QUEUE, feeds(QUEUE, F)
    ),
    "it may not decrypt": world(F, READER, KEY, SECRET, feeds(SECRET, F)),
    "it may decrypt, and the key trusts nobody": world(
        F, _reader(allow("kms:Decrypt", KEY_ARN)), CLOSED, SECRET, feeds(SECRET, F)
    ),
    "it may decrypt by way of another service": world(
        F, _reader(allow("kms:Decrypt", KEY_ARN, **VIA_S3)), KEY, SECRET, feeds(SECRET, F)
    ),
    "a stream": world(F, BARE, STREAM, feeds(STREAM.arn, F)),
    "an encrypted stream": world(
        F,
        role(allow("kinesis:*")),
        KEY,
        one := replace(STREAM, encryption_type="KMS", key_id=KEY_ARN),
        feeds(one.arn, F),
    ),
    "a table's changes": world(F, role(allow("dynamodb:*", TABLE.arn)), TABLE, feeds(CHANGES, F)),
    "a Kafka cluster": world(F, role(allow("kafka:*")), feeds(CLUSTER, F)),
    "by an alias": world(function("live", role=BARE.arn), V1, LIVE, BARE, QUEUE, feeds(QUEUE, LIVE)),
}  # fmt: skip

HEALTHY = {
    "it may": world(F, READER, QUEUE, feeds(QUEUE, F)),
    "it may do anything": world(F, role(allow("*")), QUEUE, feeds(QUEUE, F)),
    "by a managed policy": world(
        F, role(attached=[m := managed("queues", allow("sqs:*", QUEUE.arn))]), m, QUEUE, feeds(QUEUE, F)
    ),
    "there is no poller": world(F, BARE, QUEUE),
    "it may decrypt by way of SQS": world(
        F, _reader(allow("kms:Decrypt", KEY_ARN, **VIA_SQS)), KEY, SECRET, feeds(SECRET, F)
    ),
    "the queue has SQS's own encryption": world(F, READER, QUEUE, feeds(QUEUE, F)),
    "the queue has the key that AWS manages": world(
        F, READER, one := replace(QUEUE, kms_master_key_id="alias/aws/sqs"), feeds(one, F)
    ),
    "the key is AWS's own": world(
        F, READER, replace(KEY, key_manager="AWS", policy=None), SECRET, feeds(SECRET, F)
    ),
    "the queue's policy lets the role in": world(
        F,
        BARE,
        one := replace(
            QUEUE,
            policy=document(
                {"Effect": "Allow", "Action": "sqs:*", "Resource": QUEUE.arn, "Principal": {"AWS": BARE.arn}}
            ),
        ),
        feeds(one, F),
    ),
    "the function failed, the poller may": world(
        F,
        READER,
        QUEUE,
        feeds(QUEUE, F, last_processing_result="PROBLEM: Function call failed"),
    ),
    "a stream, with what AWS's policy allows": world(
        F,
        role(
            allow("kinesis:DescribeStreamSummary"),
            allow("kinesis:GetRecords"),
            allow("kinesis:GetShardIterator"),
            allow("kinesis:ListShards"),
        ),
        STREAM,
        feeds(STREAM.arn, F),
    ),
    "a table's changes, by the stream's ARN": world(
        F, role(allow("dynamodb:*", f"{TABLE.arn}/stream/*"), allow("dynamodb:ListStreams")), TABLE, feeds(CHANGES, F)
    ),
}  # fmt: skip
