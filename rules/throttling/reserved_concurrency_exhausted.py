"""More requests come at once than the function's reserved concurrency lets run.

`ReservedConcurrentExecutions` is a floor and a ceiling: what comes while so many invocations run is refused with status 429. Refused requests
count as `Throttles`, neither as errors nor as invocations, and no log tells of them: the function looks well, and its callers lose events or wait.
It is this limit only where as many ran at once as are reserved. A function that shares the account's concurrency, or that was refused with room
left in its reservation, met another limit: that is ruled out here.

Covers: thr-reserved-limit
Fix: reserve more. Safe for the function; what it calls (a database) must bear as many at once, and the account must keep 100 unreserved.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Concurrency,
    Fix,
    Function,
    Metrics,
    NotThis,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite,
    cite_metric,
    concurrency,
    rule,
)

KEPT = 100
"""What AWS keeps unreserved. See https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
THROTTLED = Symptom(kind=SymptomKind.THROTTLED)


@rule(Severity.HIGH)
def reserved_concurrency_exhausted(
    function: Function, metrics: Metrics, limits: Concurrency
) -> Iterator[Problem | NotThis]:
    refused = metrics.total("Throttles")
    if function.version != "$LATEST" or not refused or limits.reserved == 0:
        return
    peak = metrics.peak("ConcurrentExecutions") or 0.0
    if limits.reserved is None:
        yield NotThis(symptom=THROTTLED, why="nothing is reserved for it: it shares the account's concurrency")
        return
    if peak < limits.reserved:
        why = f"at most {peak:.0f} of its {limits.reserved} reserved executions were seen to run at once"
        yield NotThis(symptom=THROTTLED, why=why)
        return
    last = metrics.last("Throttles")
    yield Problem(
        message=f"{refused:.0f} requests were refused: all {limits.reserved} executions reserved for it were running",
        evidence=(
            cite(function, "reserved_concurrent_executions"),
            cite_metric(function, "Throttles Sum", refused, last),
            cite_metric(function, "ConcurrentExecutions Maximum", peak, metrics.peak_at("ConcurrentExecutions")),
        ),
        fixes=tuple(_more(function, executions) for executions in _candidates(limits.reserved, limits.unreserved)),
        explains=(THROTTLED,),
    )


def _candidates(reserved: int, unreserved: int) -> Iterator[int]:
    """How much to reserve, the least first: as far as the account can spare it."""
    room = reserved + max(0, unreserved - KEPT)
    for factor in (2, 5, 10):
        wanted = max(factor * reserved, reserved + factor)
        if wanted <= room:
            yield wanted


def _more(function: Function, executions: int) -> Fix:
    return Fix(
        title=f"reserve {executions}",
        applicability=Applicability.SAFE,
        steps=(concurrency.reserve(function, executions),),
        risk="what it calls gets as many requests at once; other functions share what is left",
    )
