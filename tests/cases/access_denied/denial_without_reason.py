from doctor.model.package import Package, SdkCall, Source
from doctor.testing.world import ACCOUNT, REGION, allow, denied, deny, function, queue, raised, role, succeeded, world

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
BARE = role()
QUEUE = queue("jobs")
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs"
PUT = SdkCall(path="app.py", line=7, service="dynamodb", operation="PutItem", parameters={"TableName": "orders"})
SEND = SdkCall(path="app.py", line=8, service="sqs", operation="SendMessage", parameters={"QueueUrl": URL})
SCAN = SdkCall(path="app.py", line=9, service="dynamodb", operation="Scan")


def _calling(*calls):
    return function(
        role=BARE.arn, package=Package(files=1, unzipped_size=1, source=Source(files=("app.py",), calls=calls))
    )


def _refused(operation, code="AccessDeniedException", text="Access Denied", **told):
    return raised("ClientError", f"An error occurred ({code}) when calling the {operation} operation: {text}", **told)


HIDDEN = (
    f"User: arn:aws:sts::{ACCOUNT}:assumed-role/r/f is not authorized to perform: kms:Decrypt on the resource associated with this"
    " ciphertext because no identity-based policy allows the kms:Decrypt action"
)
F = _calling(PUT, SEND, SCAN)
OTHER = function("g", role=BARE.arn)

BROKEN = {
    "the source names the table": world(F, BARE, invocations=[_refused("PutItem")]),
    "the source names the queue": world(F, BARE, QUEUE, invocations=[_refused("SendMessage"), _refused("SendMessage", ago=60)]),
    "which table is not known, and none is allowed": world(F, BARE, invocations=[_refused("Scan")]),
    "KMS does not say which key": world(F, BARE, invocations=[_refused("Decrypt", text=HIDDEN)]),
    "a Deny": world(F, role(allow("sqs:*"), deny("sqs:SendMessage")), QUEUE, invocations=[_refused("SendMessage")]),
    "another function runs with the same role": world(F, OTHER, BARE, invocations=[_refused("PutItem")]),
}  # fmt: skip

HEALTHY = {
    "the role allows it": world(F, role(allow("dynamodb:PutItem", TABLE)), invocations=[_refused("PutItem")]),
    "the source does not tell": world(F, BARE, invocations=[_refused("GetObject", "AccessDenied")]),
    "which table is not known, and some are allowed": world(
        F, role(allow("dynamodb:Scan", TABLE)), invocations=[_refused("Scan")]
    ),
    "the text says more": world(F, BARE, invocations=[denied("dynamodb:PutItem", TABLE)]),
    "a key is what it is about": world(F, BARE, invocations=[_refused("PutItem", text="Access to KMS is not allowed")]),
    "KMS does not say which key, and some are allowed": world(
        F,
        role(allow("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1")),
        invocations=[_refused("Decrypt", text=HIDDEN)],
    ),
    "KMS refused somebody else": world(
        F, BARE, invocations=[_refused("Decrypt", text=HIDDEN.replace("assumed-role/r/f", "assumed-role/admin/me"))]
    ),
    "nothing was refused": world(F, BARE, invocations=[succeeded()]),
}

RULED_OUT = ("the role allows it",)
