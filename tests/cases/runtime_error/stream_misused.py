from doctor.testing.world import function, node_raised, raised, succeeded, world

F = function(runtime="nodejs22.x", handler="index.handler")
BROKEN = {
    "headers after the first byte": world(
        F, invocations=[node_raised("Runtime.InvalidStreamingOperation", "Cannot set content-type, too late.")]
    ),
    "an answer that was cut off": world(F, invocations=[node_raised("Runtime.TruncatedResponse", "")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "an answer that is too large": world(F, invocations=[raised("Function.ResponseSizeTooLarge", "too large")]),
    "an exception of the code's own": world(
        F, invocations=[node_raised("TypeError", "stream.write is not a function")]
    ),
}
