"""Lambda may not write to the dead-letter queue or destination of the function, and what it should keep is lost.

Lambda delivers with the function's role. Without the permission events that failed for good are gone, and only DeadLetterErrors or
DestinationDeliveryFailures count them. An encrypted queue or topic also needs kms:GenerateDataKey and kms:Decrypt on its key. The same metrics
count what is too large, or goes to a queue that is gone or first-in-first-out: then the role allows it, and this rule is silent. What the role
allows for this function's code alone (lambda:SourceFunctionArn) does not count: Lambda's own requests do not name the function.

Covers: ad-dlq-permission, ad-destination-permission
Fix: allow exactly what is missing, on this queue, topic, function, bus or bucket and its key.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Deliveries,
    Evidence,
    Function,
    Lacks,
    Metrics,
    Problem,
    Severity,
    cite,
    cite_metric,
    lambda_needs,
    rule,
)

FAILURES = ("DeadLetterErrors", "DestinationDeliveryFailures")


@rule(Severity.MEDIUM)
def delivery_not_permitted(function: Function, deliveries: Deliveries, metrics: Metrics) -> Iterator[Problem]:
    missing = (lacks for lacks in deliveries.those if lacks.those)
    yield from (_problem(function, deliveries, metrics, lacks) for lacks in missing)
    deliveries.require_all()


def _problem(function: Function, deliveries: Deliveries, metrics: Metrics, lacks: Lacks) -> Problem:
    lost = tuple(_lost(function, metrics))
    role = deliveries.permissions.role
    asked = ", ".join(map(str, lacks.those))
    count = sum(one.value for one in lost)
    return Problem(
        message=f"Lambda may not {lacks.purpose}: {lambda_needs.because(role, lacks)} {asked}"
        + (f"; {count} deliveries failed" if count else ""),
        evidence=(
            cite(lacks.place, lacks.field),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
            *lost,
        ),
        fixes=(lambda_needs.fix(role, lacks),),
        confidence=lambda_needs.confidence(lacks),
        severity=Severity.HIGH if lost else None,
    )


def _lost(function: Function, metrics: Metrics) -> Iterator[Evidence]:
    for name in FAILURES:
        if metrics.total(name):
            yield cite_metric(function, f"{name} Sum", round(metrics.total(name)), metrics.last(name))
