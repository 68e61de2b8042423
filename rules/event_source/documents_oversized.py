"""Changes of a DocumentDB collection were left out because they are too large for an invocation.

An event may have 6 MB. A change that is larger, with what surrounds it, is not sent: the poller goes on after it, and the function never sees it.
Pollers of Kafka and of Amazon MQ leave such messages out too, and count them nowhere, so that nothing tells of them here.

Covers: esm-mq-oversize
Fix: keep large values elsewhere and write where they lie; or leave the full document out of the change.
See: https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Metrics, Problem, Severity, cite_metric, rule

COUNT = "OversizedRecordCount"


@rule(Severity.MEDIUM)
def documents_oversized(function: Function, metrics: Metrics) -> Iterator[Problem]:
    lost = metrics.total(COUNT)
    if lost and function.version == "$LATEST":
        yield Problem(
            message=f"{lost:.0f} changes were too large for an event and never reached the function",
            evidence=(cite_metric(function, f"{COUNT} Sum", lost, metrics.last(COUNT)),),
            fixes=(
                Fix(
                    title="keep large values elsewhere, and write where they lie",
                    applicability=Applicability.MANUAL,
                    note="or set FullDocument to Default, so that an update carries what changed and not the whole document",
                ),
            ),
        )
