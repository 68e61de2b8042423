from doctor.testing.world import feeds, function, metric, queue, world

F = function()
Q = queue(visibility_timeout=180)


def seen(errors=3, **poller):
    return world(F, Q, feeds(Q, F, **poller), metrics={F.arn: (metric("Errors", "Sum", errors),)})


BROKEN = {"batches of ten": seen()}
HEALTHY = {
    "the poller listens": seen(function_response_types=("ReportBatchItemFailures",)),
    "one at a time": seen(batch_size=1),
    "nothing fails": seen(errors=0),
    "switched off": seen(state="Disabled"),
    "no queue": world(F, metrics={F.arn: (metric("Errors", "Sum", 3),)}),
}
