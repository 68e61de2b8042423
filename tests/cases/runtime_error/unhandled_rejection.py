from doctor.testing.world import exited, function, node_raised, raised, succeeded, world

F = function(runtime="nodejs22.x", handler="index.handler")

BROKEN = {
    "a promise that nobody waited for": world(
        F,
        invocations=[
            node_raised("Runtime.UnhandledPromiseRejection", "TypeError: x", how="Unhandled Promise Rejection")
        ],
    ),
    "an exception in a callback": world(
        F, invocations=[node_raised("TypeError", "x is not a function", how="Uncaught Exception")]
    ),
    "all that is left is the exit status": world(F, invocations=[exited("exit status 128")]),
    "the exit status of an exception": world(F, invocations=[exited("exit status 129")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "a rejection that was awaited": world(F, invocations=[node_raised("TypeError", "x is not a function")]),
    "it exits": world(F, invocations=[exited("exit status 1")]),
    "Python's exit status 128": world(function(), invocations=[exited("exit status 128")]),
    "the handler is missing, which ends the process too": world(
        F,
        invocations=[
            node_raised(
                "Runtime.HandlerNotFound", "index.handler is undefined or not exported", how="Uncaught Exception"
            )
        ],
    ),
    "an exception of Python's": world(function(), invocations=[raised()]),
}

RULED_OUT = ("it exits",)
