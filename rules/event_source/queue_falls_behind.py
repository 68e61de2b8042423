"""More messages come than the function works off.

The oldest message of the queue gets older from minute to minute while the function neither fails nor is refused: the work takes longer than the messages take
to come. A poller that fails or is refused steps back by itself, and one at its `MaximumConcurrency` is limited on purpose; those are other causes.

Covers: sqs-backlog-growing
Fix: larger batches, a quicker function (more memory brings more CPU), or fewer messages.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    PollerCounts,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)

AGE = "ApproximateAgeOfOldestMessage"
DONE = "NumberOfMessagesDeleted"


@rule(Severity.MEDIUM)
def queue_falls_behind(function: Function, counts: PollerCounts, metrics: Metrics) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    if not counts.those or metrics.total("Errors") or metrics.total("Throttles"):
        return
    busy = metrics.peak("ConcurrentExecutions") or 0.0
    for one in counts.those:
        limit = one.mapping.scaling_config.get("MaximumConcurrency")
        if one.queue is not None and one.falling_back and one.total(DONE) and not (limit and busy >= limit):
            age = max(one.values(AGE).items())[1]
            yield Problem(
                message=f"the oldest message has waited {age / 60:.0f} minutes and longer each time, while {one.total(DONE):.0f} were worked off",
                evidence=(
                    cite_metric(one.queue, f"{AGE} Maximum", age, one.last(AGE)),
                    cite_metric(one.queue, f"{DONE} Sum", one.total(DONE), one.last(DONE)),
                    cite(one.mapping, "batch_size"),
                ),
                fixes=(
                    Fix(
                        title="larger batches with a batching window, or a quicker function",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=one.mapping.arn,
            )
    counts.require_queues()
