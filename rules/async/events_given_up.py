"""Asynchronous events were given up after all attempts.

Lambda tries an event that fails again after one and after two more minutes, then gives it up and counts `AsyncEventsDropped`; events also expire while
they wait, after six hours unless it is said otherwise. This is a consequence: the function's errors say why. Where it was refused instead of failing, its
concurrency is the matter.

Covers: async-retries-exhausted
Fix: mend what the function fails on, then send the events again from where failed ones are kept.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite_metric,
    rule,
)


@rule(Severity.MEDIUM)
def events_given_up(function: Function, metrics: Metrics) -> Iterator[Problem]:
    dropped, errors = metrics.total("AsyncEventsDropped"), metrics.total("Errors")
    if function.version != "$LATEST" or not dropped or not errors:
        return
    yield Problem(
        message=f"{dropped:.0f} asynchronous events were given up; the function failed {errors:.0f} times meanwhile",
        evidence=(
            cite_metric(function, "AsyncEventsDropped Sum", dropped, metrics.last("AsyncEventsDropped")),
            cite_metric(function, "Errors Sum", errors, metrics.last("Errors")),
        ),
        fixes=(
            Fix(
                title="mend what the function fails on, then send the events again", applicability=Applicability.MANUAL
            ),
        ),
        confidence=Confidence.LIKELY,
    )
