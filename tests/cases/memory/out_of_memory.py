from doctor.testing.world import alias, exited, function, gap, killed, raised, ran, succeeded, timed_out, world

F = function(timeout=30)
V1 = function("live", version="1")
LATEST = function("live")
LIVE = alias("live", V1)
LEAK = [succeeded(ago=9000 - 60 * n, used=40 + 4 * n) for n in range(22)]

BROKEN = {
    "killed at its limit": world(F, invocations=[killed()]),
    "as the older log style tells it": world(F, invocations=[killed(old=True)]),
    "a megabyte short of the limit": world(function(memory_size=1024), invocations=[killed(used=1023, size=1024)]),
    "older style, a megabyte short": world(
        function(memory_size=1024), invocations=[killed(used=1023, size=1024, old=True)]
    ),
    "only large events are killed": world(F, invocations=[succeeded(ago=900), killed(ago=800), succeeded(ago=700)]),
    "the version behind an alias": world(LATEST, V1, LIVE, invocations=[killed(version="1")]),
    "no figures were told": world(
        F, invocations=[ran(duration=1, status="Status: error\tError Type: Runtime.OutOfMemory", used=128)]
    ),
    "tried again, it runs out of time instead": world(
        F, invocations=[killed(ago=900), timed_out(after=30, ago=800, used=128)]
    ),
}

HEALTHY = {
    "it never ran": world(F),
    "it succeeds close to the limit": world(F, invocations=[succeeded(used=127)]),
    "it succeeds at the limit: the page cache fills what is there": world(F, invocations=[succeeded(used=128)]),
    "a MemoryError leaves a traceback": world(F, invocations=[raised("MemoryError", "", used=120)]),
    "stopped at its timeout, which kills too": world(F, invocations=[timed_out(after=30, used=60)]),
    "killed at a smaller size than today's": world(
        function(memory_size=512), invocations=[killed(), succeeded(ago=60, size=512)]
    ),
    "killed well below the limit": world(F, invocations=[exited("signal: killed")]),
    "V8's heap is full": world(
        function(runtime="nodejs22.x", handler="index.handler"),
        invocations=[exited("signal: aborted", said=["FATAL ERROR: JavaScript heap out of memory\n"])],
    ),
    "it exits by itself": world(F, invocations=[exited("exit status 1")]),
    "a leak fills what it gets": world(F, invocations=[*LEAK, killed(ago=60)]),
    "the gap is another function's log": world(
        F, invocations=[succeeded()], gaps=[gap("logs:FilterLogEvents", function("other").log_group_arn)]
    ),
}

RULED_OUT = ("killed well below the limit", "a leak fills what it gets")
