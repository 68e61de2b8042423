from doctor.testing.world import feeds, function, queue, world

F = function()
KAFKA = "arn:aws:kafka:eu-west-1:111122223333:cluster/k/0123"
Q = queue(visibility_timeout=180)
BROKEN = {
    "a wrong password": world(F, feeds(KAFKA, F, last_processing_result="PROBLEM: SASL authentication failed.")),
    "stopped for it": world(F, feeds(KAFKA, F, state="Disabled", state_transition_reason="EVENT_SOURCE_AUTHN_ERROR")),
    "the topic may not be read": world(
        F, feeds(KAFKA, F, last_processing_result="PROBLEM: Cluster failed to authorize Lambda.")
    ),
}
HEALTHY = {
    "it goes through": world(F, feeds(KAFKA, F, last_processing_result="OK")),
    "somebody switched it off": world(F, feeds(KAFKA, F, state="Disabled", state_transition_reason="USER_INITIATED")),
    "the function fails": world(F, Q, feeds(Q, F, last_processing_result="PROBLEM: Function call failed")),
    "the brokers are not reached": world(
        F,
        feeds(
            KAFKA,
            F,
            last_processing_result="PROBLEM: Connection error. Please check your event source connection configuration.",
        ),
    ),
}
