from doctor.testing.world import function, killed, raised, succeeded, world

F = function(runtime="java21", handler="example.Handler::handleRequest", memory_size=512)
BROKEN = {
    "the heap": world(F, invocations=[raised("java.lang.OutOfMemoryError", "Java heap space"), succeeded(ago=900)]),
    "classes": world(F, invocations=[raised("java.lang.OutOfMemoryError", "Metaspace")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "killed at the limit of the environment": world(F, invocations=[killed()]),
    "no more threads": world(
        F, invocations=[raised("java.lang.OutOfMemoryError", "unable to create native thread: possibly out of memory")]
    ),
}
