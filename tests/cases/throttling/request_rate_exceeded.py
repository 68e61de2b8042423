from doctor.model.snapshot import AccountLimit
from doctor.testing.world import function, metric, world

F = function(reserved_concurrent_executions=2)


def seen(subject, invocations, throttles, busy=1):
    told = (
        metric("Invocations", "Sum", 10, invocations),
        metric("Throttles", "Sum", 0, throttles),
        metric("ConcurrentExecutions", "Maximum", 1, busy),
    )
    return world(subject, metrics={subject.arn: told}, account_limit=AccountLimit())


BROKEN = {"of a small reservation": seen(F, 5900, 300), "of the account": seen(function(), 3_000_000, 90_000, 90)}
HEALTHY = {
    "all that is reserved runs": seen(F, 900, 40, 2),
    "a burst with room left": seen(function(), 9000, 40, 30),
    "nothing is refused": seen(F, 9000, 0),
    "switched off": seen(function(reserved_concurrent_executions=0), 0, 9000),
}
