"""A message that fails holds back its whole group in a FIFO queue.

A FIFO queue hands out the next message of a group only when the one before is done. One that always fails stops its group until it expires or is put aside, while
other groups go on. It shows as a queue whose oldest message gets older while the function fails now and then.

Covers: sqs-fifo-group-block
Fix: a dead-letter queue with a low enough maxReceiveCount; a handler that reports the failed message and all after it in its group.
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

AGE = "ApproximateAgeOfOldestMessage"


@rule(Severity.HIGH)
def message_group_blocked(function: Function, counts: PollerCounts, metrics: Metrics) -> Iterator[Problem]:
    errors = metrics.total("Errors")
    for one in counts.those:
        if errors and one.queue is not None and one.queue.fifo_queue and one.falling_back:
            age = max(one.values(AGE).items())[1]
            yield Problem(
                message=f"a message has waited {age / 60:.0f} minutes in a FIFO queue while the function fails: its group waits behind one that fails",
                evidence=(
                    cite_metric(one.queue, f"{AGE} Maximum", age, one.last(AGE)),
                    cite_metric(function, "Errors Sum", errors, metrics.last("Errors")),
                    cite(one.queue, "redrive_policy"),
                ),
                fixes=(
                    Fix(title="put aside what always fails: a dead-letter queue", applicability=Applicability.MANUAL),
                ),
                confidence=Confidence.LIKELY,
                subject=one.queue.arn,
            )
    if errors:
        counts.require_queues()
