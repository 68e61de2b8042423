"""A queue hides its messages for less than six times the function's timeout.

AWS asks for six times the timeout, and the batching window on top, so that a batch that was refused or slow can be tried again before its messages
reappear. Below that a busy function gets some messages twice. A queue that hides them for less than a single run is worse, and another rule's.

Covers: sqs-visibility-lt-6x
Fix: raise the visibility timeout. Safe: messages in flight keep the one they were received with.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from collections.abc import Iterator

from doctor.rules_api import Fix, Function, Problem, Severity, Triggers, cite, rule, sqs

LONGEST = 43_200
"""Seconds: the longest visibility timeout there is."""


@rule(Severity.LOW, advice=True)
def visibility_timeout_below_advice(function: Function, triggers: Triggers) -> Iterator[Problem]:
    for queue in triggers.queues:
        poller = triggers.mapping_of(queue)
        enough = min(LONGEST, 6 * function.timeout + poller.maximum_batching_window_in_seconds)
        if function.timeout <= queue.visibility_timeout < enough:
            yield Problem(
                message=f"messages reappear after {queue.visibility_timeout} s; six times the timeout and the batching window are {enough} s",
                evidence=(
                    cite(queue, "visibility_timeout"),
                    cite(function, "timeout"),
                    cite(poller, "maximum_batching_window_in_seconds"),
                ),
                fixes=(Fix(title=f"hide messages for {enough} s", steps=(sqs.set_visibility_timeout(queue, enough),)),),
            )
