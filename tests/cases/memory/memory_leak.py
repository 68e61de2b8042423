from doctor.testing.world import function, killed, succeeded, world

F = function()
RISING = [succeeded(ago=9000 - 60 * n, used=40 + 3 * n) for n in range(25)]

BROKEN = {
    "each invocation leaves something behind": world(F, invocations=RISING),
    "until it is killed": world(F, invocations=[*RISING, killed(ago=60)]),
    "some invocations leave nothing": world(
        F, invocations=[succeeded(ago=9000 - 60 * n, used=40 + 5 * (n // 2)) for n in range(30)]
    ),
    "a new environment starts low and rises again": world(
        F, invocations=[*RISING, *(succeeded(ago=4000 - 60 * n, used=40 + 3 * n, stream="next") for n in range(25))]
    ),
}

HEALTHY = {
    "it never ran": world(F),
    "it stays where it is": world(F, invocations=[succeeded(ago=9000 - 60 * n, used=60) for n in range(30)]),
    "one large event lifts it once": world(
        F, invocations=[succeeded(ago=9000 - 60 * n, used=60 if n < 15 else 110) for n in range(30)]
    ),
    "it warms up, then stays": world(
        F, invocations=[succeeded(ago=9000 - 60 * n, used=min(50 + 5 * n, 80)) for n in range(30)]
    ),
    "it rises by too little to matter": world(
        F, invocations=[succeeded(ago=9000 - 60 * n, used=100 + n // 3) for n in range(30)]
    ),
    "too few invocations to tell": world(
        F, invocations=[succeeded(ago=9000 - 60 * n, used=40 + 8 * n) for n in range(10)]
    ),
    "different environments are no trend": world(
        F, invocations=[succeeded(ago=9000 - 60 * n, used=40 + 3 * n, stream=f"e{n}") for n in range(25)]
    ),
}
