from doctor.testing.world import (
    ACCOUNT,
    REGION,
    allow,
    denied,
    deny,
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
)
