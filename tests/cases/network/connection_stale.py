from doctor.testing.world import function, node_raised, raised, succeeded, world

F = function()
RESET = raised("ConnectionError", "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))")

BROKEN = {
    "after twenty minutes of nothing": world(F, invocations=[succeeded(ago=1800), RESET]),
    "a database's own words": world(
        F,
        invocations=[succeeded(ago=4000), raised("OperationalError", "(2006, 'MySQL server has gone away')", ago=600)],
    ),
    "in the words of Node.js": world(
        function(runtime="nodejs22.x"), invocations=[succeeded(ago=1200), node_raised("Error", "read ECONNRESET")]
    ),
}

HEALTHY = {
    "it succeeds after a pause": world(F, invocations=[succeeded(ago=1800), succeeded()]),
    "a reset in a new environment": world(F, invocations=[RESET]),
    "a reset in another environment": world(F, invocations=[succeeded(ago=1800, stream="other"), RESET]),
    "a reset moments after the last call": world(F, invocations=[succeeded(ago=660), RESET]),
    "refused, not reset": world(
        F, invocations=[succeeded(ago=1800), raised("ConnectionRefusedError", "[Errno 111] Connection refused")]
    ),
}
