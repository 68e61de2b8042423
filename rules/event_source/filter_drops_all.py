"""The filters of a poller let nothing through, and what it reads is dropped.

A poller hands on records that match one of its filters. What matches none is deleted from a queue, or passed over in a stream, and counts nowhere unless
the mapping counts its events (`MetricsConfig` with `EventCount`). A pattern must begin with a field of the record as the source delivers it (`body` of a
queue's message, `data` of a Kinesis record, `dynamodb` of a table's): one that names a field of the message itself matches nothing, for ever, which is
certain. That all of a window was dropped may be what its owner wants, so there the finding is likely; of a queue whose events are not counted it is only
seen that messages were deleted while the function had no invocation, which another consumer may do. A body that is plain text matches no filter on
fields of it. Filters that are encrypted are not seen.

Covers: esm-filter-drops-all
Fix: correct the patterns, after trying them on a record of the source; count the poller's events to see what they do.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Filtered,
    Filters,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)

KEYS = {"sqs": "body", "kinesis": "data", "dynamodb": "dynamodb", "kafka": "value"}
"""The field under which a source delivers what was put into it."""


@rule(Severity.MEDIUM)
def filter_drops_all(function: Function, filters: Filters, metrics: Metrics) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    if not filters.those:
        return
    invoked = metrics.total("Invocations")
    for one in filters.those:
        if one.polled:
            found = _counted(one) if one.dropped >= one.polled else None
        elif one.unknown:
            found = _impossible(one)
        else:
            found = None if invoked else _deleted(one)
        if found is not None:
            yield found
    if not invoked:
        filters.require_queues()


def _impossible(one: Filtered) -> Problem:
    source = one.mapping.event_source_arn
    names = ", ".join(dict.fromkeys(one.unknown))
    key = KEYS[source.split(":")[2]]
    return Problem(
        message=f"no record of {source} can pass: the filters ask for {names}, which a record does not have beside its {key}",
        evidence=(cite(one.mapping, "filter_criteria"),),
        fixes=(_correct(f"ask for it within {key}, as in " + f'{{"{key}": {{"{one.unknown[0]}": [...]}}}}'),),
        subject=one.mapping.arn,
        severity=Severity.HIGH,
    )


def _counted(one: Filtered) -> Problem | None:
    if one.counted is None:
        return None
    last = max(at for at, value in zip(one.counted.timestamps, one.counted.values, strict=True) if value)
    return Problem(
        message=f"the filters dropped all of the {one.polled:.0f} records that came from {one.mapping.event_source_arn} in the window",
        evidence=(
            cite(one.mapping, "filter_criteria"),
            cite_metric(one.mapping, "PolledEventCount Sum", one.polled, last),
            cite_metric(one.mapping, "FilteredOutEventCount Sum", one.dropped, last),
        ),
        fixes=(_correct("compare them with a record of the source"),),
        confidence=Confidence.LIKELY,
        subject=one.mapping.arn,
    )


def _deleted(one: Filtered) -> Problem | None:
    if one.queue is None or one.deleted is None or not sum(one.deleted.values):
        return None
    gone = sum(one.deleted.values)
    last = max(at for at, value in zip(one.deleted.timestamps, one.deleted.values, strict=True) if value)
    return Problem(
        message=f"{gone:.0f} messages were deleted from {one.queue.arn} while the function was not invoked once: the filters drop them, or somebody else reads the queue",
        evidence=(
            cite(one.mapping, "filter_criteria"),
            cite_metric(one.queue, "NumberOfMessagesDeleted Sum", gone, last),
        ),
        fixes=(_correct("compare them with a message of the queue, and count the poller's events"),),
        confidence=Confidence.POSSIBLE,
        subject=one.mapping.arn,
    )


def _correct(how: str) -> Fix:
    return Fix(
        title="correct the filters' patterns",
        applicability=Applicability.MANUAL,
        note=f"{how}; `aws lambda update-event-source-mapping --metrics-config Metrics=EventCount` lets the poller count what it drops",
    )
