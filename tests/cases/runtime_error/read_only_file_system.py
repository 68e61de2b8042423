from doctor.testing.world import function, node_raised, not_initialised, raised, succeeded, world

F = function()

BROKEN = {
    "beside its code": world(F, invocations=[raised("OSError", "[Errno 30] Read-only file system: '/var/task/out'")]),
    "a library's cache": world(
        F, invocations=[raised("OSError", "[Errno 30] Read-only file system: '/home/sbx_user1051'")]
    ),
    "two places": world(
        F,
        invocations=[
            raised("OSError", "[Errno 30] Read-only file system: '/var/task/a'", ago=900),
            raised("OSError", "[Errno 30] Read-only file system: '/var/task/b'", ago=60),
        ],
    ),
    "in the words of Node.js": world(
        function(runtime="nodejs22.x"),
        invocations=[node_raised("Error", "EROFS: read-only file system, open '/var/task/out'")],
    ),
    "while the module was loaded": world(
        F, invocations=[not_initialised("OSError", "[Errno 30] Read-only file system: '/var/task/cache'")]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the disk is full": world(F, invocations=[raised("OSError", "[Errno 28] No space left on device")]),
    "a file that it may not read": world(
        F, invocations=[raised("PermissionError", "[Errno 13] Permission denied: '/var/task/secret'")]
    ),
}

RULED_OUT = ("the disk is full",)
