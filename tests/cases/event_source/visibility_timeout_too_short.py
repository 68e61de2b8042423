from doctor.testing.world import alias, feeds, function, gap, queue, world

WORKER = function(timeout=30)
SHORT = queue(visibility_timeout=10)
V1 = function("live", version="1", timeout=30)
LATEST = function("live", timeout=30)
LIVE = alias("live", V1)

BROKEN = {
    "messages reappear while the handler may still run": world(WORKER, SHORT, feeds(SHORT, WORKER)),
    "one second too short is too short": world(WORKER, q := queue(visibility_timeout=29), feeds(q, WORKER)),
    "of two queues one is too short": world(
        WORKER, SHORT, q := queue("enough", visibility_timeout=180), feeds(SHORT, WORKER), feeds(q, WORKER)
    ),
    "the poller invokes an alias": world(LATEST, V1, LIVE, SHORT, feeds(SHORT, LIVE)),
    "the poller invokes a version": world(LATEST, V1, SHORT, feeds(SHORT, V1)),
    "a visibility of zero hides nothing": world(WORKER, q := queue(visibility_timeout=0), feeds(q, WORKER)),
}

HEALTHY = {
    "six times the timeout": world(WORKER, q := queue(visibility_timeout=180), feeds(q, WORKER)),
    "as long as the timeout: short of AWS's advice, but nothing reappears early": world(
        WORKER, q := queue(visibility_timeout=30), feeds(q, WORKER)
    ),
    "between one and six times the timeout": world(WORKER, q := queue(visibility_timeout=100), feeds(q, WORKER)),
    "a short queue that nothing polls": world(WORKER, SHORT),
    "a short queue of another function": world(
        WORKER, quick := function("quick", timeout=5), SHORT, feeds(SHORT, quick)
    ),
    "no trigger at all": world(WORKER),
    "a stream is no queue": world(WORKER, feeds("arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026", WORKER)),
    "the gap is another queue's": world(
        WORKER,
        q := queue(visibility_timeout=180),
        feeds(q, WORKER),
        gaps=[gap("sqs:GetQueueAttributes", queue("other").arn)],
    ),
}
