from doctor.testing.world import alias, feeds, function, metric, queue, world

Q = queue(visibility_timeout=180)
F = function(reserved_concurrent_executions=5)
ONE = function(reserved_concurrent_executions=1)
REFUSED = metric("Throttles", "Sum", 0, 14, 3)
V4 = function(version="4")
LIVE = alias("live", V4)


def seen(subject, *others, refused=REFUSED, **poller):
    return world(subject, Q, feeds(Q, subject, **poller), *others, metrics={subject.arn: (refused,)})


BROKEN = {
    "no limit": seen(F),
    "a limit above the reservation": seen(F, scaling_config={"MaximumConcurrency": 20}),
    "less is reserved than the least limit": seen(ONE),
    "the poller invokes an alias": world(F, V4, LIVE, Q, feeds(Q, LIVE), metrics={F.arn: (REFUSED,)}),
}
HEALTHY = {
    "a limit within the reservation": seen(F, scaling_config={"MaximumConcurrency": 5}),
    "nothing is refused": seen(F, refused=metric("Throttles", "Sum", 0, 0)),
    "function errors are no refusals": seen(F, refused=metric("Errors", "Sum", 3)),
    "nothing is reserved": seen(function()),
    "switched off, for which another rule speaks": seen(function(reserved_concurrent_executions=0)),
    "the poller is switched off": seen(F, state="Disabled"),
    "a stream's poller invokes once for each shard": world(
        F, feeds("arn:aws:kinesis:eu-west-1:111122223333:stream/s", F), metrics={F.arn: (REFUSED,)}
    ),
}
