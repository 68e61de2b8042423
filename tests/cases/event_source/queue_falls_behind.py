from doctor.testing.world import feeds, function, metric, queue, world

F = function()
Q = queue(visibility_timeout=180)
AGES = (600, 1200, 1500, 1900, 2200, 2600)
DONE = metric("NumberOfMessagesDeleted", "Sum", 40, 40, namespace="AWS/SQS")


def seen(*ages, done=DONE, mine=(), **poller):
    age = metric("ApproximateAgeOfOldestMessage", "Maximum", *(ages or AGES), namespace="AWS/SQS")
    return world(F, Q, feeds(Q, F, **poller), metrics={F.arn: mine, Q.arn: (age, done)})


BROKEN = {
    "it falls back": seen(),
    "below its poller's limit": seen(
        mine=(metric("ConcurrentExecutions", "Maximum", 3),), scaling_config={"MaximumConcurrency": 5}
    ),
}
HEALTHY = {
    "it catches up": seen(2600, 2200, 1900, 1500, 1200, 600),
    "a burst, worked off since": seen(60, 1200, 2600, 1900, 900, 30),
    "it fails: the poller steps back": seen(mine=(metric("Errors", "Sum", 3),)),
    "it is refused": seen(mine=(metric("Throttles", "Sum", 3),)),
    "its poller is at its limit, for which another rule speaks": seen(
        mine=(metric("ConcurrentExecutions", "Maximum", 5),), scaling_config={"MaximumConcurrency": 5}
    ),
    "nothing is worked off: it is not polled": seen(done=metric("NumberOfMessagesDeleted", "Sum", 0)),
    "switched off": seen(state="Disabled"),
}
