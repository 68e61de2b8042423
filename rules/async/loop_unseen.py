"""A function writes to what invokes it, and Lambda does not stop such a loop.

Lambda sees itself come again through SQS, SNS and S3, and stops after about sixteen rounds, unless `RecursiveLoop` is `Allow`. Through a table's stream, Kinesis or
anything else it sees nothing: a write for each event is an event for each write. Whether the code ends the circle, by a condition on the item or the key, is
not known; a filter on the poller is taken for such an end.

Covers: recursion-undetected
Fix: write elsewhere, or filter the poller; `Terminate` where the loop was allowed.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Evidence,
    Fix,
    Function,
    Loops,
    Problem,
    Settings,
    Severity,
    arns,
    cite,
    rule,
)


@rule(Severity.MEDIUM, advice=True)
def loop_unseen(function: Function, loops: Loops, settings: Settings) -> Iterator[Problem]:
    for one in loops.those:
        if not one.is_stopped or settings.recursive_loop == "Allow":
            where = f"{one.call.path} line {one.call.line}"
            yield Problem(
                message=f"{where} writes to {arns.name(one.what)}, which invokes the function: each event may bring the next",
                evidence=(
                    Evidence(
                        resource=function.arn,
                        field=f"Package.source.calls[{one.call.path}].line",
                        value=one.call.line,
                        source="lambda:GetFunction",
                    ),
                    cite(one.source, one.field),
                ),
                fixes=(
                    Fix(title="write elsewhere, or let a filter end the circle", applicability=Applicability.MANUAL),
                ),
                confidence=Confidence.POSSIBLE,
            )
