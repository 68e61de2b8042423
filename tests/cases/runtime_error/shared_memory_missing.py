from doctor.testing.world import function, not_initialised, raised, succeeded, world

F = function()
BROKEN = {
    "in the handler": world(F, invocations=[raised("OSError", "[Errno 38] Function not implemented")]),
    "while it is loaded": world(F, invocations=[not_initialised("OSError", "[Errno 38] Function not implemented")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "another error of the operating system": world(
        F, invocations=[raised("OSError", "[Errno 24] Too many open files")]
    ),
    "no more threads": world(F, invocations=[raised("RuntimeError", "can't start new thread")]),
}
