from doctor.testing.world import function, metric, world

F = function()


def seen(after, whole):
    return world(
        F,
        metrics={F.arn: (metric("PostRuntimeExtensionsDuration", "Average", after), metric("Duration", "p95", whole))},
    )


BROKEN = {"half of the time": seen(800, 1600)}
HEALTHY = {
    "a little of the time": seen(150, 3000),
    "a few milliseconds": seen(40, 60),
    "no extension": world(F, metrics={F.arn: (metric("Duration", "p95", 1600),)}),
    "a slow handler": seen(0, 2900),
}
