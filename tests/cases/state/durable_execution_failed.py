from doctor.testing.world import function, metric, world

F = function(extra={"DurableConfig": {"ExecutionTimeout": 3600, "RetentionPeriodInDays": 7}})


def counted(**totals):
    return world(F, metrics={F.arn: tuple(metric(name, "Sum", 0, total) for name, total in totals.items())})


BROKEN = {
    "some failed": counted(DurableExecutionFailed=2),
    "some took too long": counted(DurableExecutionTimedOut=1),
    "both": counted(DurableExecutionFailed=2, DurableExecutionTimedOut=1),
}
HEALTHY = {
    "none did": counted(DurableExecutionFailed=0, DurableExecutionTimedOut=0),
    "runs of it fail and are tried again": counted(Errors=4, Invocations=9, DurableExecutionSucceeded=2),
    "nothing is counted": world(F),
}
