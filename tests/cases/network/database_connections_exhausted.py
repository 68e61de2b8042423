from doctor.testing.world import function, raised, succeeded, timed_out, world

F = function()

BROKEN = {
    "PostgreSQL": world(
        F,
        invocations=[
            raised(
                "OperationalError",
                "FATAL: remaining connection slots are reserved for non-replication superuser connections",
            )
        ],
    ),
    "MySQL": world(F, invocations=[raised("OperationalError", "(1040, 'Too many connections')")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it hung: the network": world(F, invocations=[timed_out()]),
    "refused": world(F, invocations=[raised("ConnectionRefusedError", "[Errno 111] Connection refused")]),
    "too many files": world(F, invocations=[raised("OSError", "[Errno 24] Too many open files")]),
}
