from doctor.testing.world import feeds, function, queue, succeeded, timed_out, world

F = function(timeout=5)
SOURCE = queue(visibility_timeout=30)
USUAL = [succeeded(1.2, ago=9000 - 60 * n) for n in range(97)]
SLOW = [succeeded(4.2, ago=900 - 60 * n) for n in range(4)]

BROKEN = {
    "one in fifty comes close": world(F, invocations=[*USUAL, *SLOW]),
    "hardly anything is left": world(F, invocations=[succeeded(4.9, ago=9000 - 60 * n) for n in range(120)]),
    "close to a long limit": world(
        function(timeout=300), invocations=[succeeded(270, ago=90000 - 600 * n) for n in range(120)]
    ),
    "fed by a queue that must then hide its messages for longer": world(
        F, SOURCE, feeds(SOURCE, F), invocations=[*USUAL, *SLOW]
    ),
}

HEALTHY = {
    "it never ran": world(F),
    "two thirds of the limit": world(F, invocations=[succeeded(3.2, ago=9000 - 60 * n) for n in range(120)]),
    "one in two hundred": world(
        F, invocations=[*USUAL, *(succeeded(1.2, ago=3000 - n) for n in range(120)), succeeded(4.9, ago=60)]
    ),
    "too few to tell": world(F, invocations=[succeeded(4.9, ago=9000 - 60 * n) for n in range(20)]),
    "the default limit": world(
        function(timeout=3), invocations=[succeeded(2.9, ago=9000 - 60 * n) for n in range(120)]
    ),
    "its starts are slow, not its invocations": world(
        F, invocations=[succeeded(1.2, ago=9000 - 60 * n, init=4.8, stream=f"e{n}") for n in range(120)]
    ),
    "it is stopped already": world(F, invocations=[*USUAL, *SLOW, timed_out(after=5, ago=30)]),
    "there is no longer timeout": world(
        function(timeout=900), invocations=[succeeded(890, ago=200000 - 900 * n) for n in range(120)]
    ),
}
