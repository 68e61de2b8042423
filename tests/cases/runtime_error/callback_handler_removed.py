from doctor.testing.world import function, node_raised, not_initialised, succeeded, world

F = function(runtime="nodejs24.x", handler="index.handler")
WORDS = "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24."
BROKEN = {
    "a handler of three parameters": world(
        F, invocations=[not_initialised("Runtime.CallbackHandlerDeprecated", WORDS)]
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the handler is missing": world(
        F, invocations=[not_initialised("Runtime.HandlerNotFound", "index.handler is undefined or not exported")]
    ),
    "an exception of the code's own": world(F, invocations=[node_raised("TypeError", "callback is not a function")]),
}
