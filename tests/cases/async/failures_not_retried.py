from doctor.model.function import DeadLetterConfig
from doctor.model.invoking import DestinationConfig, FunctionEventInvokeConfig, OnDestination
from doctor.testing.world import function, queue, world

Q = queue("failed")
ONCE = FunctionEventInvokeConfig(maximum_retry_attempts=0)
KEPT = FunctionEventInvokeConfig(
    maximum_retry_attempts=0, destination_config=DestinationConfig(on_failure=OnDestination(destination=Q.arn))
)
BROKEN = {"tried once": world(function(event_invoke_config=ONCE))}
HEALTHY = {
    "by default": world(function()),
    "tried once more": world(function(event_invoke_config=FunctionEventInvokeConfig(maximum_retry_attempts=1))),
    "failed ones are kept": world(Q, function(event_invoke_config=KEPT)),
    "in a dead-letter queue": world(
        Q, function(event_invoke_config=ONCE, dead_letter_config=DeadLetterConfig(target_arn=Q.arn))
    ),
}
