from doctor.testing.world import alias, feeds, function, metric, queue, world

F = function()
V4 = function(version="4")
DROPPED = {F.arn: (metric("RecursiveInvocationsDropped", "Sum", 0, 2),)}

BROKEN = {
    "events were dropped": world(F, metrics=DROPPED),
    "callers use an alias: the figures are the function's": world(F, V4, alias("live", V4), metrics=DROPPED),
}
HEALTHY = {
    "nothing was dropped": world(F, metrics={F.arn: (metric("RecursiveInvocationsDropped", "Sum", 0),)}),
    "a queue tries a message that fails again": world(
        F, q := queue(visibility_timeout=180), feeds(q, F), metrics={F.arn: (metric("Errors", "Sum", 9),)}
    ),
}
