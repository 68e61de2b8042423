from doctor.model.function import SnapStart
from doctor.model.package import Exit, Package, Source
from doctor.testing.world import exited, function, killed, raised, ran, succeeded, timed_out, world

F = function()
NODE = function(runtime="nodejs22.x", handler="index.handler")
CALLS = Package(files=1, unzipped_size=9, source=Source(exits=(Exit(path="app.py", line=9, call="sys.exit"),)))
UNTOLD = ran(duration=0.2, status="Status: error\tError Type: Runtime.ExitError")
HEAP = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"

BROKEN = {
    "exit status 1": world(F, invocations=[exited("exit status 1")]),
    "exit status 0 is no success": world(F, invocations=[exited("")]),
    "every invocation starts cold": world(
        F, invocations=[exited(ago=900 - 60 * n, init=0.2, stream=f"e{n}") for n in range(5)]
    ),
    "some invocations exit": world(F, invocations=[succeeded(ago=900 - n) for n in range(8)] + [exited(ago=60)]),
    "the newer log style does not tell how": world(F, invocations=[UNTOLD]),
    "the newer log style, and the code calls exit": world(function(package=CALLS), invocations=[UNTOLD]),
    "65 without SnapStart": world(F, invocations=[exited("exit status 65")]),
    "Python may exit with 128": world(F, invocations=[exited("exit status 128")]),
    "while the code was loaded": world(
        F,
        invocations=[
            exited(
                before_start=[
                    "INIT_REPORT Init Duration: 90.00 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n"
                ]
            )
        ],
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it raises: the environment stays": world(F, invocations=[raised()]),
    "it runs out of time": world(F, invocations=[timed_out()]),
    "killed for memory": world(F, invocations=[killed(old=True)]),
    "a wrapper is not found": world(F, invocations=[exited("exit status 127")]),
    "a wrapper may not be executed": world(F, invocations=[exited("exit status 126")]),
    "SnapStart's hook fails": world(
        function(snap_start=SnapStart(apply_on="PublishedVersions")), invocations=[exited("exit status 65")]
    ),
    "a rejected promise": world(NODE, invocations=[exited("exit status 128")]),
    "native code crashes": world(F, invocations=[exited("signal: segmentation fault")]),
    "V8's heap is full": world(NODE, invocations=[exited("signal: aborted", said=[HEAP])]),
}

RULED_OUT = tuple(list(HEALTHY)[4:])
