from doctor.model.function import EphemeralStorage
from doctor.testing.world import function, node_raised, not_initialised, raised, succeeded, world

F = function()
LARGER = function(ephemeral_storage=EphemeralStorage(size=2048))
CHANGED = function(ephemeral_storage=EphemeralStorage(size=2048), last_modified="2026-11-23T10:40:00.000+0000")
FULL = raised("OSError", "[Errno 28] No space left on device: '/tmp/part-1'")

BROKEN = {
    "one event is too large": world(
        F, invocations=[raised("OSError", "[Errno 28] No space left on device: '/tmp/part-1'", init=0.2)]
    ),
    "what the environment did before was not seen": world(F, invocations=[FULL]),
    "files are left behind": world(F, invocations=[succeeded(ago=900), succeeded(ago=800), FULL]),
    "in the words of Node.js": world(
        function(runtime="nodejs22.x"), invocations=[node_raised("Error", "ENOSPC: no space left on device, write")]
    ),
    "while the module was loaded": world(
        F, invocations=[not_initialised("OSError", "[Errno 28] No space left on device")]
    ),
    "more than the default is full too": world(LARGER, invocations=[FULL]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it writes where nobody may": world(
        F, invocations=[raised("OSError", "[Errno 30] Read-only file system: '/var/task/x'")]
    ),
    "too many files are open": world(F, invocations=[raised("OSError", "[Errno 24] Too many open files")]),
    "it was given more since": world(CHANGED, invocations=[FULL, succeeded(ago=30)]),
}

RULED_OUT = ("it writes where nobody may",)
