from doctor.testing.world import allow, denied, deny, function, managed, queue, role, succeeded, world

QUEUE = queue()
SEND = ("sqs:SendMessage", QUEUE.arn)
OPEN = managed("open", allow("*"))
READING = managed("reading", allow("sqs:ReceiveMessage"))
FENCED = managed("fenced", allow("*"), deny(*SEND, Sid="PaymentTeamOnly"))
IMPLICIT = "because no permissions boundary allows the sqs:SendMessage action"
EXPLICIT = f"with an explicit deny in a permissions boundary: {FENCED.arn}"
F = function(role=role().arn)


def _bounded(boundary, *statements):
    return (F, QUEUE, boundary, role(*statements, boundary=boundary))


BROKEN = {
    "the boundary does not allow it": world(*_bounded(READING, allow("sqs:*")), invocations=[denied(*SEND, IMPLICIT)]),
    "the boundary denies it": world(*_bounded(FENCED, allow("sqs:*")), invocations=[denied(*SEND, EXPLICIT)]),
    "the text is in lower case": world(
        *_bounded(FENCED, allow("sqs:*")), invocations=[denied("sqs:sendmessage", QUEUE.arn, EXPLICIT)]
    ),
    "neither boundary nor policies allow it": world(*_bounded(READING), invocations=[denied(*SEND, IMPLICIT)]),
    "the text says otherwise": world(*_bounded(READING, allow("sqs:*")), invocations=[denied(*SEND)]),
}

HEALTHY = {
    "nothing was refused": world(*_bounded(READING, allow("sqs:*")), invocations=[succeeded()]),
    "the boundary allows it, the policies do not": world(*_bounded(OPEN), invocations=[denied(*SEND)]),
    "there is no boundary": world(F, QUEUE, role(), invocations=[denied(*SEND)]),
    "allowed since": world(*_bounded(OPEN, allow("sqs:*")), invocations=[denied(*SEND, IMPLICIT)]),
    "another's credentials": world(
        *_bounded(READING, allow("sqs:*")), invocations=[denied(*SEND, IMPLICIT, caller="deployer/session")]
    ),
}
RULED_OUT = ("the boundary allows it, the policies do not",)
