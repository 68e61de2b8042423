"""The function was never brought into a state in which it can run.

Lambda sets `State` to `Failed` when what it needs to create a function is missing or refused: a subnet, a network interface, an image, a key.
`StateReasonCode` tells which. Every invocation is refused, and a function that failed while it was created stays so.

Covers: state-failed
Fix: mend what `StateReason` says, then delete the function and create it again, or update it where it once was active.
See: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, cite, rule


@rule(Severity.CRITICAL)
def function_failed(function: Function) -> Iterator[Problem]:
    if function.state == "Failed":
        yield Problem(
            message=f"every invocation is refused: its State is Failed ({function.state_reason_code or 'no code'}: {function.state_reason or 'no reason given'})",
            evidence=(cite(function, "state"), cite(function, "state_reason_code"), cite(function, "state_reason")),
            fixes=(
                Fix(
                    title="mend what StateReason says, then create the function again",
                    applicability=Applicability.MANUAL,
                ),
            ),
        )
