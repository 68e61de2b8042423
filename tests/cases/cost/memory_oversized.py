from doctor.testing.world import function, killed, succeeded, world

F = function(memory_size=1024)


def used(megabytes, times=24, size=1024, subject=F):
    return world(subject, invocations=[succeeded(ago=60 * n + 60, used=megabytes, size=size) for n in range(times)])


BROKEN = {"a tenth of it": used(100)}
HEALTHY = {
    "half of it": used(512),
    "one large event": world(
        F, invocations=[succeeded(ago=60 * n + 60, used=900 if n == 3 else 90, size=1024) for n in range(24)]
    ),
    "it hardly ran": used(100, times=3),
    "it has little": used(60, size=256, subject=function(memory_size=256)),
    "it had more when it ran": used(100, size=2048),
    "killed at its limit": world(F, invocations=[killed(used=1024, size=1024)]),
}
