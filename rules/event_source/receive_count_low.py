"""A message goes to the dead-letter queue after fewer than five receives.

A message that Lambda received and could not hand over, because the function was refused for its concurrency, counts as received. With a low `maxReceiveCount`
such messages end in the dead-letter queue although no code ever failed on them. AWS asks for at least 5.

Covers: sqs-max-receive-low
Fix: a maxReceiveCount of 5 or more.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Severity,
    Triggers,
    cite,
    rule,
)

LEAST = 5


@rule(Severity.LOW, advice=True)
def receive_count_low(function: Function, triggers: Triggers) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for queue in triggers.queues:
        policy = queue.redrive_policy
        if policy is not None and policy.max_receive_count < LEAST:
            yield Problem(
                message=f"a message is put aside after {policy.max_receive_count} receives, those included that never reached the code; {LEAST} or more are needed",
                evidence=(cite(queue, "redrive_policy"),),
                fixes=(Fix(title=f"let maxReceiveCount be {LEAST} or more", applicability=Applicability.MANUAL),),
                subject=queue.arn,
            )
