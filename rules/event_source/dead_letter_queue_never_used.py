"""The function has a dead-letter queue, and gets its events from pollers, for which that is never used.

`DeadLetterConfig` takes in asynchronous events only. What a queue's or a stream's poller brings is put aside by the source: by the queue's `RedrivePolicy`,
or by the mapping's `OnFailure` destination. Where those are missing, failed messages are lost although somebody meant to keep them. A function that
something also invokes asynchronously needs both: then this rule is silent. Invocations of type `Event` by other code, and those of EventBridge Scheduler,
are not seen here.

Covers: sqs-fn-dlq-misplaced
Fix: a `RedrivePolicy` on the queue, or an `OnFailure` destination on the stream's mapping.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    ASYNCHRONOUS,
    Alias,
    Applicability,
    Confidence,
    EventRules,
    Fix,
    Function,
    Problem,
    Severity,
    Traffic,
    Triggers,
    callers,
    cite,
    rule,
)


@rule(Severity.MEDIUM)
def dead_letter_queue_never_used(
    function: Function, triggers: Triggers, event_rules: EventRules, traffic: Traffic
) -> Iterator[Problem]:
    target = function.dead_letter_config.target_arn
    if not target:
        return
    owners: list[Function | Alias] = [function, *traffic.leading_here]
    services = {one.service for owner in owners for one in callers(owner)}
    asynchronous = event_rules.those or services & ASYNCHRONOUS
    if asynchronous:
        return
    kept = {queue.arn for queue in triggers.queues if queue.redrive_policy is not None}
    for mapping in triggers.mappings:
        if mapping.event_source_arn in kept or mapping.destination_config.on_failure.destination:
            continue
        yield Problem(
            message=f"what fails of {mapping.event_source_arn} never reaches the function's dead-letter queue {target}, and nothing else keeps it",
            evidence=(cite(function, "dead_letter_config.target_arn"), cite(mapping, "event_source_arn")),
            fixes=(
                Fix(
                    title="keep failed messages at the source: a RedrivePolicy on the queue, an OnFailure destination on a stream's mapping",
                    applicability=Applicability.MANUAL,
                ),
            ),
            confidence=Confidence.LIKELY,
        )
