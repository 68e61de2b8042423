from doctor.testing.world import function, killed, succeeded, world

F = function()
QUIET = [succeeded(ago=9000 - 60 * n, used=60) for n in range(12)]

BROKEN = {
    "nine tenths are in use": world(F, invocations=[*QUIET, succeeded(ago=60, used=116)]),
    "all of it is in use": world(F, invocations=[*QUIET, succeeded(ago=60, used=128)]),
    "of 10 GB too": world(
        function(memory_size=8192),
        invocations=[succeeded(ago=9000 - 60 * n, used=8000, size=8192) for n in range(12)],
    ),
}

HEALTHY = {
    "it never ran": world(F),
    "half of it is in use": world(F, invocations=QUIET),
    "seven tenths are in use": world(F, invocations=[*QUIET, succeeded(ago=60, used=90)]),
    "one invocation says little": world(F, invocations=[succeeded(used=120)]),
    "it was killed already": world(F, invocations=[*QUIET, killed(ago=60)]),
    "it leaks": world(F, invocations=[succeeded(ago=9000 - 60 * n, used=40 + 4 * n) for n in range(22)]),
    "close to a smaller limit than today's": world(
        function(memory_size=256), invocations=[succeeded(ago=9000 - 60 * n, used=120, size=128) for n in range(12)]
    ),
}
