"""Events that failed for good cannot be put where they should go.

A dead-letter queue or destination that was deleted, or that is FIFO (Lambda sends no message group, so SQS and SNS refuse), loses every event that it was
meant to keep. `DeadLetterErrors` and `DestinationDeliveryFailures` count what was lost. A queue that is there and that the function's role may not use shows
the same counts: that is a matter of permissions.

Covers: async-dlq-target-invalid
Fix: let it lead to a standard queue or topic that exists.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    FailedEvents,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite_metric,
    rule,
)

LOST = ("DeadLetterErrors", "DestinationDeliveryFailures")


@rule(Severity.HIGH)
def failed_events_target_invalid(function: Function, failed: FailedEvents, metrics: Metrics) -> Iterator[Problem]:
    counts = {name: metrics.total(name) for name in LOST if metrics.total(name)}
    if not counts:
        return
    for refuge in failed.refuges:
        fifo = refuge.arn.endswith(".fifo")
        if fifo or refuge.exists is False:
            yield Problem(
                message=f"{sum(counts.values()):.0f} failed events were lost: {refuge.arn} {'is FIFO' if fifo else 'does not exist'}",
                evidence=(
                    refuge.told,
                    *(
                        cite_metric(function, f"{name} Sum", count, metrics.last(name))
                        for name, count in counts.items()
                    ),
                ),
                fixes=(
                    Fix(
                        title="let it lead to a standard queue or topic that exists", applicability=Applicability.MANUAL
                    ),
                ),
            )
