"""More requests come in a second than ten for each execution that may run.

Lambda takes ten requests a second for every concurrent execution that a function may have. Functions that are done in a few milliseconds meet that limit with
most of their concurrency unused, so that more memory or a higher concurrency seems beside the point; more concurrency is what raises it.

Covers: thr-request-rate-10x
Fix: more reserved concurrency, or fewer and larger requests.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from collections.abc import Iterator

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

PER_EXECUTION = 10
PERIOD = 300
"""Seconds for which one value of a metric stands."""


@rule(Severity.HIGH)
def request_rate_exceeded(function: Function, metrics: Metrics, limits: Concurrency) -> Iterator[Problem]:
    if function.version != "$LATEST" or not metrics.total("Throttles") or limits.reserved == 0:
        return
    refused = {at: count for at, count in metrics.over_time("Throttles", "Sum").items() if count}
    ran = metrics.over_time("Invocations", "Sum")
    limit = PER_EXECUTION * (limits.reserved or limits.account)
    rates = {at: (ran.get(at, 0.0) + count) / PERIOD for at, count in refused.items()}
    at = max(rates, key=lambda at: (rates[at], at))
    if rates[at] > limit:
        yield Problem(
            message=f"{rates[at]:.0f} requests came in a second, and {limit} are taken for {limits.reserved or limits.account} executions",
            evidence=(
                cite_metric(function, "Throttles Sum", refused[at], at),
                cite_metric(function, "Invocations Sum", ran.get(at, 0.0), at),
            ),
            fixes=(Fix(title="reserve more, or send fewer and larger requests", applicability=Applicability.MANUAL),),
            confidence=Confidence.LIKELY,
            explains=(Symptom(kind=SymptomKind.THROTTLED),),
        )
