from doctor.model.function import DeadLetterConfig
from doctor.model.invoking import DestinationConfig, FunctionEventInvokeConfig, OnDestination
from doctor.testing.world import alias, feeds, function, queue, world

DEAD = queue("dead")


def to(**where):
    return FunctionEventInvokeConfig(destination_config=DestinationConfig(**where))


KEPT = to(on_failure=OnDestination(destination=DEAD.arn))


def let_in(*services):
    return {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": f"{one}.amazonaws.com"}, "Action": "lambda:InvokeFunction"}
            for one in services
        ]
    }


F = function(policy=let_in("s3"))
V4 = function(version="4")

BROKEN = {
    "a bucket invokes it": world(F),
    "a topic and a rule invoke it": world(function(policy=let_in("sns", "events"))),
    "a topic invokes its alias": world(function(), V4, alias("live", V4, policy=let_in("sns"))),
    "only what went through is kept": world(
        function(policy=let_in("s3"), event_invoke_config=to(on_success=OnDestination(destination=DEAD.arn))), DEAD
    ),
}
HEALTHY = {
    "it has a dead-letter queue": world(
        function(policy=let_in("s3"), dead_letter_config=DeadLetterConfig(target_arn=DEAD.arn)), DEAD
    ),
    "it has a destination": world(function(policy=let_in("s3"), event_invoke_config=KEPT), DEAD),
    "the alias has a destination": world(
        function(), V4, alias("live", V4, policy=let_in("sns"), event_invoke_config=KEPT), DEAD
    ),
    "API Gateway waits for an answer": world(function(policy=let_in("apigateway"))),
    "a queue's messages are put aside by the queue": world(
        function(), q := queue(visibility_timeout=180), feeds(q, function())
    ),
    "nobody is let in": world(function()),
}
