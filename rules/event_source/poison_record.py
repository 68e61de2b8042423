"""A record that always fails blocks its shard, for the poller tries it again until it expires.

A stream's poller keeps the order: while a batch fails nothing behind it in the shard is given to the function. By default it tries without end
(`MaximumRetryAttempts` of -1), with the whole batch, and puts nothing aside: a single bad record stops the shard for up to the stream's retention, a
day or more. It is that, and not a lack of capacity, where the function fails while its `IteratorAge` grows.

Covers: stream-poison-pill
Fix: split batches that fail, and give up after some tries. Unsafe: without an `OnFailure` destination the record that is given up is lost.
See: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    EventSourceMapping,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    Streams,
    cite,
    cite_metric,
    event_sources,
    rule,
)

ENDLESS = -1
TRIES = 3
BEHIND = 300_000
"""Milliseconds of IteratorAge from which the function is behind."""


@rule(Severity.HIGH)
def poison_record(function: Function, streams: Streams, metrics: Metrics) -> Iterator[Problem]:
    ages = metrics.values("IteratorAge", "Maximum")
    errors = metrics.total("Errors")
    if not errors or len(ages) < 2 or ages[-1] < BEHIND or ages[-1] <= ages[0]:  # noqa: PLR2004 -- growing takes two
        return
    for one in streams.those:
        mapping = one.mapping
        if mapping.state == "Enabled" and mapping.maximum_retry_attempts == ENDLESS:
            yield Problem(
                message=f"it fails, and is {ages[-1] / 60_000:.0f} minutes behind and falling back: a batch of {mapping.event_source_arn} that fails is tried until its records expire",
                evidence=(
                    cite(mapping, "maximum_retry_attempts"),
                    cite(mapping, "bisect_batch_on_function_error"),
                    cite_metric(function, "IteratorAge Maximum", ages[-1], metrics.last("IteratorAge", "Maximum")),
                    cite_metric(function, "Errors Sum", errors, metrics.last("Errors")),
                ),
                fixes=(_give_up(mapping),),
                subject=mapping.arn,
            )


def _give_up(mapping: EventSourceMapping) -> Fix:
    kept = mapping.destination_config.on_failure.destination
    return Fix(
        title=f"split batches that fail, and give up after {TRIES} tries",
        applicability=Applicability.UNSAFE,
        steps=(event_sources.give_up_after(mapping, TRIES),),
        risk=f"what is given up goes to {kept}"
        if kept
        else "what is given up is lost: add an OnFailure destination first",
    )
