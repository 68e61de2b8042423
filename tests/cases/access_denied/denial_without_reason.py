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


F = _calling(PUT, SEND, SCAN)
OTHER = function("g", role=BARE.arn)

BROKEN = {
    "the source names the table": world(F, BARE, invocations=[_refused("PutItem")]),
    "the source names the queue": world(F, BARE, QUEUE, invocations=[_refused("SendMessage"), _refused("SendMessage", ago=60)]),
    "which table is not known, and none is allowed": world(F, BARE, invocations=[_refused("Scan")]),
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
    "nothing was refused": world(F, BARE, invocations=[succeeded()]),
}

RULED_OUT = ("the role allows it",)
