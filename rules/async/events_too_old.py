"""Asynchronous events wait nearly as long as they may, and are given up unseen after that.

Lambda keeps an asynchronous event for six hours, or for `MaximumEventAgeInSeconds`, and tries again while the function is refused or fails. An event that got too
old is put where failed events go, or dropped. `AsyncEventAge` says how long events waited.

Covers: async-event-age
Fix: remove what refuses or fails the function; a longer age, where it was set low.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
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

DEFAULT = 21_600
"""Seconds."""
NEAR = 0.9
AGE = "AsyncEventAge"


@rule(Severity.HIGH)
def events_too_old(function: Function, metrics: Metrics, settings: Settings) -> Iterator[Problem]:
    oldest = (metrics.peak(AGE) or 0.0) / 1000
    if not oldest or function.version != "$LATEST":
        return
    config = settings.event_invoke_config
    most = config.maximum_event_age_in_seconds if config else DEFAULT
    if oldest >= NEAR * most:
        yield Problem(
            message=f"asynchronous events waited up to {oldest / 60:.0f} minutes, and are given up after {most / 60:.0f}",
            evidence=(
                cite_metric(function, f"{AGE} Maximum", oldest * 1000, metrics.peak_at(AGE)),
                cite(function, "event_invoke_config"),
            ),
            fixes=(Fix(title="remove what refuses or fails the function", applicability=Applicability.MANUAL),),
        )
