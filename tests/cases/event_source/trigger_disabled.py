from doctor.testing.world import alias, feeds, function, queue, world

F = function()
Q = queue(visibility_timeout=180)
V4 = function(version="4")
LIVE = alias("live", V4)
STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"

BROKEN = {
    "somebody disabled it": world(F, Q, feeds(Q, F, state="Disabled", state_transition_reason="USER_INITIATED")),
    "Lambda disabled it": world(
        F, Q, feeds(Q, F, state="Disabled", state_transition_reason="EVENT_SOURCE_AUTHZ_ERROR")
    ),
    "of two pollers one is off": world(
        F, Q, feeds(Q, F, state="Disabled"), q := queue("other", visibility_timeout=180), feeds(q, F)
    ),
    "it invokes an alias": world(F, V4, LIVE, Q, feeds(Q, LIVE, state="Disabled")),
    "a stream's": world(F, feeds(STREAM, F, state="Disabled", state_transition_reason="User action")),
}
HEALTHY = {
    "enabled": world(F, Q, feeds(Q, F)),
    "being created": world(F, Q, feeds(Q, F, state="Creating")),
    "being enabled": world(F, Q, feeds(Q, F, state="Enabling")),
    "no poller": world(F, Q),
    "another function's": world(
        F, other := function("other"), Q, feeds(Q, F), feeds("arn:aws:sqs:eu-west-1:111122223333:q2", other)
    ),
}
