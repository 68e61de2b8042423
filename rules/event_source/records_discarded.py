"""A stream's poller discarded records: they failed as often, or got as old, as the mapping allows.

With `MaximumRetryAttempts` or `MaximumRecordAgeInSeconds` a poller gives records up and goes on. Where the mapping has a destination for failures it keeps what
is needed to find them again; without one they are gone. Counted only where the mapping counts its events.

Covers: stream-records-discarded
Fix: mend what the function fails on; more tries, or a longer age, and a destination for what is given up.
See: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    PollerCounts,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)

DROPPED = "DroppedEventCount"


@rule(Severity.HIGH)
def records_discarded(function: Function, counts: PollerCounts) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for one in counts.those:
        dropped = one.total(DROPPED)
        if dropped:
            kept = one.mapping.destination_config.on_failure.destination
            yield Problem(
                message=f"{dropped:.0f} records of {one.mapping.event_source_arn} were given up: {f'where they were is told to {kept}' if kept else 'nothing keeps them'}",
                evidence=(
                    cite_metric(one.mapping, f"{DROPPED} Sum", dropped, one.last(DROPPED)),
                    cite(one.mapping, "maximum_retry_attempts"),
                    cite(one.mapping, "maximum_record_age_in_seconds"),
                ),
                fixes=(
                    Fix(
                        title="mend what the function fails on, and give the mapping a destination for failures",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=one.mapping.arn,
            )
