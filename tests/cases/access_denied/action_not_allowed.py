from doctor.model.sources import Key
from doctor.testing.world import (
    ACCOUNT,
    REGION,
    allow,
    denied,
    deny,
    document,
    function,
    gap,
    managed,
    queue,
    raised,
    role,
    succeeded,
    world,
)

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
PUT = ("dynamodb:PutItem", TABLE)
READER = role(allow("dynamodb:GetItem", TABLE))
F = function(role=READER.arn)
OTHER = function("g", role=READER.arn)
BARE = role()
CLOSED = managed("closed", allow("logs:*"))
QUEUE = queue()
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
KEY = Key(
    arn=KEY_ARN,
    key_id="0123",
    key_state="Enabled",
    policy=document({**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}),
)
SECRET = queue("secret", kms_master_key_id=KEY_ARN)
HANDED = f"arn:aws:iam::{ACCOUNT}:role/handed"
TO_STATES = {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}}

BROKEN = {
    "no statement allows the action": world(F, READER, invocations=[denied(*PUT)]),
    "there is no policy at all": world(F, BARE, invocations=[denied(*PUT)]),
    "the statement is for the table next door": world(
        F, role(allow("dynamodb:PutItem", f"{TABLE}-archive")), invocations=[denied(*PUT)]
    ),
    "the table is allowed, its index is asked for": world(
        F,
        role(allow("dynamodb:Query", TABLE)),
        invocations=[denied("dynamodb:Query", f"{TABLE}/index/by-day")],
    ),
    "two things are refused": world(
        F, READER, QUEUE, invocations=[denied(*PUT, ago=900), denied("sqs:sendmessage", QUEUE.arn)]
    ),
    "another function runs with the same role": world(F, OTHER, READER, invocations=[denied(*PUT)]),
    "an older text that names no policy": world(
        F, READER, QUEUE, invocations=[denied("sqs:SendMessage", QUEUE.arn, "with no more to say")]
    ),
    "the text names a boundary that the role no longer has": world(
        F, READER, invocations=[denied(*PUT, "because no permissions boundary allows the dynamodb:PutItem action")]
    ),
    "objects of one folder": world(
        F,
        READER,
        invocations=[denied("s3:GetObject", f"arn:aws:s3:::data/in/{day}/a.csv", ago=900 - day) for day in (1, 2)],
    ),
    "the queue is encrypted, which would be refused next": world(
        F, BARE, KEY, SECRET, invocations=[denied("sqs:SendMessage", SECRET.arn)]
    ),
    "it hands a role on": world(
        F,
        role(allow("iam:PassRole", HANDED, Condition=TO_STATES)),
        invocations=[
            raised(
                "ClientError",
                f"An error occurred (AccessDeniedException) when calling the CreateFunction operation: User: arn:aws:sts::{ACCOUNT}:"
                f"assumed-role/r/f is not authorized to perform: iam:PassRole on resource: {HANDED} because no identity-based "
                "policy allows the iam:PassRole action",
            )
        ],
    ),
    "an index": world(F, READER, invocations=[denied("dynamodb:Query", f"{TABLE}/index/by-day")]),
    "an ARN that would be a pattern": world(
        F, READER, invocations=[denied("s3:GetObject", "arn:aws:s3:::data/what?.csv")]
    ),
}

HEALTHY = {
    "nothing was refused": world(F, READER, invocations=[succeeded()]),
    "nothing was refused, and the role was not seen": world(F, gaps=[gap("iam:GetRole", READER.arn)]),
    "allowed since: the role's policy has been mended": world(
        F, role(allow("dynamodb:*", TABLE)), invocations=[denied(*PUT)]
    ),
    "allowed since by a managed policy": world(
        F, role(attached=[m := managed("writers", allow(*PUT))]), m, invocations=[denied(*PUT)]
    ),
    "the call was made with another role's credentials": world(
        F, READER, invocations=[denied(*PUT, caller="deployer/session")]
    ),
    "the boundary is what refuses": world(
        F,
        role(allow("dynamodb:*"), boundary=CLOSED),
        CLOSED,
        invocations=[denied(*PUT, "because no permissions boundary allows the dynamodb:PutItem action")],
    ),
    "a Deny is what refuses": world(
        F,
        role(allow("dynamodb:*"), deny("dynamodb:PutItem")),
        invocations=[denied(*PUT, "with an explicit deny in an identity-based policy")],
    ),
    "an error that only speaks of access": world(
        F, READER, invocations=[raised("AccessDenied", "the customer is not authorized to perform this")]
    ),
    "a resource that AWS keeps to itself": world(F, READER, invocations=[denied("kms:Decrypt", "this resource")]),
}

RULED_OUT = (
    "allowed since: the role's policy has been mended",
    "allowed since by a managed policy",
    "the call was made with another role's credentials",
    "a Deny is what refuses",
)
