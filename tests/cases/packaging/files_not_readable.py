from doctor.testing.world import function, node_raised, not_initialised, raised, succeeded, world

F = function()
NODE = function(runtime="nodejs22.x", handler="index.handler")
BROKEN = {
    "the handler's own file": world(
        F,
        invocations=[
            not_initialised(
                "Runtime.ImportModuleError",
                "Unable to import module 'app': [Errno 13] Permission denied: '/var/task/app.py'",
            )
        ],
    ),
    "a file that it reads": world(
        F, invocations=[raised("PermissionError", "[Errno 13] Permission denied: '/var/task/rates.json'")]
    ),
    "a program of a layer": world(
        F, invocations=[raised("PermissionError", "[Errno 13] Permission denied: '/opt/bin/tool'")]
    ),
    "in Node.js": world(
        NODE, invocations=[node_raised("Error", "EACCES: permission denied, open '/var/task/rates.json'")]
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it writes where nobody may": world(
        F, invocations=[raised("OSError", "[Errno 30] Read-only file system: '/var/task/x'")]
    ),
    "a file outside of the package": world(
        F, invocations=[raised("PermissionError", "[Errno 13] Permission denied: '/root/x'")]
    ),
    "access that AWS denied": world(
        F, invocations=[raised("ClientError", "An error occurred (AccessDenied) when calling the PutItem operation")]
    ),
}
