"""A queue's backlog grows because its poller may not invoke the function more often at once.

`ScalingConfig.MaximumConcurrency` keeps a poller within a number of invocations. At that number nothing is refused and nothing fails: messages only get
older. Where the function fails the poller steps back by itself, and that is the cause instead; so is a reservation that refuses.

Covers: thr-esm-max-concurrency
Fix: a higher limit, as far as what the function calls bears it.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    EventSourceMapping,
    Fix,
    Function,
    Metrics,
    PollerCounts,
    Problem,
    Severity,
    cite,
    cite_metric,
    event_sources,
    rule,
)

AGE = "ApproximateAgeOfOldestMessage"
MOST = 1000
"""The highest MaximumConcurrency there is."""


@rule(Severity.MEDIUM)
def poller_at_its_limit(function: Function, counts: PollerCounts, metrics: Metrics) -> Iterator[Problem]:
    busy = metrics.peak("ConcurrentExecutions") if counts.those else None
    if not busy or metrics.total("Errors") or metrics.total("Throttles"):
        return
    for one in counts.those:
        limit = one.mapping.scaling_config.get("MaximumConcurrency")
        if limit and busy >= limit and one.queue is not None and one.falling_back:
            age = max(one.values(AGE).items())[1]
            more = min(MOST, 2 * limit)
            yield Problem(
                message=f"the oldest message has waited {age / 60:.0f} minutes and longer each time, and the poller may invoke {limit} at once, which it does",
                evidence=(
                    cite(one.mapping, "scaling_config"),
                    cite_metric(
                        function, "ConcurrentExecutions Maximum", busy, metrics.peak_at("ConcurrentExecutions")
                    ),
                    cite_metric(one.queue, f"{AGE} Maximum", age, one.last(AGE)),
                ),
                fixes=(_more(one.mapping, more),) if more > limit else (),
                subject=one.mapping.arn,
            )
    counts.require_queues()


def _more(mapping: EventSourceMapping, more: int) -> Fix:
    return Fix(
        title=f"let the poller invoke {more} at once",
        applicability=Applicability.UNSAFE,
        steps=(event_sources.limit_concurrency(mapping, more),),
        risk="what the function calls gets more at once; the limit may protect it",
    )
