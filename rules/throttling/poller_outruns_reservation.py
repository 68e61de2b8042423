"""A queue's poller invokes more at once than the function's reserved concurrency lets run.

Lambda's poller adds invocations while messages wait, whatever is reserved for the function. What is refused counts as a receive: after
`maxReceiveCount` of them SQS moves the message to the dead-letter queue although no code ever failed on it. `ScalingConfig.MaximumConcurrency` keeps
the poller within the reservation. This rule speaks where requests were refused; a poller that is limited to the reservation is not the reason.

Covers: thr-sqs-reserved-too-low
Fix: limit the poller to what is reserved. Safe: it then waits instead of being refused. With 1 reserved, below the least limit of 2, more is reserved first.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Concurrency,
    EventSourceMapping,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    Triggers,
    cite,
    cite_metric,
    concurrency,
    event_sources,
    rule,
)

LEAST = 2
"""The least MaximumConcurrency there is."""


@rule(Severity.MEDIUM)
def poller_outruns_reservation(
    function: Function, triggers: Triggers, metrics: Metrics, limits: Concurrency
) -> Iterator[Problem]:
    refused = metrics.total("Throttles")
    if not refused or not limits.reserved:
        return
    for queue in triggers.queues:
        poller = triggers.mapping_of(queue)
        most = poller.scaling_config.get("MaximumConcurrency")
        if poller.state == "Enabled" and (most is None or most > limits.reserved):
            limit = "has no limit" if most is None else f"may invoke {most} at once"
            yield Problem(
                message=f"the poller of the queue {limit}, and {limits.reserved} executions are reserved: {refused:.0f} requests were refused",
                evidence=(
                    cite(poller, "scaling_config"),
                    cite(limits.owner, "reserved_concurrent_executions"),
                    cite_metric(function, "Throttles Sum", refused, metrics.last("Throttles")),
                ),
                fixes=(_within(function, poller, limits.reserved),),
                explains=(Symptom(kind=SymptomKind.THROTTLED),) if function.version == "$LATEST" else (),
                subject=poller.arn,
            )


def _within(function: Function, poller: EventSourceMapping, reserved: int) -> Fix:
    most = max(LEAST, reserved)
    room = () if most == reserved else (concurrency.reserve(function, most),)
    return Fix(
        title=f"let the poller invoke at most {most} at once",
        steps=(*room, event_sources.limit_concurrency(poller, most)),
        risk="a backlog is worked off no faster than now",
    )
