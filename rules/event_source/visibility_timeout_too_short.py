"""A queue hands a message out again while the function is still working on it.

SQS hides a received message for `VisibilityTimeout` seconds. A function that may run longer gets the same message twice.
AWS asks for six times the function's timeout, and the batching window on top, so that a throttled batch can be retried before its messages
reappear.

Covers: sqs-visibility-lt-timeout
Fix: raise the visibility timeout. Safe: messages in flight keep the one they were received with.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from collections.abc import Iterator

from doctor.rules_api import Fix, Function, Problem, Severity, Triggers, cite, rule, sqs


@rule(Severity.HIGH)
def visibility_timeout_too_short(function: Function, triggers: Triggers) -> Iterator[Problem]:
    for queue in triggers.queues:
        enough = 6 * function.timeout + triggers.mapping_of(queue).maximum_batching_window_in_seconds
        if queue.visibility_timeout < function.timeout:
            yield Problem(
                message=f"messages reappear after {queue.visibility_timeout} s, but the function may run for {function.timeout} s",
                evidence=(cite(queue, "visibility_timeout"), cite(function, "timeout")),
                fixes=(Fix(title=f"hide messages for {enough} s", steps=(sqs.set_visibility_timeout(queue, enough),)),),
            )
