from doctor.testing.world import function, killed, raised, ran, succeeded, timed_out, world

F = function()
BROKEN = {
    "a failure": world(F, invocations=[succeeded(ago=900), ran(duration=1, status="Status: failure")]),
    "of the sandbox": world(F, invocations=[ran(duration=1, status="Status: failure\tError Type: Sandbox.Failure")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "its own error": world(F, invocations=[raised()]),
    "its own time-out": world(F, invocations=[timed_out()]),
    "a time-out, by the sandbox's name": world(
        F, invocations=[ran(duration=3, status="Status: timeout\tError Type: Sandbox.Timedout")]
    ),
    "killed for memory": world(F, invocations=[killed()]),
}
