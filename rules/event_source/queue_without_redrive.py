"""A queue that feeds functions has no dead-letter queue: a message that always fails comes back until it expires.

Each time it takes the room of others, is billed, and in a FIFO queue blocks its group. After `MessageRetentionPeriod` it is gone. The function's own
dead-letter queue is never used for what a poller brings.

Covers: sqs-no-redrive
Fix: a dead-letter queue and a `RedrivePolicy` with a `maxReceiveCount` of at least 5.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, Triggers, cite, rule

DAY = 86_400


@rule(Severity.LOW, advice=True)
def queue_without_redrive(function: Function, triggers: Triggers) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for queue in triggers.queues:
        if queue.redrive_policy is None:
            yield Problem(
                message=f"no dead-letter queue: a message that always fails comes back for {queue.message_retention_period / DAY:.1f} days, and is gone then",
                evidence=(cite(queue, "redrive_policy"), cite(queue, "message_retention_period")),
                fixes=(
                    Fix(
                        title="give it a dead-letter queue, with a maxReceiveCount of at least 5",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=queue.arn,
            )
