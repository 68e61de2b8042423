from doctor.testing.world import exited, function, killed, succeeded, world

F = function()
NODE = function(runtime="nodejs22.x")
HEAP = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"

BROKEN = {
    "a segmentation fault": world(F, invocations=[exited("signal: segmentation fault")]),
    "an abort": world(F, invocations=[exited("signal: aborted")]),
    "an instruction that this processor does not know": world(F, invocations=[exited("signal: illegal instruction")]),
    "two signals": world(
        F, invocations=[exited("signal: segmentation fault", ago=900), exited("signal: bus error", ago=60)]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it exits": world(F, invocations=[exited("exit status 1")]),
    "killed for memory, in the older log style": world(F, invocations=[killed(old=True)]),
    "V8's heap is full": world(NODE, invocations=[exited("signal: aborted", said=[HEAP])]),
}

RULED_OUT = ("killed for memory, in the older log style", "V8's heap is full")
