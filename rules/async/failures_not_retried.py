"""An asynchronous event that fails once is gone: it is not tried again, and nothing takes it in.

`MaximumRetryAttempts` of 0 leaves every event one attempt. Without a dead-letter queue or an `OnFailure` destination a single failure, a short outage of what the
function calls, loses it.

Covers: async-retry-zero-loss
Fix: let events be tried again, or give failed ones a destination.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    FailedEvents,
    Fix,
    Function,
    Problem,
    Settings,
    Severity,
    cite,
    rule,
)


@rule(Severity.LOW, advice=True)
def failures_not_retried(function: Function, failed: FailedEvents, settings: Settings) -> Iterator[Problem]:
    config = settings.event_invoke_config
    if config is not None and config.maximum_retry_attempts == 0 and not failed.refuges:
        yield Problem(
            message="an asynchronous event is tried once, and goes nowhere when it fails",
            evidence=(cite(function, "event_invoke_config"), cite(function, "dead_letter_config")),
            fixes=(
                Fix(
                    title="let events be tried twice more, or give failed ones a destination",
                    applicability=Applicability.MANUAL,
                ),
            ),
        )
