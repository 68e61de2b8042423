"""The function is switched off: nothing is reserved for it, and nothing more may run.

`ReservedConcurrentExecutions` of 0 refuses every request with status 429, whoever asks. Asynchronous events go at once where failed ones go, or
are dropped. It is the usual way to stop a function in an emergency, and easily forgotten; while nothing calls the function it does no harm,
so it counts as low until a request is refused.

Covers: thr-reserved-zero, async-zero-reserved
Fix: take the reservation away, so that it shares the account's concurrency. Unsafe: somebody may have stopped it on purpose.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Concurrency,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite,
    cite_metric,
    concurrency,
    rule,
)

THROTTLED = Symptom(kind=SymptomKind.THROTTLED)


@rule(Severity.HIGH)
def reserved_concurrency_zero(function: Function, metrics: Metrics, limits: Concurrency) -> Iterator[Problem]:
    if function.version != "$LATEST" or limits.reserved != 0:
        return
    refused = metrics.total("Throttles")
    met = f"{refused:.0f} requests were refused" if refused else "nothing called it in the window"
    at = [cite_metric(function, "Throttles Sum", refused, metrics.last("Throttles"))] if refused else []
    yield Problem(
        message=f"it is switched off: 0 executions are reserved for it, so none may run; {met}",
        evidence=(cite(function, "reserved_concurrent_executions"), *at),
        fixes=(
            Fix(
                title="let it run again: take the reservation away",
                applicability=Applicability.UNSAFE,
                steps=(concurrency.release(function),),
                risk="somebody may have stopped it on purpose; what waits in queues comes at once",
            ),
        ),
        explains=(THROTTLED,) if refused else (),
        severity=None if refused else Severity.LOW,
    )
