"""The function waits for another one that may run as long as itself, or longer.

Who invokes a function and waits for its answer is billed for the wait, and is stopped at its own timeout, however near the answer is. What the other
one did then is done, and is done again when somebody tries again. A connection that hangs looks alike; then the other function never ran.

Covers: timeout-sync-lambda-chain
Fix: invoke it asynchronously (`InvocationType="Event"`), put a queue between them, or let Step Functions wait.
See: https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Callees,
    Confidence,
    Evidence,
    Fix,
    Function,
    Problem,
    Severity,
    cite,
    rule,
)


@rule(Severity.LOW, advice=True)
def waits_for_function(function: Function, callees: Callees) -> Iterator[Problem]:
    for one in callees.those:
        if one.function.timeout >= function.timeout:
            yield Problem(
                message=f"{one.call.path} line {one.call.line} waits for {one.function.function_name}, which may run {one.function.timeout} s; itself it is stopped after {function.timeout} s",
                evidence=(
                    cite(function, "timeout"),
                    cite(one.function, "timeout"),
                    Evidence(
                        resource=function.arn,
                        field=f"Package.source.calls[{one.call.path}].operation",
                        value=one.call.operation,
                        source="lambda:GetFunction",
                    ),
                ),
                fixes=(
                    Fix(
                        title="do not wait: InvocationType Event, a queue, or Step Functions",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                confidence=Confidence.LIKELY,
            )
    callees.require_all()
