from doctor.testing.world import function, killed, succeeded, timed_out, world

F = function(timeout=10, memory_size=256)
AT_WORK = timed_out(after=10, last_word=9.8, used=60, size=256)

BROKEN = {
    "stopped at work, with memory to spare": world(F, invocations=[AT_WORK]),
    "it was twice as slow with half of it": world(
        F,
        invocations=[
            *(succeeded(8, ago=9000 - 60 * n, size=128, used=50) for n in range(4)),
            *(succeeded(4, ago=900 - 60 * n, size=256, used=50) for n in range(4)),
        ],
    ),
}

HEALTHY = {
    "it never ran": world(F),
    "it succeeds": world(F, invocations=[succeeded(8, size=256)]),
    "stopped while it waited": world(F, invocations=[timed_out(after=10, last_word=0.2, used=60, size=256)]),
    "its memory is in use": world(F, invocations=[timed_out(after=10, last_word=9.8, used=200, size=256)]),
    "it has a whole CPU": world(
        function(timeout=10, memory_size=2048), invocations=[timed_out(after=10, last_word=9.8, used=60, size=2048)]
    ),
    "killed for memory": world(F, invocations=[killed(used=256, size=256)]),
    "as slow with half of it: it waits": world(
        F,
        invocations=[
            *(succeeded(4.1, ago=9000 - 60 * n, size=128, used=50) for n in range(4)),
            *(succeeded(4, ago=900 - 60 * n, size=256, used=50) for n in range(4)),
        ],
    ),
}

RULED_OUT = ("stopped while it waited",)
