from doctor.model.snapshot import AccountLimit
from doctor.testing.world import alias, function, metric, world

SMALL = function(reserved_concurrent_executions=2)
LIMIT = AccountLimit(concurrent_executions=1000, unreserved_concurrent_executions=998)
REFUSED = metric("Throttles", "Sum", 0, 14, 3)


def seen(subject, *series, limit=LIMIT, others=()):
    return world(subject, *others, metrics={subject.arn: series}, account_limit=limit)


def running(*values):
    return metric("ConcurrentExecutions", "Maximum", *values)


BROKEN = {
    "all that is reserved runs, and more comes": seen(SMALL, REFUSED, running(1, 2, 2)),
    "one is reserved": seen(function(reserved_concurrent_executions=1), metric("Throttles", "Sum", 1), running(1)),
    "callers use an alias: the reservation is the function's": seen(
        SMALL, REFUSED, running(1, 2, 2), others=[v := function(version="4"), alias("live", v)]
    ),
    "the account can spare little": seen(
        SMALL,
        REFUSED,
        running(2, 2, 2),
        limit=AccountLimit(concurrent_executions=110, unreserved_concurrent_executions=105),
    ),
    "the account's limit was lowered, and can spare nothing": seen(
        SMALL,
        REFUSED,
        running(2, 2, 2),
        limit=AccountLimit(concurrent_executions=10, unreserved_concurrent_executions=8),
    ),
}
RULED_OUT = ("the account's concurrency is used up", "refused with room left: the request rate or a burst")
HEALTHY = {
    "the account's concurrency is used up": seen(function(), REFUSED, running(400, 900, 900)),
    "refused with room left: the request rate or a burst": seen(
        function(reserved_concurrent_executions=50), REFUSED, running(3, 9, 4)
    ),
    "all that is reserved runs, and nothing more comes": seen(SMALL, metric("Throttles", "Sum", 0, 0), running(2, 2)),
    "plenty is reserved": seen(function(reserved_concurrent_executions=50), running(6, 6)),
    "switched off, for which another rule speaks": seen(function(reserved_concurrent_executions=0), REFUSED),
    "nothing measured": seen(SMALL),
}
