from doctor.testing.world import function, node_raised, raised, succeeded, timed_out, world

F = function()

BROKEN = {
    "a database that is down": world(
        F, invocations=[raised("ConnectionRefusedError", "[Errno 111] Connection refused (db.example.com:5432)")]
    ),
    "localhost, as on the developer's machine": world(
        function(runtime="nodejs22.x"), invocations=[node_raised("Error", "connect ECONNREFUSED 127.0.0.1:5432")]
    ),
    "an extension that is not there": world(
        F, invocations=[raised("ConnectionError", "Failed to reach localhost:2773: Connection refused")]
    ),
    "wrapped, without a host": world(F, invocations=[raised("OperationalError", "Connection refused")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it waited and gave up: dropped on the way": world(
        function(runtime="nodejs22.x"), invocations=[node_raised("Error", "connect ETIMEDOUT 10.0.0.7:5432")]
    ),
    "it hung": world(F, invocations=[timed_out()]),
    "the name did not resolve": world(F, invocations=[raised("gaierror", "[Errno -2] Name or service not known")]),
    "it was closed later": world(
        F, invocations=[raised("ConnectionResetError", "[Errno 104] Connection reset by peer")]
    ),
}
