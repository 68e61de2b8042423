from doctor.testing.world import allow, denied, deny, function, managed, queue, role, succeeded, world

QUEUE = queue()
SEND = ("sqs:SendMessage", QUEUE.arn)
TEXT = "with an explicit deny in an identity-based policy"
GUARD = managed("guard", deny("sqs:*", Condition={"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}))
ELSEWHERE = managed("elsewhere", deny("sqs:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}))
INSIDE = {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}
F = function(role=role().arn)
OTHERS = {"ArnNotEquals": {"lambda:SourceFunctionArn": f"{F.arn}-admin"}}
MINE = {"ArnNotEquals": {"lambda:SourceFunctionArn": F.arn}}

BROKEN = {
    "beside an Allow": world(F, QUEUE, role(allow("sqs:*"), deny(*SEND)), invocations=[denied(*SEND, TEXT)]),
    "without an Allow": world(F, QUEUE, role(deny("sqs:*")), invocations=[denied(*SEND, TEXT)]),
    "in a managed policy, by region": world(
        F, QUEUE, role(allow("sqs:*"), attached=[GUARD]), GUARD, invocations=[denied(*SEND, TEXT)]
    ),
    "of everything but": world(
        F,
        QUEUE,
        role(allow("sqs:*"), {"Effect": "Deny", "NotAction": "sqs:ReceiveMessage", "Resource": "*"}),
        invocations=[denied(*SEND, TEXT)],
    ),
    "from outside a VPC": world(
        F, QUEUE, role(allow("sqs:*"), deny("sqs:*", Condition=INSIDE)), invocations=[denied(*SEND, TEXT)]
    ),
    "by another function than the one that may": world(
        F, QUEUE, role(allow("sqs:*"), deny("sqs:*", Condition=OTHERS)), invocations=[denied(*SEND, TEXT)]
    ),
    "the text names no policy": world(
        F, QUEUE, role(allow("sqs:*"), deny(*SEND)), invocations=[denied(*SEND, "with an explicit deny")]
    ),
}

HEALTHY = {
    "nothing was refused": world(F, QUEUE, role(allow("sqs:*"), deny(*SEND)), invocations=[succeeded()]),
    "an Allow is missing, the Deny is another action's": world(
        F, QUEUE, role(deny("sqs:PurgeQueue")), invocations=[denied(*SEND)]
    ),
    "the condition does not hold": world(F, QUEUE, role(attached=[ELSEWHERE]), ELSEWHERE, invocations=[denied(*SEND)]),
    "the Deny is the boundary's": world(
        F,
        QUEUE,
        role(allow("sqs:*"), boundary=GUARD),
        GUARD,
        invocations=[denied(*SEND, f"with an explicit deny in a permissions boundary: {GUARD.arn}")],
    ),
    "of every other function": world(
        F, QUEUE, role(allow("sqs:*", "arn:aws:sqs:*:*:x"), deny("sqs:*", Condition=MINE)), invocations=[denied(*SEND)]
    ),
    "taken away since": world(F, QUEUE, role(allow("sqs:*")), invocations=[denied(*SEND, TEXT)]),
}
RULED_OUT = (
    "an Allow is missing, the Deny is another action's",
    "the condition does not hold",
    "of every other function",
)
