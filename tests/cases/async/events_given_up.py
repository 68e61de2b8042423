from doctor.testing.world import alias, function, metric, world

F = function()
V4 = function(version="4")


def seen(*series, others=()):
    return world(F, *others, metrics={F.arn: series})


DROPPED = metric("AsyncEventsDropped", "Sum", 0, 3)
ERRORS = metric("Errors", "Sum", 3, 6)
BROKEN = {
    "three attempts each, all failed": seen(DROPPED, ERRORS),
    "callers use an alias: the figures are the function's": seen(DROPPED, ERRORS, others=[V4, alias("live", V4)]),
}
HEALTHY = {
    "it fails, and later attempts go through": seen(metric("AsyncEventsDropped", "Sum", 0), ERRORS),
    "it is refused, and does not fail": seen(DROPPED, metric("Throttles", "Sum", 9)),
    "all is well": seen(metric("Invocations", "Sum", 9)),
}
