from doctor.model.invoking import FunctionEventInvokeConfig
from doctor.testing.world import function, metric, world

ONCE = FunctionEventInvokeConfig(maximum_retry_attempts=0)


def seen(*, ran=90, failed=80, longest=3000, events=30, config=None):
    one = function(timeout=3, event_invoke_config=config)
    figures = (
        metric("Invocations", "Sum", ran),
        metric("Errors", "Sum", failed),
        metric("Duration", "Maximum", longest),
        metric("AsyncEventsReceived", "Sum", events),
    )
    return world(one, metrics={one.arn: figures})


BROKEN = {"nearly all": seen(), "tried once more": seen(config=FunctionEventInvokeConfig(maximum_retry_attempts=1))}
HEALTHY = {
    "a few fail": seen(failed=4),
    "they fail at once": seen(longest=40),
    "they are tried once": seen(config=ONCE),
    "callers wait for it: nobody tries again": seen(events=0),
    "it hardly ran": seen(ran=3, failed=3),
}
