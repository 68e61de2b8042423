from doctor.testing.world import alias, feeds, function, gap, queue, raised, succeeded, timed_out, without_start, world

F = function(timeout=3)
V1 = function("live", version="1", timeout=3)
LATEST = function("live", timeout=3)
LIVE = alias("live", V1)
SOURCE = queue(visibility_timeout=18)
CRASHED = "INIT_REPORT Init Duration: 96.00 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n"
INIT_TIMED_OUT = (
    "INIT_START Runtime Version: python:3.12.v18\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:edb5\n",
    "importing the model\n",
    "INIT_REPORT Init Duration: 10000.12 ms\tPhase: init\tStatus: timeout\n",
    "INIT_REPORT Init Duration: 3000.00 ms\tPhase: invoke\tStatus: timeout\n",
)

BROKEN = {
    "it was still writing when it was stopped": world(F, invocations=[timed_out(after=3, last_word=2.9)]),
    "one of many was stopped at work": world(
        F, invocations=[*(succeeded(0.2, ago=ago) for ago in (900, 800, 700)), timed_out(after=3, last_word=2.8)]
    ),
    "silent, but others succeed only just": world(
        F, invocations=[succeeded(2.6, ago=900), timed_out(after=3, last_word=0.1)]
    ),
    "the version behind an alias": world(
        LATEST, V1, LIVE, invocations=[timed_out(after=3, last_word=2.9, version="1")]
    ),
    "fed by a queue that must then hide its messages for longer": world(
        F, SOURCE, feeds(SOURCE, F), invocations=[timed_out(after=3, last_word=2.9)]
    ),
    "five minutes, with a last word four minutes in": world(
        function(timeout=300), invocations=[timed_out(after=300, last_word=240)]
    ),
}

HEALTHY = {
    "it never ran": world(F),
    "it always succeeds": world(F, invocations=[succeeded(0.2)]),
    "it succeeds close to the limit, but never meets it": world(F, invocations=[succeeded(2.9)]),
    "a hang: silent long before the deadline": world(
        F, invocations=[succeeded(0.2, ago=900), timed_out(after=3, last_word=0.3)]
    ),
    "a hang: it never said a word": world(F, invocations=[timed_out(after=3, last_word=None)]),
    "stopped at a lower limit than today's": world(
        function(timeout=30), invocations=[timed_out(after=3, last_word=2.9, ago=9000), succeeded(5, ago=60)]
    ),
    "the initialisation ran out of time": world(F, invocations=[timed_out(after=3, before_start=INIT_TIMED_OUT)]),
    "it crashed while it was loaded, and was waited for": world(
        F, invocations=[timed_out(after=3, before_start=[CRASHED])]
    ),
    "a time-out of which only the end lies in the window": world(F, invocations=[without_start(timed_out(after=3))]),
    "it fails for another reason": world(F, invocations=[raised()]),
    "there is no longer timeout than the longest": world(
        function(timeout=900), invocations=[timed_out(after=900, last_word=899)]
    ),
    "a version that gets no traffic any more": world(
        LATEST, V1, invocations=[timed_out(after=3, last_word=2.9, version="1")]
    ),
    "the gap is another function's log": world(
        F, invocations=[succeeded()], gaps=[gap("logs:FilterLogEvents", function("other").log_group_arn)]
    ),
}

RULED_OUT = (
    "it crashed while it was loaded, and was waited for",
    "a hang: silent long before the deadline",
    "a hang: it never said a word",
)
"""Look-alikes that the page names: the rule must say that it looked and that it is not this."""
