from doctor.testing.world import feeds, function, metric, queue, world

F = function()
ERRORS = metric("Errors", "Sum", 2, 3)
OLDER, YOUNGER = (600, 1200, 1500, 1900, 2200, 2600), (2600, 2200, 1900, 1500, 1200, 600)


def seen(*ages, errors=ERRORS, fifo=True):
    one = queue("q.fifo" if fifo else "q", visibility_timeout=180, fifo_queue=fifo)
    age = metric("ApproximateAgeOfOldestMessage", "Maximum", *ages, namespace="AWS/SQS")
    return world(F, one, feeds(one, F), metrics={F.arn: (errors,), one.arn: (age,)})


BROKEN = {"it fails, and the oldest gets older": seen(*OLDER)}
HEALTHY = {
    "it catches up": seen(*YOUNGER),
    "nothing fails: it is slow": seen(*OLDER, errors=metric("Errors", "Sum", 0)),
    "a queue without groups": seen(*OLDER, fifo=False),
}
