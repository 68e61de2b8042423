from doctor.testing.world import function, killed, raised, succeeded, world

F = function()
THREAD = raised("RuntimeError", "can't start new thread")
BROKEN = {
    "a thread more": world(F, invocations=[succeeded(ago=900), THREAD]),
    "a process more": world(
        F, invocations=[raised("BlockingIOError", "[Errno 11] Resource temporarily unavailable", ago=60)]
    ),
    "there is no memory for another thread": world(
        F, invocations=[raised("RuntimeError", "can't start new thread", used=128)]
    ),
    "in Java": world(
        function(runtime="java21"),
        invocations=[raised("java.lang.OutOfMemoryError", "unable to create native thread: possibly out of memory")],
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "too many open files": world(F, invocations=[raised("OSError", "[Errno 24] Too many open files")]),
    "killed for memory": world(F, invocations=[killed()]),
}
