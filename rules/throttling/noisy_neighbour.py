"""One function uses most of the account's concurrency, and others are refused.

Functions without a reservation share what nobody reserved. One that runs in hundreds of environments at once leaves little for the rest, which are refused although
they ask for few. A reservation on the large one is its upper limit, too.

Covers: thr-noisy-neighbour
Fix: a reserved concurrency for the large function, as much as what it calls bears; or a higher quota.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Metrics,
    Neighbours,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)

SHARE = 0.6
SHOWN = 3
"""Names that the message tells."""
RUNNING = "ConcurrentExecutions"


@rule(Severity.MEDIUM)
def noisy_neighbour(function: Function, metrics: Metrics, neighbours: Neighbours) -> Iterator[Problem]:
    if function.version != "$LATEST" or function.reserved_concurrent_executions is not None or not neighbours.refused:
        return
    mine, every = metrics.over_time(RUNNING, "Maximum"), metrics.of_account(RUNNING)
    most = [at for at in neighbours.refused if every.get(at) and mine.get(at, 0.0) > SHARE * every[at]]
    if most:
        at = max(most)
        names = neighbours.refused[at]
        yield Problem(
            message=f"it ran {mine[at]:.0f} of the account's {every[at]:.0f} executions while {', '.join(names[:SHOWN])}{' and others' if len(names) > SHOWN else ''} were refused",
            evidence=(
                cite_metric(function, f"{RUNNING} Maximum", mine[at], at),
                cite(function, "reserved_concurrent_executions"),
            ),
            fixes=(
                Fix(
                    title="reserve for it as much as it needs, which is its limit too",
                    applicability=Applicability.MANUAL,
                ),
            ),
            confidence=Confidence.LIKELY,
        )
