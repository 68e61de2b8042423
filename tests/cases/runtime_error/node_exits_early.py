from doctor.testing.world import exited, function, node_raised, succeeded, world

F = function(runtime="nodejs22.x", handler="index.handler")
BROKEN = {
    "a promise that is never resolved": world(
        F,
        invocations=[
            node_raised("Runtime.NodejsExit", "Lambda runtime client detected an unexpected Node.js exit code: 13")
        ],
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "a promise that was rejected": world(F, invocations=[exited("exit status 128")]),
    "it exits by itself": world(F, invocations=[exited("exit status 1")]),
}
