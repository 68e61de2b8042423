from doctor.testing.world import feeds, function, queue, world

F = function(timeout=30)


def seen(hidden, **poller):
    source = queue(visibility_timeout=hidden)
    return world(F, source, feeds(source, F, **poller))


BROKEN = {
    "as long as the timeout": seen(30),
    "one second short": seen(179),
    "six times, but the poller waits for a full batch": seen(180, maximum_batching_window_in_seconds=20),
}
HEALTHY = {
    "six times": seen(180),
    "six times and the window": seen(200, maximum_batching_window_in_seconds=20),
    "less than one run, for which another rule speaks": seen(29),
    "no queue": world(F),
}
