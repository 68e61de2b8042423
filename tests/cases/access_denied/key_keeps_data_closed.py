from msgspec.structs import replace

from doctor.model.package import Package, SdkCall, Source
from doctor.model.sources import Bucket, Key, Stream, Topic
from doctor.testing.world import ACCOUNT, REGION, allow, denied, document, function, queue, raised, role, world

KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
TRUSTING = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
KEY = Key(arn=KEY_ARN, key_id="0123", key_state="Enabled", policy=document(TRUSTING))
CLOSED = replace(KEY, policy=document({**TRUSTING, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/root"}}))
QUEUE = queue("jobs", kms_master_key_id=KEY_ARN)
TOPIC = Topic(topic_arn=f"arn:aws:sns:{REGION}:{ACCOUNT}:news", kms_master_key_id=KEY_ARN)
STREAM = Stream(
    stream_arn=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks",
    stream_name="clicks",
    encryption_type="KMS",
    key_id=KEY_ARN,
)
BUCKET = Bucket(
    arn="arn:aws:s3:::data",
    bucket_name="data",
    location_constraint=REGION,
    server_side_encryption_rules=(
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY_ARN}},
    ),
)
PLAIN = role(allow("sqs:*"), allow("sns:*"), allow("kinesis:*"), allow("s3:*"))


def _calling(service, operation, **parameters):
    call = SdkCall(path="app.py", line=7, service=service, operation=operation, parameters=parameters)
    source = Source(files=("app.py",), calls=(call,))
    return function(role=PLAIN.arn, package=Package(files=1, unzipped_size=1, source=source))


SEND = _calling("sqs", "SendMessage", QueueUrl=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs")
GET = _calling("s3", "GetObject", Bucket="data")
PUT = _calling("s3", "PutObject", Bucket="data")
PUBLISH = _calling("sns", "Publish", TopicArn=TOPIC.arn)
RECORD = _calling("kinesis", "PutRecord", StreamName="clicks")
NO_KMS = "An error occurred (AccessDeniedException) when calling the GetObject operation: Access to KMS is not allowed"


def _also(*actions, via="sqs"):
    condition = {"StringEquals": {"kms:ViaService": f"{via}.{REGION}.amazonaws.com"}}
    more = (allow(f"kms:{one}", KEY_ARN, Condition=condition) for one in actions)
    return role(allow("sqs:*"), allow("s3:*"), *more)


BROKEN = {
    "it sends to an encrypted queue": world(SEND, PLAIN, KEY, QUEUE),
    "it may decrypt, and not make a data key": world(SEND, _also("Decrypt"), KEY, QUEUE),
    "it may, by way of another service": world(SEND, _also("GenerateDataKey", "Decrypt", via="s3"), KEY, QUEUE),
    "it publishes to an encrypted topic": world(PUBLISH, PLAIN, KEY, TOPIC),
    "it writes to an encrypted stream": world(RECORD, PLAIN, KEY, STREAM),
    "it reads from an encrypted bucket": world(GET, PLAIN, KEY, BUCKET),
    "it writes to an encrypted bucket, and KMS refused": world(
        PUT, PLAIN, KEY, BUCKET, invocations=[raised("ClientError", NO_KMS.replace("Get", "Put"))]
    ),
    "the role may, and the key trusts nobody": world(SEND, _also("GenerateDataKey", "Decrypt"), CLOSED, QUEUE),
    "the key is disabled": world(
        SEND, _also("GenerateDataKey", "Decrypt"), replace(KEY, key_state="Disabled", enabled=False), QUEUE
    ),
    "the key is to be deleted": world(
        SEND, _also("GenerateDataKey", "Decrypt"), replace(KEY, key_state="PendingDeletion"), QUEUE
    ),
    "another function runs with the same role": world(SEND, function("g", role=PLAIN.arn), PLAIN, KEY, QUEUE),
}

HEALTHY = {
    "the role may, by way of SQS": world(SEND, _also("GenerateDataKey", "Decrypt"), KEY, QUEUE),
    "the role may read": world(GET, _also("Decrypt", via="s3"), KEY, BUCKET),
    "the key's policy names the role": world(
        SEND, PLAIN, replace(KEY, policy=document({**TRUSTING, "Principal": {"AWS": PLAIN.arn}})), QUEUE
    ),
    "a grant names the role": world(
        SEND,
        PLAIN,
        replace(KEY, grants=({"GranteePrincipal": PLAIN.arn, "Operations": ["GenerateDataKey", "Decrypt"]},)),
        QUEUE,
    ),
    "the key is the one that AWS manages": world(SEND, PLAIN, replace(KEY, key_manager="AWS", policy=None), QUEUE),
    "the queue has SQS's own encryption": world(SEND, PLAIN, KEY, queue("jobs")),
    "the text names the key, which another rule reads": world(
        GET, PLAIN, KEY, BUCKET, invocations=[denied("kms:Decrypt", KEY_ARN)]
    ),
    "it uses another bucket": world(_calling("s3", "GetObject", Bucket="other"), PLAIN, KEY, BUCKET),
}
