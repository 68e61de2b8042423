from doctor.model.sources import Stream
from doctor.testing.world import ACCOUNT, REGION, feeds, function, metric, world

F = function()
KINESIS = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
STREAM = Stream(stream_arn=KINESIS, stream_name="s", retention_period_hours=24)
HOUR = 3600


def age(*seconds):
    return metric("IteratorAge", "Maximum", *(1000 * one for one in seconds))


def seen(*series, **poller):
    return world(F, STREAM, feeds(KINESIS, F, **poller), metrics={F.arn: series})


GROWS = age(60, 200, 400, 700, 900, 1300, 1700)
BROKEN = {
    "it grows and grows": seen(GROWS),
    "records are about to expire while it fails": seen(age(70_000, 75_000), metric("Errors", "Sum", 4)),
    "half of the retention is gone, though it grows no more": seen(age(13 * HOUR, 13 * HOUR)),
}
HEALTHY = {
    "it keeps up": seen(age(1, 1, 2, 1, 1, 2)),
    "a burst, worked off since": seen(age(60, 900, 1800, 1200, 600, 60)),
    "it fails meanwhile: a bad record, for which another rule speaks": seen(GROWS, metric("Errors", "Sum", 4)),
    "it is refused meanwhile: its concurrency": seen(GROWS, metric("Throttles", "Sum", 4)),
    "it fails, and half of the retention is left": seen(age(60, 43_000), metric("Errors", "Sum", 4)),
    "the poller is off": seen(GROWS, state="Disabled"),
    "no figures": seen(),
}
