"""Asynchronous events that fail for good are gone: nothing takes them in.

Buckets, topics, rules and others hand Lambda an event and do not wait. When all attempts failed Lambda puts the event into the function's dead-letter
queue or its `OnFailure` destination, and without either drops it: no log, no message, a count of `AsyncEventsDropped`. What pollers bring is put aside by
its source, and is not meant here. Invocations of type `Event` by other code are not seen.

Covers: async-no-dlq
Fix: an `OnFailure` destination, which tells more than a dead-letter queue.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, FailedEvents, Fix, Function, Problem, Severity, cite, rule


@rule(Severity.LOW, advice=True)
def failed_events_vanish(function: Function, failed: FailedEvents) -> Iterator[Problem]:
    if failed.services and not failed.refuges:
        yield Problem(
            message=f"{' and '.join(failed.services)} invoke it asynchronously, and an event that fails for good goes nowhere",
            evidence=(cite(function, "dead_letter_config"), cite(function, "event_invoke_config")),
            fixes=(
                Fix(
                    title="give it an OnFailure destination or a dead-letter queue", applicability=Applicability.MANUAL
                ),
            ),
        )
