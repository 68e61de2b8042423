"""The function succeeds, and not one of its messages is taken for done: what it answers may not be understood.

With `ReportBatchItemFailures` a poller reads which messages failed out of the answer. An answer that it does not understand counts as the failure
of the whole batch: another key than `batchItemFailures` and `itemIdentifier`, an empty or unknown id. The function counts no error, no
message is deleted, and each comes again until the queue gives it up. A function that really fails at every message, and says so, looks the same.

Covers: batch-failures-malformed
Fix: answer with exactly `{"batchItemFailures": [{"itemIdentifier": messageId}]}`.
Proof: the invocation is run locally, and what the handler returns is shown.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Metrics,
    PollerCounts,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)

LISTENS = "ReportBatchItemFailures"
SENT, DONE = "NumberOfMessagesSent", "NumberOfMessagesDeleted"
ENOUGH = 5
"""Invocations from which on it is no accident."""


@rule(Severity.MEDIUM)
def batch_answers_refused(function: Function, counts: PollerCounts, metrics: Metrics) -> Iterator[Problem]:
    if not counts.those:
        return
    ran = metrics.total("Invocations")
    if ran < ENOUGH or metrics.total("Errors"):
        return
    for one in counts.those:
        if (
            one.queue is not None
            and LISTENS in one.mapping.function_response_types
            and one.total(SENT)
            and not one.total(DONE)
        ):
            yield Problem(
                message=f"{ran:.0f} invocations succeeded, and none of the messages of {one.queue.arn} was deleted: the poller takes each answer for a failure of all",
                evidence=(
                    cite(one.mapping, "function_response_types"),
                    cite_metric(function, "Invocations Sum", ran, metrics.last("Invocations")),
                    cite_metric(one.queue, f"{SENT} Sum", one.total(SENT), one.last(SENT)),
                ),
                fixes=(
                    Fix(
                        title="answer with batchItemFailures and itemIdentifier, spelled so",
                        applicability=Applicability.MANUAL,
                        note='an empty list tells that all went well: {"batchItemFailures": []}',
                    ),
                ),
                confidence=Confidence.POSSIBLE,
                subject=one.mapping.arn,
            )
    counts.require_queues()
