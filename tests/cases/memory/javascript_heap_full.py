from doctor.model.function import Environment
from doctor.testing.world import exited, function, killed, ran, succeeded, world

F = function(runtime="nodejs22.x", handler="index.handler", memory_size=512)
SMALL = function(
    runtime="nodejs22.x",
    memory_size=512,
    environment=Environment(variables={"NODE_OPTIONS": "--enable-source-maps --max-old-space-size=128"}),
)
LAST_WORDS = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
STATUS = "Status: error\tError Type: Runtime.ExitError"

BROKEN = {
    "V8 gives up": world(F, invocations=[exited("signal: aborted", said=[LAST_WORDS], used=470, size=512)]),
    "as the newer log style tells it": world(
        F, invocations=[ran(own=[(0.1, LAST_WORDS)], duration=1, status=STATUS, used=470, size=512)]
    ),
    "NODE_OPTIONS holds the heap below the memory": world(
        SMALL, invocations=[exited("signal: aborted", said=[LAST_WORDS], used=170, size=512)]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded(used=400, size=512)]),
    "killed at the limit, not by V8": world(F, invocations=[killed(used=512, size=512)]),
    "native code aborts": world(F, invocations=[exited("signal: aborted", size=512)]),
    "it exits by itself": world(F, invocations=[exited("exit status 1", size=512)]),
    "the heap was too small before today's size": world(
        F, invocations=[exited("signal: aborted", said=[LAST_WORDS], size=256), succeeded(ago=60, size=512)]
    ),
    "it tells of another program's heap and goes on": world(
        F, invocations=[ran(own=[(0.01, f"the build failed: {LAST_WORDS}")], duration=0.1, size=512)]
    ),
}

RULED_OUT = ("native code aborts",)
