"""One bad message makes its whole batch come again.

A poller without `ReportBatchItemFailures` takes an exception for the failure of all messages of a batch: those that were done are done again, and all of them may end
in the dead-letter queue. A handler that tells which messages failed, and a poller that listens, leave the others alone. Listening alone would delete what the
code fails to report.

Covers: sqs-partial-batch-off
Fix: let the handler answer with `batchItemFailures`, then let the poller listen.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    Triggers,
    cite,
    cite_metric,
    rule,
)


@rule(Severity.LOW, advice=True)
def batch_fails_as_one(function: Function, triggers: Triggers, metrics: Metrics) -> Iterator[Problem]:
    errors = metrics.total("Errors")
    for queue in triggers.queues:
        mapping = triggers.mapping_of(queue)
        if errors and mapping.state == "Enabled" and mapping.batch_size > 1 and not mapping.function_response_types:
            yield Problem(
                message=f"up to {mapping.batch_size} messages of {queue.arn} fail together, and the function failed {errors:.0f} times",
                evidence=(
                    cite(mapping, "batch_size"),
                    cite(mapping, "function_response_types"),
                    cite_metric(function, "Errors Sum", errors, metrics.last("Errors")),
                ),
                fixes=(
                    Fix(
                        title="let the handler tell which messages failed, then let the poller listen",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=mapping.arn,
            )
