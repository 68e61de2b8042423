from doctor.testing.world import function, not_initialised, succeeded, timed_out, world

F = function(timeout=30)
INIT = "INIT_REPORT Init Duration: 10006.92 ms\tPhase: init\tStatus: timeout\n"
AGAIN = "INIT_REPORT Init Duration: 30000.00 ms\tPhase: invoke\tStatus: timeout\n"

BROKEN = {
    "it runs out of time again inside the invocation": world(
        F, invocations=[timed_out(after=30, before_start=[INIT, AGAIN])]
    ),
    "its error type says nothing": world(
        F,
        invocations=[timed_out(after=30, before_start=[INIT.replace("\n", "\tError Type: Runtime.Unknown\n"), AGAIN])],
    ),
    "inside the invocation it gets ready": world(F, invocations=[succeeded(14, before_start=[INIT])]),
    "with a whole CPU too": world(
        function(timeout=30, memory_size=2048),
        invocations=[timed_out(after=30, before_start=[INIT, AGAIN], size=2048)],
    ),
}

HEALTHY = {
    "it gets ready in nine seconds": world(F, invocations=[succeeded(init=9.2)]),
    "provisioned concurrency has longer": world(
        F,
        invocations=[
            succeeded(before_start=["INIT_REPORT Init Duration: 40000.00 ms\tPhase: init\tStatus: success\n"])
        ],
    ),
    "the handler runs out of time": world(F, invocations=[timed_out(after=30, init=0.3)]),
    "the initialisation ends in an error": world(F, invocations=[not_initialised("ValueError", "no such region")]),
    "it had less memory then": world(
        function(timeout=30, memory_size=1024),
        invocations=[succeeded(14, before_start=[INIT]), succeeded(ago=60, init=2, size=1024)],
    ),
}

RULED_OUT = ("the initialisation ends in an error",)
