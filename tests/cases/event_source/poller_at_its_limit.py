from doctor.testing.world import feeds, function, metric, queue, world

F = function()
Q = queue(visibility_timeout=180)
OLDER = metric("ApproximateAgeOfOldestMessage", "Maximum", 600, 1200, 1500, 1900, 2200, 2600, namespace="AWS/SQS")


def seen(*, age=OLDER, busy=5, limit=5, more=()):
    poller = feeds(Q, F, scaling_config={"MaximumConcurrency": limit} if limit else {})
    mine = (metric("ConcurrentExecutions", "Maximum", 2, busy), *more)
    return world(F, Q, poller, metrics={F.arn: mine, Q.arn: (age,)})


BROKEN = {"at its limit, and falling back": seen(), "the highest limit": seen(limit=1000, busy=1000)}
HEALTHY = {
    "below its limit": seen(busy=3),
    "no limit": seen(limit=None),
    "it catches up": seen(age=metric("ApproximateAgeOfOldestMessage", "Maximum", 2600, 2200, 1900, 1200, 600, 60)),
    "the function fails: poison messages": seen(more=(metric("Errors", "Sum", 3),)),
    "requests are refused": seen(more=(metric("Throttles", "Sum", 3),)),
    "half an hour is not seen": seen(age=metric("ApproximateAgeOfOldestMessage", "Maximum", 2000, 2600)),
}
