"""Asynchronous events are taken in faster than they are run.

Lambda took more events in than it started invocations for, and those that it started had waited longer and longer. Nothing is lost yet; what refuses the
function, or its concurrency, is the cause. A function that fails is tried again on purpose, and is not meant here.

Covers: async-backlog
Fix: more concurrency for the function, or a quicker one.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite_metric,
    rule,
)

AGE = "AsyncEventAge"
OLD = 60_000
"""Milliseconds that an event must have waited to be told of."""
ENOUGH = 3
"""Values of the metric that must rise."""


@rule(Severity.MEDIUM)
def events_wait(function: Function, metrics: Metrics) -> Iterator[Problem]:
    ages = metrics.values(AGE, "Maximum")[-ENOUGH:]
    if len(ages) < ENOUGH:
        return
    taken, ran = metrics.total("AsyncEventsReceived"), metrics.total("Invocations")
    rising = list(ages) == sorted(set(ages)) and ages[-1] >= OLD
    if function.version == "$LATEST" and taken > ran and rising and not metrics.total("Errors"):
        yield Problem(
            message=f"of {taken:.0f} asynchronous events {taken - ran:.0f} were not run, and the oldest waited {ages[-1] / 60_000:.0f} minutes",
            evidence=(
                cite_metric(function, "AsyncEventsReceived Sum", taken, metrics.last("AsyncEventsReceived")),
                cite_metric(function, f"{AGE} Maximum", ages[-1], metrics.last(AGE, "Maximum")),
            ),
            fixes=(
                Fix(title="give the function more concurrency, or make it quicker", applicability=Applicability.MANUAL),
            ),
        )
