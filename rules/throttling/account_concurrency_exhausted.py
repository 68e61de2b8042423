"""The account's concurrency in this region is used up, and functions that reserved none of it are refused.

All functions without a reservation share what the others did not reserve. Once that is running, further requests to any of them get status 429,
however little the refused function itself does: look for who uses it up. It is this limit only if the account was at it in the same minutes in
which the function was refused. New accounts begin with a reduced quota, far below 1,000. A function with a reservation of its own needs no pressure on the account to be refused.

Covers: thr-account-concurrency, thr-new-account-quota
Fix: ask AWS for a higher quota (Concurrent executions, L-B99A9384); until then reserve concurrency for what must run, and limit what uses it up.
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
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
    cite_metric,
    rule,
)

AT_LIMIT = 0.9
"""Share of the limit from which it counts as reached: CloudWatch keeps one value a minute of what changes all the time."""
THROTTLED = Symptom(kind=SymptomKind.THROTTLED)
USUAL = 1000
"""Concurrent executions of an account whose quota AWS did not reduce; new accounts begin with fewer."""


@rule(Severity.HIGH)
def account_concurrency_exhausted(
    function: Function, metrics: Metrics, limits: Concurrency
) -> Iterator[Problem | NotThis]:
    if function.version != "$LATEST" or not metrics.total("Throttles"):
        return
    refused = {at: count for at, count in metrics.over_time("Throttles", "Sum").items() if count}
    if limits.reserved is not None:
        why = f"{limits.reserved} executions are reserved for it alone, whatever other functions use"
        yield NotThis(symptom=THROTTLED, why=why)
        return
    used = metrics.of_account("UnreservedConcurrentExecutions")
    then = {at: used[at] for at in refused if used.get(at, 0.0) >= AT_LIMIT * limits.unreserved}
    if not then:
        peak = max((used[at] for at in refused if at in used), default=None)
        if peak is not None:
            why = f"at most {peak:.0f} of {limits.unreserved} unreserved executions ran while it was refused"
            yield NotThis(symptom=THROTTLED, why=why)
        return
    at = max(then)
    yield Problem(
        message=f"{sum(refused.values()):.0f} requests were refused while functions without a reservation ran {then[at]:.0f} of "
        f"the {limits.unreserved} executions that they share{_reduced(limits)}",
        evidence=(
            cite_metric(function, "Throttles Sum", sum(refused.values()), max(refused)),
            cite_metric(function, "UnreservedConcurrentExecutions Maximum", then[at], at),
        ),
        fixes=(
            Fix(
                title="ask for a higher quota of concurrent executions (L-B99A9384)",
                applicability=Applicability.MANUAL,
                note="aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384",
            ),
        ),
        explains=(THROTTLED,),
    )


def _reduced(limits: Concurrency) -> str:
    """That the account has a smaller quota than others, as new accounts have; empty: it has not."""
    return (
        f"; the account's quota is {limits.account}, as new accounts have it, not {USUAL}"
        if limits.account < USUAL
        else ""
    )
