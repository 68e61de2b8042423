"""The function invokes itself without end, and Lambda stopped it.

It writes to what triggers it: a message to its own queue or topic, an object into its own bucket. Lambda sees about sixteen rounds of one event through SQS, SNS,
S3 or Lambda and then drops it (`RecursiveInvocationsDropped`), unless `RecursiveLoop` is `Allow`. A queue hands the dropped message out again until its
`maxReceiveCount`.

Covers: recursion-detected
Fix: write somewhere else: another queue, another bucket or prefix. To stop it at once, reserve 0 executions or disable the poller.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Metrics, Problem, Severity, cite_metric, rule


@rule(Severity.HIGH)
def recursive_loop(function: Function, metrics: Metrics) -> Iterator[Problem]:
    dropped = metrics.total("RecursiveInvocationsDropped")
    if function.version == "$LATEST" and dropped:
        yield Problem(
            message=f"it invokes itself without end: Lambda dropped {dropped:.0f} events after about 16 rounds each",
            evidence=(
                cite_metric(
                    function,
                    "RecursiveInvocationsDropped Sum",
                    dropped,
                    metrics.last("RecursiveInvocationsDropped"),
                ),
            ),
            fixes=(
                Fix(
                    title="write to something that does not trigger it; reserve 0 executions to stop it at once",
                    applicability=Applicability.MANUAL,
                ),
            ),
        )
