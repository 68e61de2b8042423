from doctor.model.function import EphemeralStorage, SnapStart
from doctor.testing.world import function, succeeded, world

STARTS = [succeeded(ago=900 - 60 * n, init=4.0, stream=f"e{n}") for n in range(4)]
JAVA = {"runtime": "java21", "handler": "example.Handler::handleRequest"}
BROKEN = {"Java": world(function(**JAVA), invocations=STARTS), "Python": world(function(), invocations=STARTS)}
HEALTHY = {
    "it has it": world(function(**JAVA, snap_start=SnapStart(apply_on="PublishedVersions")), invocations=STARTS),
    "it starts quickly": world(
        function(), invocations=[succeeded(ago=60 * n, init=0.3, stream=f"e{n}") for n in range(4)]
    ),
    "one slow start": world(function(), invocations=STARTS[:1]),
    "its runtime cannot": world(function(runtime="python3.11"), invocations=STARTS),
    "its /tmp is too large": world(function(ephemeral_storage=EphemeralStorage(size=2048)), invocations=STARTS),
}
