from msgspec.structs import replace

from doctor.model.function import DeadLetterConfig
from doctor.model.invoking import DestinationConfig, FunctionEventInvokeConfig, OnDestination
from doctor.model.sources import Bucket, Key, Topic
from doctor.testing.world import ACCOUNT, REGION, allow, document, feeds, function, metric, queue, role, world

DLQ = queue("dead-letters")
BARE = role()
F = function(role=BARE.arn, dead_letter_config=DeadLetterConfig(target_arn=DLQ.arn))
TOPIC = Topic(topic_arn=f"arn:aws:sns:{REGION}:{ACCOUNT}:failed")
BUCKET = Bucket(arn="arn:aws:s3:::failed", bucket_name="failed", location_constraint=REGION)
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
TRUSTING = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
KEY = Key(arn=KEY_ARN, key_id="0123", key_state="Enabled", policy=document(TRUSTING))
SECRET = replace(DLQ, kms_master_key_id="0123")
LOST = {F.arn: (metric("DeadLetterErrors", "Sum", 0.0, 2.0, 1.0),)}
SOURCE = queue("orders")
READER = tuple(allow(f"sqs:{one}", SOURCE.arn) for one in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"))
SHARED = function("g", role=BARE.arn)


def _to(failure="", success="", **fields):
    config = DestinationConfig(
        on_failure=OnDestination(destination=failure), on_success=OnDestination(destination=success)
    )
    return function(role=BARE.arn, event_invoke_config=FunctionEventInvokeConfig(destination_config=config), **fields)


BROKEN = {
    "a dead-letter queue": world(F, BARE, DLQ),
    "a dead-letter queue, and events were lost": world(F, BARE, DLQ, metrics=LOST),
    "it may send to another queue": world(F, role(allow("sqs:SendMessage", f"{DLQ.arn}-old")), DLQ),
    "only the function's code may": world(
        F,
        role(allow("sqs:SendMessage", Condition={"ArnEquals": {"lambda:SourceFunctionArn": F.arn}})),
        DLQ,
    ),
    "another function runs with the same role": world(F, SHARED, BARE, DLQ),
    "an encrypted dead-letter queue": world(F, role(allow("sqs:SendMessage", DLQ.arn)), KEY, SECRET),
    "failed events to a topic": world(_to(TOPIC.arn), BARE, TOPIC),
    "results to a function": world(_to(success=SHARED.arn), SHARED, BARE),
    "results to a bus": world(_to(success=f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/b"), BARE),
    "failed events to a bucket": world(_to(BUCKET.arn), role(allow("s3:PutObject", f"{BUCKET.arn}/*")), BUCKET),
    "discarded records to a queue": world(
        f := function(role=BARE.arn),
        role(*READER),
        SOURCE,
        DLQ,
        feeds(SOURCE, f, destination_config=DestinationConfig(on_failure=OnDestination(destination=DLQ.arn))),
    ),
}  # fmt: skip

HEALTHY = {
    "it may": world(F, role(allow("sqs:SendMessage", DLQ.arn)), DLQ),
    "the queue lets the role in": world(
        F,
        BARE,
        replace(
            DLQ,
            policy=document(
                {"Effect": "Allow", "Action": "sqs:*", "Resource": DLQ.arn, "Principal": {"AWS": BARE.arn}}
            ),
        ),
    ),
    "deliveries fail, and it may: they are too large": world(
        F, role(allow("sqs:SendMessage", DLQ.arn)), DLQ, metrics=LOST
    ),
    "there is nowhere to deliver to": world(function(role=BARE.arn), BARE),
    "it may decrypt, too": world(
        F,
        role(allow("sqs:SendMessage", DLQ.arn), allow("kms:GenerateDataKey", KEY_ARN), allow("kms:Decrypt", KEY_ARN)),
        KEY,
        SECRET,
    ),
    "a topic, and it may": world(_to(TOPIC.arn), role(allow("sns:Publish", TOPIC.arn)), TOPIC),
    "a bucket, and it may": world(_to(BUCKET.arn), role(allow("s3:*")), BUCKET),
}  # fmt: skip
