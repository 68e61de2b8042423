from doctor.testing.world import function, node_raised, raised, succeeded, world

F = function()
FULL = raised("OSError", "[Errno 24] Too many open files: '/dev/null'")

BROKEN = {
    "connections pile up": world(F, invocations=[*(succeeded(ago=9000 - n) for n in range(50)), FULL]),
    "one event opens too many": world(
        F, invocations=[raised("OSError", "[Errno 24] Too many open files: '/dev/null'", init=0.2)]
    ),
    "what the environment did before was not seen": world(F, invocations=[FULL]),
    "in the words of Node.js": world(
        function(runtime="nodejs22.x"), invocations=[node_raised("Error", "EMFILE: too many open files, open '/tmp/x'")]
    ),
    "in the words of Java": world(
        function(runtime="java21"), invocations=[raised("java.io.IOException", "Too many open files")]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the disk is full": world(F, invocations=[raised("OSError", "[Errno 28] No space left on device")]),
    "another error": world(F, invocations=[raised("OSError", "[Errno 13] Permission denied: '/var/task/x'")]),
}
