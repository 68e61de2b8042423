from doctor.model.invoking import DestinationConfig, OnDestination
from doctor.testing.world import feeds, function, world

F = function()
CLUSTER = "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/0a1b"
POLLERS = {"ProvisionedPollerConfig": {"MinimumPollers": 1, "MaximumPollers": 3}}


def fed(**fields):
    extra = {"Topics": ["orders"], **fields.pop("extra", {})}
    return world(F, feeds(CLUSTER, F, extra=extra, **fields))


def failed_to(place):
    return DestinationConfig(on_failure=OnDestination(destination=place))


BROKEN = {
    "so many attempts": fed(maximum_retry_attempts=3),
    "split, and no older than a day": fed(bisect_batch_on_function_error=True, maximum_record_age_in_seconds=86400),
    "what fails goes round": fed(extra=POLLERS, destination_config=failed_to("kafka://orders")),
}
HEALTHY = {
    "in provisioned mode": fed(extra=POLLERS, maximum_retry_attempts=3),
    "nothing is said of retries": fed(),
    "another topic for what failed": fed(extra=POLLERS, destination_config=failed_to("kafka://failed")),
    "a stream, which needs no such mode": world(
        F, feeds("arn:aws:kinesis:eu-west-1:111122223333:stream/s", F, maximum_retry_attempts=3)
    ),
    "switched off": fed(maximum_retry_attempts=3, state="Disabled"),
}
