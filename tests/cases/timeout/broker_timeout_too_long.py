from doctor.testing.world import feeds, function, queue, world

F = function(timeout=900)
KAFKA = "arn:aws:kafka:eu-west-1:111122223333:cluster/k/0123"
Q = queue(visibility_timeout=5400)
BROKEN = {
    "Kafka": world(F, feeds(KAFKA, F)),
    "Amazon MQ": world(F, feeds("arn:aws:mq:eu-west-1:111122223333:broker:b:0123", F)),
    "brokers of one's own": world(F, feeds("", F)),
}
HEALTHY = {
    "fourteen minutes": world(function(timeout=840), feeds(KAFKA, function(timeout=840))),
    "a queue": world(F, Q, feeds(Q, F)),
    "switched off": world(F, feeds(KAFKA, F, state="Disabled")),
    "no poller": world(F),
}
