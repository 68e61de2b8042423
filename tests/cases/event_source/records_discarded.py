from doctor.testing.world import feeds, function, metric, world

F = function()
FED = feeds("arn:aws:kinesis:eu-west-1:111122223333:stream/s", F, maximum_retry_attempts=3)


def counted(*values):
    return world(F, FED, metrics={FED.arn: (metric("DroppedEventCount", "Sum", *values),)})


BROKEN = {"some were given up": counted(0, 4, 1)}
HEALTHY = {
    "none was": counted(0, 0),
    "nobody counts": world(F, FED),
    "they fail and are tried on": world(F, FED, metrics={F.arn: (metric("Errors", "Sum", 3),)}),
    "filtered out": world(F, FED, metrics={FED.arn: (metric("FilteredOutEventCount", "Sum", 3),)}),
}
