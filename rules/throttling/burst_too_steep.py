"""More environments were wanted at once than a function gets in ten seconds.

A function gets a thousand new environments every ten seconds, whatever its limits are. A sudden crowd is refused although most of the concurrency is unused, and a
few seconds later it is not. At a limit requests go on being refused. CloudWatch shows five minutes at a time, in which so steep a rise can be seen and not
proved.

Covers: thr-burst-scaling
Fix: provisioned concurrency for what is foreseen; a queue in front, or callers that try again with jitter.
See: https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
"""

from collections.abc import Iterator
from itertools import pairwise

from doctor.rules_api import (
    Applicability,
    Concurrency,
    Confidence,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite_metric,
    rule,
)

RUNNING = "ConcurrentExecutions"
AT_ONCE = 1000
"""New environments in ten seconds."""
ROOM = 0.9


@rule(Severity.MEDIUM)
def burst_too_steep(function: Function, metrics: Metrics, limits: Concurrency) -> Iterator[Problem]:
    if function.version != "$LATEST" or not metrics.total("Throttles"):
        return
    refused = {at: count for at, count in metrics.over_time("Throttles", "Sum").items() if count}
    limit = limits.reserved if limits.reserved is not None else limits.account
    ran = metrics.over_time(RUNNING, "Maximum")
    moments = sorted(ran)
    rises = {at: ran[at] - ran[before] for before, at in pairwise(moments) if at in refused and ran[at] < ROOM * limit}
    at = max(rises, key=lambda at: (rises[at], at), default=None)
    if at is not None and rises[at] >= AT_ONCE:
        yield Problem(
            message=f"{refused[at]:.0f} requests were refused while it rose from {ran[at] - rises[at]:.0f} to {ran[at]:.0f} of {limit} executions: perhaps by more than {AT_ONCE} in ten seconds",
            evidence=(
                cite_metric(function, "Throttles Sum", refused[at], at),
                cite_metric(function, f"{RUNNING} Maximum", ran[at], at),
            ),
            fixes=(
                Fix(
                    title="provisioned concurrency for what is foreseen, or a queue in front",
                    applicability=Applicability.MANUAL,
                ),
            ),
            confidence=Confidence.POSSIBLE,
            explains=(Symptom(kind=SymptomKind.THROTTLED),),
        )
