from doctor.testing.world import feeds, function, queue, world

Q = queue(visibility_timeout=5400)


def durable(seconds, **poller):
    one = function(timeout=60, extra={"DurableConfig": {"ExecutionTimeout": seconds, "RetentionPeriodInDays": 7}})
    return world(one, Q, feeds(Q, one, **poller))


BROKEN = {"a day": durable(86400)}
HEALTHY = {
    "fifteen minutes": durable(900),
    "switched off": durable(86400, state="Disabled"),
    "it is not durable": world(function(), Q, feeds(Q, function())),
    "nothing feeds it": world(function(extra={"DurableConfig": {"ExecutionTimeout": 86400}})),
}
