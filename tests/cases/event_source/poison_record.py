from doctor.model.invoking import DestinationConfig, OnDestination
from doctor.model.sources import Stream
from doctor.testing.world import ACCOUNT, REGION, feeds, function, metric, queue, world

F = function()
KINESIS = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
STREAM = Stream(stream_arn=KINESIS, stream_name="s", retention_period_hours=24)
KEPT = DestinationConfig(on_failure=OnDestination(destination=queue("dead").arn))
ERRORS = metric("Errors", "Sum", 9, 9, 9)


def age(*seconds):
    return metric("IteratorAge", "Maximum", *(1000 * one for one in seconds))


FALLING_BACK = age(300, 600, 900)


def seen(*series, source=KINESIS, **poller):
    return world(F, STREAM, feeds(source, F, **poller), metrics={F.arn: series})


BROKEN = {
    "the defaults, and a bad record": seen(ERRORS, FALLING_BACK),
    "split down to the one record, which is tried on": seen(ERRORS, FALLING_BACK, bisect_batch_on_function_error=True),
    "a destination that is never reached": seen(ERRORS, FALLING_BACK, destination_config=KEPT),
}
HEALTHY = {
    "it gives up after some tries": seen(ERRORS, FALLING_BACK, maximum_retry_attempts=3),
    "no errors: it lacks capacity": seen(FALLING_BACK),
    "errors, and it keeps up": seen(ERRORS, age(1, 1, 2)),
    "errors, and it catches up": seen(ERRORS, age(900, 600, 400)),
    "the defaults, and nothing fails": seen(age(1, 1, 1)),
    "a queue is no stream": world(
        F, q := queue(visibility_timeout=180), feeds(q, F), metrics={F.arn: (ERRORS, FALLING_BACK)}
    ),
}
