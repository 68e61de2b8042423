"""Most of the invocations fail after their whole timeout, and each is tried again and billed again.

An asynchronous event that fails is tried twice more. One that ends at the timeout each time costs three times the longest run there is, for
nothing. What makes it fail is for other rules to say; this is what it costs until that is mended.

Covers: cost-retry-storm
Fix: fewer attempts, with a destination for what failed, until the cause is mended.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    Problem,
    Settings,
    Severity,
    cite,
    cite_metric,
    rule,
)

MOST = 0.5
NEARLY = 0.95
ENOUGH = 10


@rule(Severity.LOW, advice=True)
def failures_billed(function: Function, metrics: Metrics, settings: Settings) -> Iterator[Problem]:
    ran, failed = metrics.total("Invocations"), metrics.total("Errors")
    longest = metrics.peak("Duration")
    events = metrics.total("AsyncEventsReceived")
    whole = longest is not None and longest >= NEARLY * function.timeout * 1000
    if function.version != "$LATEST" or ran < ENOUGH or failed <= MOST * ran or not whole or not events:
        return
    config = settings.event_invoke_config
    if config is None or config.maximum_retry_attempts:
        yield Problem(
            message=f"{failed:.0f} of {ran:.0f} invocations failed, up to the whole {function.timeout} s, for {events:.0f} events that are tried again each time",
            evidence=(
                cite_metric(function, "Errors Sum", failed, metrics.last("Errors")),
                cite_metric(function, "Invocations Sum", ran, metrics.last("Invocations")),
                cite(function, "timeout"),
            ),
            fixes=(
                Fix(
                    title="try failed events less often, and keep them in a destination, until the cause is mended",
                    applicability=Applicability.MANUAL,
                    note=f"aws lambda put-function-event-invoke-config --function-name {function.function_name} --maximum-retry-attempts 0, with an OnFailure destination",
                ),
            ),
        )
