from doctor.testing.world import function, metric, world

F = function(
    extra={"CapacityProviderConfig": {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "arn"}}}
)


def counted(**totals):
    return world(F, metrics={F.arn: tuple(metric(name, "Sum", 0, total) for name, total in totals.items())})


BROKEN = {
    "no processor": counted(CPUThrottles=3, Throttles=3),
    "memory and disk": counted(MemoryThrottles=3, DiskThrottles=2, Throttles=5),
    "as many as it may": counted(ConcurrencyThrottles=1, Throttles=1),
    "refused, and not counted as such": counted(ConcurrencyThrottles=1),
}
HEALTHY = {
    "nothing is counted": counted(Invocations=9),
    "none was refused": counted(CPUThrottles=0, MemoryThrottles=0),
    "refused for concurrency, as other functions are": counted(Throttles=9),
}
