"""A whole batch takes longer than the function may run.

A poller gives the function up to `BatchSize` records at once. The log shows a line for each record at a steady pace: small batches go through, a large one is
stopped at the timeout in the middle of its work, comes again whole, and is stopped again. A wait for something that does not answer looks the same from
outside, but falls silent at one point, whatever the size of the batch. The records that were done until then are done again with every retry.

Covers: timeout-batch-too-big
Fix: smaller batches, so that one fits into four fifths of the timeout, or a timeout that a whole batch fits into.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Batches,
    Fix,
    Function,
    Paced,
    Pollers,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite,
    cite_log,
    event_sources,
    more_time,
    rule,
)

ROOM = 0.8
"""Share of the timeout that a batch should take."""


@rule(Severity.HIGH)
def batch_too_big(function: Function, pollers: Pollers, batches: Batches) -> Iterator[Problem]:
    for one in batches.too_big:
        if one.mapping not in pollers.those:
            continue
        mapping, stopped = one.mapping, one.stopped
        yield Problem(
            message=f"a record takes about {one.per_record / 1000:.2g} s, so a batch of {mapping.batch_size} needs {one.whole / 1000:.0f} s: it is stopped at {function.timeout} s, after {one.seen} records",
            evidence=(
                cite(mapping, "batch_size"),
                cite(function, "timeout"),
                cite_log(function, "records until it was stopped", one.seen, stopped.at),
            ),
            fixes=(*_smaller(function, one), *more_time(function, one.whole / 1000 / ROOM)),
            explains=(Symptom(kind=SymptomKind.TIMED_OUT),),
            expects="timed_out",
            subject=mapping.arn,
        )


def _smaller(function: Function, one: Paced) -> Iterator[Fix]:
    records = max(1, int(ROOM * function.timeout * 1000 / one.per_record))
    if records < one.mapping.batch_size:
        yield Fix(
            title=f"give it at most {records} records at once",
            steps=(event_sources.shrink_batches(one.mapping, records),),
            cost="more invocations for the same records",
        )
