"""The function does not keep up with its stream.

`IteratorAge` is how old a record is when the function gets it. Where it grows although nothing fails, records arrive faster than the function works
them off; past the stream's retention they are lost unread. A jump that goes down again after a deployment or a burst is normal. Where the function fails
meanwhile, a bad record may block the shard, which is another rule's; where it is refused, its concurrency is too low. Records that are about to expire are told
of whatever the reason is.

Covers: stream-iterator-age, stream-data-loss-expiry
Fix: more at once (`ParallelizationFactor` up to 10, larger batches, more shards), or a quicker function.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
"""

from collections.abc import Iterator
from itertools import pairwise

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    Streams,
    cite,
    cite_metric,
    rule,
)

BEHIND = 600
"""Seconds from which the function is behind."""
ENOUGH = 6
"""Periods of five minutes over which it must have grown."""
HALF = 0.5
"""Share of the retention from which records are about to be lost."""
NEARLY = 0.8
"""The same, where the function fails or is refused, of which others tell."""


@rule(Severity.MEDIUM)
def stream_falls_behind(function: Function, streams: Streams, metrics: Metrics) -> Iterator[Problem]:
    ages = metrics.values("IteratorAge", "Maximum")
    if not ages:
        return
    stopped = bool(metrics.total("Errors") or metrics.total("Throttles"))
    age = ages[-1] / 1000
    late = ages[-ENOUGH:]
    grows = not stopped and len(late) == ENOUGH and age >= BEHIND and all(one < other for one, other in pairwise(late))
    polled = [one for one in streams.those if one.mapping.state == "Enabled"]
    for one in polled:
        keeps = 3600 * (one.retention_hours or 0)
        lost_soon = bool(keeps) and age >= (NEARLY if stopped else HALF) * keeps
        if grows or lost_soon:
            yield Problem(
                message=f"it is {age / 60:.0f} minutes behind {'and falling back' if grows else 'its stream'}; records expire after {one.retention_hours or '?'} h",
                evidence=(
                    cite_metric(function, "IteratorAge Maximum", ages[-1], metrics.last("IteratorAge", "Maximum")),
                    cite(one.mapping, "parallelization_factor"),
                    cite(one.mapping, "batch_size"),
                ),
                fixes=(
                    Fix(
                        title="let more run at once: ParallelizationFactor up to 10, larger batches, or more shards",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                confidence=Confidence.CERTAIN if len(polled) == 1 else Confidence.POSSIBLE,
                subject=one.mapping.arn,
                severity=Severity.HIGH if lost_soon else None,
            )
