from doctor.testing.world import feeds, function, queue, succeeded, timed_out, world

F = function(timeout=3)
SOURCE = queue(visibility_timeout=18)
SLOW = [succeeded(2.6, ago=9000 - 60 * n) for n in range(12)]
QUICK = [succeeded(0.4, ago=9000 - 60 * n) for n in range(12)]

BROKEN = {
    "all come close": world(F, invocations=SLOW),
    "one in ten comes close": world(F, invocations=[*QUICK, *(succeeded(2.9, ago=900 - 60 * n) for n in range(2))]),
    "fed by a queue that must then hide its messages for longer": world(F, SOURCE, feeds(SOURCE, F), invocations=SLOW),
}

HEALTHY = {
    "it never ran": world(F),
    "it is quick": world(F, invocations=QUICK),
    "one slow invocation of many": world(F, invocations=[*QUICK, *QUICK, succeeded(2.7, ago=60)]),
    "too few to tell": world(F, invocations=[succeeded(2.8)]),
    "somebody chose the limit": world(function(timeout=4), invocations=SLOW),
    "stopped at work": world(F, invocations=[*SLOW, timed_out(after=3, last_word=2.9, ago=60)]),
    "stopped while it waited": world(F, invocations=[*QUICK, timed_out(after=3, last_word=0.1, ago=60)]),
}

RULED_OUT = ("stopped at work", "stopped while it waited")
