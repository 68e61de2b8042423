from doctor.testing.world import function, metric, world

F = function()


def seen(taken, ran, *ages, more=()):
    told = (
        metric("AsyncEventsReceived", "Sum", taken),
        metric("Invocations", "Sum", ran),
        metric("AsyncEventAge", "Maximum", *ages),
        *more,
    )
    return world(F, metrics={F.arn: told})


BROKEN = {"they wait longer and longer": seen(900, 300, 30_000, 60_000, 120_000)}
HEALTHY = {
    "all are run": seen(900, 900, 100, 200, 300),
    "a burst, worked off since": seen(900, 800, 120_000, 60_000, 100),
    "it fails, and is tried again on purpose": seen(
        900, 300, 30_000, 60_000, 120_000, more=(metric("Errors", "Sum", 9),)
    ),
    "other callers invoke it": seen(10, 900, 30_000, 60_000, 120_000),
    "none came": world(F),
}
