from doctor.testing.world import feeds, function, queue, ran, succeeded, timed_out, world

F = function(timeout=3)
INIT = "INIT_REPORT Init Duration: 10006.92 ms\tPhase: init\tStatus: timeout\n"
AGAIN = "INIT_REPORT Init Duration: 3000.00 ms\tPhase: invoke\tStatus: timeout\n"
SOURCE = queue(visibility_timeout=18)

BROKEN = {
    "nothing is left for the handler": world(F, invocations=[timed_out(after=3, before_start=[INIT, AGAIN])]),
    "after an environment was reset": world(
        F,
        invocations=[
            succeeded(0.5, ago=900, init=2.4),
            ran(duration=3, started_after=2.4, status="Status: timeout", ago=60),
        ],
    ),
    "fed by a queue that must then hide its messages for longer": world(
        F, SOURCE, feeds(SOURCE, F), invocations=[timed_out(after=3, before_start=[INIT, AGAIN])]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded(init=2.5)]),
    "the handler alone needs too long": world(F, invocations=[timed_out(after=3, last_word=2.9, init=1.5)]),
    "the handler hangs": world(F, invocations=[timed_out(after=3, last_word=0.1)]),
    "a time-out at a lower limit than today's": world(
        function(timeout=30), invocations=[timed_out(after=3, before_start=[INIT, AGAIN]), succeeded(9, ago=60)]
    ),
}

RULED_OUT = ("the handler alone needs too long", "the handler hangs")
