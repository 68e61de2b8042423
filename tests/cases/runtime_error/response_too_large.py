from doctor.testing.world import function, raised, ran, succeeded, world

F = function()
REFUSED = "LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413.\n"

BROKEN = {
    "the runtime client tells of it": world(F, invocations=[ran(own=[(0.1, REFUSED)], duration=0.2)]),
    "REPORT tells of it": world(
        F, invocations=[ran(duration=0.2, status="Status: error\tError Type: Function.ResponseSizeTooLarge")]
    ),
    "with its size": world(
        F,
        invocations=[
            raised(
                "Function.ResponseSizeTooLarge",
                "Response payload size (7340032 bytes) exceeded maximum allowed payload size (6291556 bytes).",
            )
        ],
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the answer cannot be encoded": world(
        F, invocations=[raised("Runtime.MarshalError", "Unable to marshal response: Circular reference")]
    ),
    "another service says 413": world(F, invocations=[raised("HTTPError", "413 Request Entity Too Large")]),
}
