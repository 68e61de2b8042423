from doctor.model.snapshot import AccountLimit
from doctor.testing.world import function, metric, world

F = function()
LIMIT = AccountLimit(concurrent_executions=5000, unreserved_concurrent_executions=5000)


def seen(*running, refused=(0, 300), subject=F):
    told = (metric("ConcurrentExecutions", "Maximum", *running), metric("Throttles", "Sum", *refused))
    return world(subject, metrics={subject.arn: told}, account_limit=LIMIT)


BROKEN = {"a sudden crowd": seen(20, 1800)}
HEALTHY = {
    "a gentle rise": seen(20, 300),
    "at the account's limit": seen(20, 5000),
    "at its own": seen(20, 1800, subject=function(reserved_concurrent_executions=1800)),
    "it goes on being refused at one height": seen(1800, 1800),
    "nothing is refused": seen(20, 1800, refused=(0, 0)),
    "switched off": seen(0, 0, subject=function(reserved_concurrent_executions=0)),
}
