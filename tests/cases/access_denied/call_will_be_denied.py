from datetime import timedelta

from msgspec.structs import replace

from doctor.model.function import Environment
from doctor.model.package import FromVariable, Package, SdkCall, Source
from doctor.model.redacted import Redacted
from doctor.model.telemetry import Change, RefusedCall
from doctor.testing.world import (
    ACCOUNT,
    NOW,
    REGION,
    allow,
    denied,
    deny,
    function,
    managed,
    queue,
    ran,
    role,
    succeeded,
    world,
)

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
QUEUE = queue("jobs")
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs"
OTHER = function("g", role=role().arn)
READER = role(allow("dynamodb:GetItem", TABLE))
HIDDEN = Redacted(kind="value", length=6, digest="d")


def _calling(*calls, reached=("app.py",), variables=(), **fields):
    source = Source(files=("app.py", "tool.py"), reached=reached, calls=calls)
    return function(
        role=role().arn,
        package=Package(files=2, unzipped_size=100, source=source),
        environment=Environment(variables=dict(variables)),
        **fields,
    )


def _call(service, operation, path="app.py", line=7, **parameters):
    return SdkCall(
        path=path, line=line, function="handler", service=service, operation=operation, parameters=parameters
    )


PUT = _call("dynamodb", "PutItem", TableName="orders")
SEND = _call("sqs", "SendMessage", QueueUrl=URL)
FIRST = _calling(PUT)
SWALLOWED = (
    f"User: arn:aws:sts::{ACCOUNT}:assumed-role/r/f is not authorized to perform: dynamodb:PutItem on resource: {TABLE}"
    " because no identity-based policy allows the dynamodb:PutItem action"
)
DID = Change(
    event_id="e-1",
    event_name="CreateTable",
    event_time=NOW - timedelta(hours=2),
    event_source="dynamodb.amazonaws.com",
    username="f",
)
REFUSED = RefusedCall(
    event_id="e-2",
    event_name="PutItem",
    event_time=NOW - timedelta(hours=1),
    event_source="dynamodb.amazonaws.com",
    username="f",
    error_code="AccessDenied",
    error_message=SWALLOWED,
)
DEPLOY = _call("lambda", "CreateFunction", FunctionName="h", Role=f"arn:aws:iam::{ACCOUNT}:role/h")
CREATE = allow("lambda:CreateFunction")
FENCE = managed("fence", allow("logs:*"))

BROKEN = {
    "a literal names the table": world(FIRST, READER),
    "a variable names the queue": world(
        _calling(_call("sqs", "SendMessage", QueueUrl=FromVariable(variable="JOBS")), variables={"JOBS": URL}), READER, QUEUE
    ),
    "two calls, one of them is allowed": world(_calling(PUT, SEND), role(allow("dynamodb:*", TABLE)), QUEUE),
    "which table is not known, and the role may use none": world(
        _calling(_call("dynamodb", "PutItem", TableName=FromVariable(variable="TABLE")), variables={"TABLE": HIDDEN}), READER
    ),
    "which object is not known, and the role may read none of the bucket": world(
        _calling(_call("s3", "GetObject", Bucket="data")), role(allow("s3:GetObject", "arn:aws:s3:::other/*"))
    ),
    "it invokes an alias, the role names the function": world(
        _calling(_call("lambda", "Invoke", FunctionName="g:live")), OTHER, role(allow("lambda:InvokeFunction", OTHER.arn))
    ),
    "it hands on a role": world(_calling(DEPLOY), role(CREATE)),
    "another function runs with the same role": world(FIRST, OTHER, READER),
    "it wrote a denial down, and went on": world(
        function(role=role().arn), READER, invocations=[ran(own=[(0.02, f"WARN {SWALLOWED}\n")], duration=0.1)]
    ),
    "it did so once, by CloudTrail": world(function(role=role().arn), READER, changes=(DID,)),
    "CloudTrail tells of a call that was refused": world(function(role=role().arn), READER, refused=(REFUSED,)),
    "a boundary": world(_calling(SEND), role(allow("sqs:*"), boundary=FENCE), FENCE, QUEUE),
    "a Deny": world(FIRST, role(allow("dynamodb:*"), deny("dynamodb:PutItem", TABLE))),
}  # fmt: skip

HEALTHY = {
    "somebody else was refused": world(
        function(role=role().arn), READER, refused=(replace(REFUSED, error_message=SWALLOWED.replace("/r/f", "/r/g")),)
    ),
    "CloudTrail tells of a call that is allowed by now": world(
        function(role=role().arn), role(allow("dynamodb:PutItem", TABLE)), refused=(REFUSED,)
    ),
    "the role allows it": world(FIRST, role(allow("dynamodb:PutItem", TABLE))),
    "which table is not known, and the role may use one": world(
        _calling(_call("dynamodb", "PutItem")), role(allow("dynamodb:PutItem", TABLE))
    ),
    "which object is not known, and the role may read some": world(
        _calling(_call("s3", "GetObject", Bucket="data")), role(allow("s3:GetObject", "arn:aws:s3:::data/in/*"))
    ),
    "which bus is not known": world(
        _calling(_call("events", "PutEvents")), role(allow("events:PutEvents", f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/b"))
    ),
    "a condition may hold": world(
        FIRST, role(allow("dynamodb:PutItem", TABLE, Condition={"StringEquals": {"dynamodb:LeadingKeys": "a"}}))
    ),
    "the call is in a file that the handler does not lead to": world(
        _calling(_call("dynamodb", "PutItem", "tool.py", TableName="orders")), READER
    ),
    "an operation that nobody knows": world(_calling(_call("nope", "Whatever")), READER),
    "it takes on another role": world(
        _calling(PUT, _call("sts", "AssumeRole", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/x")), role(allow("sts:AssumeRole"))
    ),
    "it was refused already, which another rule says": world(FIRST, READER, invocations=[denied("dynamodb:PutItem", TABLE)]),
    "the alias may be invoked": world(
        _calling(_call("lambda", "Invoke", FunctionName="g:live")), OTHER, role(allow("lambda:InvokeFunction", f"{OTHER.arn}:*"))
    ),
    "it may hand on the role, to Lambda": world(
        _calling(DEPLOY),
        role(CREATE, allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})),
    ),
    "somebody else did it": world(
        function("h", role=role().arn), READER, changes=(DID,), invocations=[succeeded()]
    ),
}  # fmt: skip
