from doctor.model.function import DeadLetterConfig
from doctor.model.invoking import DestinationConfig, OnDestination
from doctor.model.triggers import EventRule, RedrivePolicy, Target
from doctor.testing.world import ACCOUNT, REGION, alias, feeds, function, queue, world

DEAD = queue("dead")
OWN = DeadLetterConfig(target_arn=DEAD.arn)
F = function(dead_letter_config=OWN)
BARE = queue(visibility_timeout=180)
SAFE = queue(visibility_timeout=180, redrive_policy=RedrivePolicy(dead_letter_target_arn=DEAD.arn, max_receive_count=5))
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
KEPT = DestinationConfig(on_failure=OnDestination(destination=DEAD.arn))
RULE = EventRule(arn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r", name="r", targets=(Target(id="1", arn=F.arn),))


def let_in(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
    }
    return function(dead_letter_config=OWN, policy={"Statement": [statement]})


BROKEN = {
    "a queue feeds it": world(F, BARE, DEAD, feeds(BARE, F)),
    "a stream feeds it, whose mapping has no destination": world(F, SAFE, DEAD, feeds(SAFE, F), feeds(STREAM, F)),
    "of two queues one has its own": world(
        F, SAFE, q := queue("bare", visibility_timeout=180), DEAD, feeds(SAFE, F), feeds(q, F)
    ),
    "API Gateway waits for an answer": world(g := let_in("apigateway"), BARE, DEAD, feeds(BARE, g)),
}
HEALTHY = {
    "the queue has its own": world(F, SAFE, DEAD, feeds(SAFE, F)),
    "the stream's mapping has a destination": world(F, DEAD, feeds(STREAM, F, destination_config=KEPT)),
    "no poller feeds it": world(F, DEAD),
    "a topic invokes it too": world(g := let_in("sns"), BARE, DEAD, feeds(BARE, g)),
    "a rule invokes it too": world(F, RULE, BARE, DEAD, feeds(BARE, F)),
    "a topic invokes its alias": world(
        F,
        v := function(version="4", dead_letter_config=OWN),
        live := alias("live", v, policy=let_in("sns").policy),
        BARE,
        DEAD,
        feeds(BARE, live),
    ),
    "it has none": world(g := function(), BARE, feeds(BARE, g)),
}
