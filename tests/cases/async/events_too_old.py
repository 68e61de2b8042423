from doctor.model.invoking import FunctionEventInvokeConfig
from doctor.testing.world import function, metric, world

SHORT = FunctionEventInvokeConfig(maximum_event_age_in_seconds=60)


def waited(*seconds, **fields):
    one = function(**fields)
    return world(one, metrics={one.arn: (metric("AsyncEventAge", "Maximum", *(1000 * each for each in seconds)),)})


BROKEN = {
    "nearly six hours": waited(1, 20_000),
    "nearly the minute that they may": waited(55, event_invoke_config=SHORT),
}
HEALTHY = {
    "a second": waited(1, 1, event_invoke_config=SHORT),
    "an hour of six": waited(3600),
    "none came": world(function()),
}
